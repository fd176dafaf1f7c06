"""The ledger's tables and a supervisor who reviews what came late, without a broker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

from integration.till_service.terminals import Reply, key_of, made_service
from integration.till_service.test_till_service_tables_agree import intake_of
from servers import Broker, FreshDatabase
from service_kit.database import Database
from till_service.domain.incoming import read_message
from till_service.messaging.allowed import Allowed
from till_service.messaging.closing import Closing
from till_service.messaging.journal import Surroundings
from till_service.messaging.requests import Requests
from till_service.messaging.rescue import Deciding, Reviewing
from till_service.messaging.settling import Settler
from tillday_contracts.balance_messages import Balance, StoreBalance
from tillday_contracts.close_messages import CloseTill, SayNoClose
from tillday_contracts.messages import Command
from tillday_contracts.rescue_messages import (
    AcceptRescued,
    CloseRescue,
    NamedCount,
    RejectRescued,
    RepairRescued,
    RescueEntry,
    RescueJournals,
    RescueJournalsShown,
    RescueSession,
    RescueSessionChanged,
    RescueSessions,
    RescueShown,
    SeenEntry,
    ShowRescue,
)
from unit.till_service.back_office import SECOND_SUPERVISOR, KnownPeople
from unit.till_service.journals import NOON, WrittenJournal

SUPERVISOR, SECOND = "SV1", SECOND_SUPERVISOR
C = TypeVar("C", bound=Command)


@dataclass
class ReviewRoom:
    """What a supervisor asks and decides; every step is settled before it returns."""

    database: Database
    around: Surroundings

    @property
    def allowed(self) -> Allowed:
        return Allowed(self.database, KnownPeople())

    @property
    def reviewing(self) -> Reviewing:
        return Reviewing(self.database, self.around, self.allowed)

    async def knows(self, *journals: WrittenJournal) -> None:
        for journal in journals:
            await Requests(self.database, lambda: NOON).register_journal_key(key_of(journal))

    async def arrive(self, journal: WrittenJournal, first: int = 1, *, quarantine: bool = False) -> None:
        """Let a journal arrive from a position on."""
        message = read_message(journal.address, journal.message(first, quarantine=quarantine))
        await intake_of(self.database)._commit([message])
        await self.settle()

    async def close_till(self, command: CloseTill) -> Reply:
        return await self._closing(command)

    async def say_no_close(self, command: SayNoClose) -> Reply:
        return await self._closing(command)

    async def _closing(self, command: CloseTill | SayNoClose) -> Reply:
        closing = Closing(self.around, self.allowed)
        act = closing.close_till(command) if isinstance(command, CloseTill) else closing.say_no_close(command)
        answer = Reply.model_validate_json(await act)
        await self.settle()
        return answer

    async def settle(self) -> None:
        settler = Settler(self.database, self.around)
        while await settler.settle_one():
            pass

    async def listed(self, state: str = "open") -> tuple[RescueSession, ...]:
        question = RescueSessions.model_validate({"store": "S1", "state": state})
        return (await self.reviewing.sessions(question)).sessions

    async def shown(self, session: str | None = None) -> RescueShown:
        chosen = session or (await self.listed())[0].session_id
        answer = await self.reviewing.show(ShowRescue(store="S1", session_id=chosen))
        assert isinstance(answer, RescueShown)
        return answer

    async def beside(self, shown: RescueShown, entry: RescueEntry) -> RescueJournalsShown:
        session = shown.session.session_id
        question = RescueJournals(store="S1", session_id=session, entry=entry.entry)
        answer = await self.reviewing.journals(question)
        assert isinstance(answer, RescueJournalsShown)
        return answer

    async def balance(self) -> Balance:
        answer = await Requests(self.database, lambda: NOON).store_balance(StoreBalance(store="S1"))
        assert isinstance(answer, Balance)
        return answer

    async def decide(self, command: Deciding | CloseRescue) -> Reply:
        match command:
            case AcceptRescued():
                answer = await self.reviewing.accept(command)
            case RejectRescued():
                answer = await self.reviewing.reject(command)
            case RepairRescued():
                answer = await self.reviewing.repair(command)
            case CloseRescue():
                answer = await self.reviewing.close(command)
        await self.settle()
        return Reply.model_validate_json(answer)

    async def accept(self, shown: RescueShown, *, count: NamedCount | None = None) -> Reply:
        return await self.decide(accept(shown, count=count))

    async def close(self, session: str, by: str = SUPERVISOR) -> Reply:
        return await self.decide(close(session, by))

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        async with self.database.connection() as connection:
            return [tuple(row) for row in await connection.fetch(query)]

    async def told(self) -> list[tuple[str, int]]:
        """What each event said of rescue sessions: where one stands, and how much of it is undecided."""
        found = await self.rows(
            f"SELECT body FROM outbox WHERE subject = '{RescueSessionChanged.subject}' ORDER BY id"
        )
        events = [RescueSessionChanged.model_validate_json(bytes(body)) for (body,) in found]  # type: ignore[call-overload]
        return [(event.status, event.undecided) for event in events]

    async def claimed(self) -> dict[str, int]:
        """What the next opening count is asked for, by tender."""
        found = await self.rows("SELECT tender, sum(amount)::bigint FROM claim GROUP BY tender")
        return {str(tender): int(str(amount)) for tender, amount in found if amount}

    async def settlements(self) -> list[tuple[object, ...]]:
        return await self.rows(
            "SELECT session_id, kind, tender, sum(amount)::bigint FROM settlement"
            " GROUP BY session_id, kind, tender HAVING sum(amount) <> 0 ORDER BY session_id, kind, tender"
        )

    async def safe(self, tender: str = "cash") -> int:
        found = await self.rows(
            f"SELECT coalesce(sum(amount), 0)::bigint FROM safe_movement WHERE tender = '{tender}'"
        )
        return int(str(found[0][0]))

    async def unidentified(self) -> dict[str, int]:
        found = await self.rows(
            "SELECT tender, sum(amount)::bigint FROM unidentified_receipt GROUP BY tender"
        )
        return {str(tender): int(str(amount)) for tender, amount in found if amount}


@asynccontextmanager
async def review_room(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[ReviewRoom]:
    """A room with tables of its own."""
    await fresh_database.with_tables_of("till_service")
    service = made_service(fresh_database, broker)
    await service.database.start()
    try:
        yield ReviewRoom(service.database, intake_of(service.database).around)
    finally:
        await service.database.stop()


def head(session: str, by: str = SUPERVISOR) -> dict[str, object]:
    message_id = uuid4()
    return {
        "message_id": message_id,
        "correlation_id": message_id,
        "occurred_at": NOON,
        "by": by,
        "store": "S1",
        "session_id": session,
    }


def seen(*entries: RescueEntry) -> tuple[SeenEntry, ...]:
    return tuple(
        SeenEntry(entry=one.entry, decision=0 if one.decision is None else one.decision.number)
        for one in entries
    )


def accept(
    shown: RescueShown, *entries: RescueEntry, by: str = SUPERVISOR, count: NamedCount | None = None
) -> AcceptRescued:
    said = head(shown.session.session_id, by)
    chosen = seen(*(entries or shown.entries))
    return AcceptRescued.model_validate({**said, "entries": chosen, "count": count})


def reject(
    shown: RescueShown, *entries: RescueEntry, by: str = SUPERVISOR, no_cash: bool = False
) -> RejectRescued:
    said = {**head(shown.session.session_id, by), "reason": "Rung up twice", "no_cash": no_cash}
    return RejectRescued.model_validate({**said, "entries": seen(*(entries or shown.entries))})


def repair(
    shown: RescueShown, entry: RescueEntry, body: dict[str, object], *, by: str = SUPERVISOR, **said: object
) -> RepairRescued:
    told = {**head(shown.session.session_id, by), "reason": "Keyed as cash", "approved_by": SECOND, **said}
    return RepairRescued.model_validate({**told, "entry": seen(entry)[0], "body": body})


def close(session: str, by: str = SUPERVISOR) -> CloseRescue:
    return CloseRescue.model_validate(head(session, by))
