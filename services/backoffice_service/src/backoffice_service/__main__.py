"""The process: `python -m backoffice_service`."""

import sys
from collections.abc import Callable

from faststream.nats import NatsMessage

from backoffice_service.http.application import application
from backoffice_service.http.codes import Codes
from backoffice_service.http.door import Door
from backoffice_service.http.office import Office
from backoffice_service.keys import Keys
from backoffice_service.messaging.audit_trail import AuditTrail
from backoffice_service.messaging.authenticators import Authenticators
from backoffice_service.messaging.logins import LoginDefinitions
from backoffice_service.messaging.pulse import Pulse
from backoffice_service.messaging.services import Services
from backoffice_service.messaging.watch import Watch
from backoffice_service.pages.speech import make_pages
from backoffice_service.passwords import Passwords
from backoffice_service.settings import OfficeSettings
from service_kit.service import Service, run
from service_kit.subscriptions import answer
from tillday_contracts.backoffice_messages import (
    DefineLogin,
    ForgetAuthenticator,
    Operators,
    VerifyAudit,
)
from tillday_contracts.enrolment import Invitation
from tillday_contracts.report_progress_messages import ReportsChanged


def compose(service: Service[OfficeSettings]) -> None:
    """Build the service; the kit connects, starts and stops it."""
    passwords = Passwords(service.settings.breached_passwords)
    pulse, keys = Pulse(), Keys(service.settings.secret)
    definitions = LoginDefinitions(service.database, passwords, service.now)
    _answer_about_logins(service, definitions)
    _keep_audit(service, keys)
    _hear_changes(service, pulse)
    office = Office(
        door=Door(service.database, passwords, service.now, service.random_bytes),
        codes=_codes(service, keys),
        services=Services(service.nats),
        logins=definitions,
        database=service.database,
        pages=make_pages(),
        pulse=pulse,
        now=service.now,
        invite=_inviting(service.settings),
    )
    service.health.serve_beside(application(office))
    watched = service.settings
    watch = Watch(service.database, service.now, watched.broker_monitor, watched.watched)
    service.background("watch", watch.run)


def _inviting(settings: OfficeSettings) -> Callable[[str], Invitation] | None:
    """Return what makes an invitation of a code; terminals reach the broker as this service would."""
    url, ca = settings.mqtt_url, settings.broker_ca
    if url is None:
        return None

    def invite(code: str) -> Invitation:
        trusted = None if ca is None else ca.read_text(encoding="ascii")
        return Invitation(mqtt_url=url, broker_ca=trusted, code=code)

    return invite


def _codes(service: Service[OfficeSettings], keys: Keys) -> Codes:
    required = service.settings.mfa == "required"
    if not required:
        service.log.warning(
            "only who set up an authenticator is asked for codes", remedy="TILLDAY_MFA=required"
        )
    return Codes(service.database, keys, service.now, service.random_bytes, required)


def _answer_about_logins(service: Service[OfficeSettings], logins: LoginDefinitions) -> None:
    answer(service, DefineLogin, logins.define)
    answer(service, Operators, logins.operators)
    answer(service, ForgetAuthenticator, Authenticators(service.database, service.now).forget)


def _keep_audit(service: Service[OfficeSettings], keys: Keys) -> None:
    trail = AuditTrail(service.database, keys, service.now)
    service.background("audit heads", trail.sign_daily)
    answer(service, VerifyAudit, trail.verify)


def _hear_changes(service: Service[OfficeSettings], pulse: Pulse) -> None:
    # Every replica hears of every change: each has pages of its own to tell.
    @service.broker.subscriber(ReportsChanged.subject)
    async def changed(message: NatsMessage) -> None:
        pulse.hear(message.body)


if __name__ == "__main__":
    sys.exit(run("backoffice_service", OfficeSettings, compose))
