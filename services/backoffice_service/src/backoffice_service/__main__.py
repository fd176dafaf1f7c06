"""The process: `python -m backoffice_service`."""

import sys
from collections.abc import Callable

from faststream.nats import NatsMessage

from backoffice_service.http.application import application
from backoffice_service.http.door import Door
from backoffice_service.http.office import Office
from backoffice_service.messaging.logins import LoginDefinitions
from backoffice_service.messaging.pulse import Pulse
from backoffice_service.messaging.services import Services
from backoffice_service.pages.speech import make_pages
from backoffice_service.passwords import Passwords
from service_kit.service import Service, run
from service_kit.settings import ServiceSettings
from service_kit.subscriptions import answer
from tillday_contracts.backoffice_messages import DefineLogin, Operators
from tillday_contracts.enrolment import Invitation


def compose(service: Service[ServiceSettings]) -> None:
    """Build the service; the kit connects, starts and stops it."""
    passwords, pulse = Passwords(), Pulse()
    definitions = LoginDefinitions(service.database, passwords, service.now)
    _answer_about_logins(service, definitions)
    _hear_events(service, pulse)
    office = Office(
        door=Door(service.database, passwords, service.now, service.random_bytes),
        services=Services(service.nats),
        logins=definitions,
        database=service.database,
        pages=make_pages(),
        pulse=pulse,
        now=service.now,
        invite=_inviting(service.settings),
    )
    service.health.serve_beside(application(office))


def _inviting(settings: ServiceSettings) -> Callable[[str], Invitation] | None:
    """Return what makes an invitation of a code; terminals reach the broker as this service would."""
    url, ca = settings.mqtt_url, settings.broker_ca
    if url is None:
        return None

    def invite(code: str) -> Invitation:
        trusted = None if ca is None else ca.read_text(encoding="ascii")
        return Invitation(mqtt_url=url, broker_ca=trusted, code=code)

    return invite


def _answer_about_logins(service: Service[ServiceSettings], logins: LoginDefinitions) -> None:
    answer(service, DefineLogin, logins.define)
    answer(service, Operators, logins.operators)


def _hear_events(service: Service[ServiceSettings], pulse: Pulse) -> None:
    # Every replica hears every event: each has pages of its own to tell.
    @service.broker.subscriber("tillday.event.>")
    async def event(message: NatsMessage) -> None:
        pulse.hear(message.body)


if __name__ == "__main__":
    sys.exit(run("backoffice_service", ServiceSettings, compose))
