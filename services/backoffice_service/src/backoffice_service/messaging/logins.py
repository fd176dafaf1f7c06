"""Defining who may sign in, and telling other services who looks after every store."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from backoffice_service.domain.access import Visitor
from backoffice_service.messaging.own_commands import once
from backoffice_service.passwords import Passwords
from backoffice_service.persistence import audit, logins
from backoffice_service.persistence.audit import Act
from backoffice_service.persistence.logins import Login
from service_kit.database import Connection, Database
from tillday_contracts.backoffice_messages import DefineLogin, OperatorList, Operators
from tillday_contracts.messages import Done, Refused

KNOWN: Final = "This password is one that guessers try first. Choose another."


class LoginDefinitions:
    """Keeps logins; what changes nothing leaves everybody signed in."""

    def __init__(self, database: Database, passwords: Passwords, now: Callable[[], datetime]) -> None:
        self._database = database
        self._passwords = passwords
        self._now = now

    async def find(self, person: str) -> Visitor | None:
        """Return as whom a person signs in, None for somebody without a login."""
        async with self._database.connection() as connection:
            login = await logins.find_login(connection, person)
        return login.visitor if login is not None else None

    async def define(self, command: DefineLogin, *, address: str = "broker") -> Done | Refused:
        """Create or change a login; `address` is from where it was asked for."""

        async def decide(connection: Connection) -> Done | Refused:
            return await self._define(connection, command, address)

        return await once(self._database, command, decide)

    async def _define(self, connection: Connection, command: DefineLogin, address: str) -> Done | Refused:
        visitor = Visitor(command.person, command.name, command.role, command.stores)
        before = await logins.find_login(connection, command.person)
        known = before.password_hash if before is not None and before.visitor == visitor else None
        if known is not None and await self._passwords.fits(command.password, known):
            return Done()
        if await self._passwords.is_known(command.password):
            return Refused(code="known_password", text=KNOWN)
        login = Login(visitor, await self._passwords.keep(command.password))
        act = Act(
            at=self._now(),
            person=command.by,
            role=None,
            address=address,
            action="define_login",
            details={
                "person": command.person,
                "before": _told(before.visitor) if before else None,
                "after": _told(visitor),
                "password": "set",
            },
            outcome="done",
        )
        await logins.put_login(connection, login, self._now())
        await audit.write(connection, act)
        return Done()

    async def operators(self, question: Operators) -> OperatorList:
        """Tell who looks after every store."""
        async with self._database.connection() as connection:
            return OperatorList(operators=tuple(await logins.read_operators(connection)))


def _told(visitor: Visitor) -> dict[str, object]:
    return {"name": visitor.name, "role": visitor.role, "stores": list(visitor.stores)}
