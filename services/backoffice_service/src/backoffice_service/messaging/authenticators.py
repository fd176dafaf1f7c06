"""Forgetting the authenticator of somebody who lost it."""

from collections.abc import Callable
from datetime import datetime

from backoffice_service.persistence import audit, logins, second_factors
from backoffice_service.persistence.audit import Act
from service_kit.database import Database
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
        async with self._database.transaction() as connection:
            if await logins.find_login(connection, person) is None:
                return Refused(code="unknown_person", text=f"Nobody signs in as {person}. Check the name.")
            forgotten = await second_factors.forget(connection, person)
            if forgotten:
                await logins.end_visits_of(connection, person)
            act = Act(
                at=self._now(),
                person=command.by,
                role=role,
                address=address,
                action="forget_authenticator",
                details={"person": person, "reason": command.reason},
                outcome="done" if forgotten else "no_authenticator",
            )
            await audit.write(connection, act)
        if not forgotten:
            return Refused(code="no_authenticator", text=f"{person} has set up no authenticator.")
        return Done()
