"""Commands of people: who sends one needs a right, and it is carried out once.

Who may do what is asked of other services, which may be slow or away. So nobody is asked while a connection
of the database is held: a few commands that wait would stop everything else.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from service_kit.database import Connection, Database
from service_kit.inbox import answer_once, earlier_answer
from till_service.domain.permission import Deed, refused_without
from till_service.messaging.staff import Staff
from tillday_contracts.ids import PersonId
from tillday_contracts.messages import Done, Refused

Decide = Callable[[Connection], Awaitable[Done | Refused]]


class StoreCommand(Protocol):
    """A command about a store, as far as this matters here."""

    @property
    def message_id(self) -> UUID: ...
    @property
    def by(self) -> PersonId: ...
    @property
    def store(self) -> str: ...
    def model_dump_json(self, *, exclude: set[str]) -> str: ...


@dataclass(frozen=True)
class Allowed:
    """Carries out commands of people who have the right to them, each once."""

    database: Database
    staff: Staff

    async def once(
        self, command: StoreCommand, deed: Deed, decide: Decide, *, approved_by: PersonId | None = None
    ) -> bytes:
        """Decide in one transaction; a repeat gets the same answer, asks nobody and has no second effect."""

        async def prepare() -> Decide:
            return decide

        return await self.prepared(command, deed, prepare, approved_by=approved_by)

    async def prepared(
        self,
        command: StoreCommand,
        deed: Deed,
        prepare: Callable[[], Awaitable[Decide]],
        *,
        approved_by: PersonId | None = None,
    ) -> bytes:
        """As `once`; `prepare` does what has to be done before the transaction, for somebody who may."""
        request = asked_in(command)
        earlier = await earlier_answer(self.database, command.message_id, request=request)
        if earlier is not None:
            return earlier
        asked = (command.by,) if approved_by is None else (command.by, approved_by)
        refused = await self._refused(deed, asked, command.store)
        decide = await prepare() if refused is None else None

        async def decided(connection: Connection) -> bytes:
            answer = await decide(connection) if decide is not None else refused
            assert answer is not None
            return answer.model_dump_json().encode()

        return await answer_once(self.database, command.message_id, decided, request=request)

    async def _refused(self, deed: Deed, asked: tuple[PersonId, ...], store: str) -> Refused | None:
        told = await self.staff.of(store)
        people = () if isinstance(told, Refused) else told.people
        refused = refused_without(deed, asked, store, people)
        if refused is not None and refused.code == "not_allowed" and deed.operators:
            refused = refused_without(deed, asked, store, people, operators=await self.staff.operators())
        return told if refused is not None and isinstance(told, Refused) else refused


def asked_in(command: StoreCommand) -> bytes:
    """Return what a command asks for: whoever repeats it says so at another moment."""
    return command.model_dump_json(exclude={"occurred_at"}).encode()
