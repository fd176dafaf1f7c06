"""Forgetting the authenticator of somebody who lost it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from backoffice_service.messaging.own_commands import once
from backoffice_service.persistence import audit, logins, second_factors
from backoffice_service.persistence.audit import Act
from service_kit.database import Connection, Database
from tillday_contracts.backoffice_messages import ForgetAuthenticator
from tillday_contracts.messages import Done, Refused


class Authenticators:
    """Lets people set up another authenticator."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def forget(
        self, command: ForgetAuthenticator, *, role: str | None = None, address: str = "broker"
    ) -> Done | Refused:
        """Forget one, end its person's visits, and note who decided that."""
        person = command.person
        act = Act(
            at=self._now(),
            person=command.by,
            role=role,
            address=address,
            action="forget_authenticator",
            details={"person": person, "reason": command.reason},
            outcome="done",
        )

        async def decide(connection: Connection) -> Done | Refused:
            return await _forget(connection, person, act)

        return await once(self._database, command, decide)


async def _forget(connection: Connection, person: str, act: Act) -> Done | Refused:
    if await logins.find_login(connection, person) is None:
        return Refused(code="unknown_person", text=f"Nobody signs in as {person}. Check the name.")
    forgotten = await second_factors.forget(connection, person)
    if forgotten:
        await logins.end_visits_of(connection, person)
    await audit.write(connection, act if forgotten else replace(act, outcome="no_authenticator"))
    if not forgotten:
        return Refused(code="no_authenticator", text=f"{person} has set up no authenticator.")
    return Done()
