"""The process: `python -m backoffice_service`."""

import sys

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


def compose(service: Service[ServiceSettings]) -> None:
    """Build the service; the kit connects, starts and stops it."""
    passwords, pulse = Passwords(), Pulse()
    _answer_about_logins(service, LoginDefinitions(service.database, passwords, service.now))
    _hear_events(service, pulse)
    office = Office(
        door=Door(service.database, passwords, service.now, service.random_bytes),
        services=Services(service.nats),
        database=service.database,
        pages=make_pages(),
        pulse=pulse,
        now=service.now,
    )
    service.health.serve_beside(application(office))


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
