"""A till service for tests: it answers over real NATS and announces through a real outbox.

It knows sessions, seals dates as the real one does, and can be told to keep silent.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import uuid4

from pydantic import SecretStr

from servers import Broker, FreshDatabase, free_port
from service_kit.outbox import OutboxMessage, announce
from service_kit.service import Service
from service_kit.settings import ServiceSettings
from tillday_contracts.messages import Done, Event
from tillday_contracts.streams import STREAMS
from tillday_contracts.till_messages import (
    DaySettled,
    DaySettlement,
    NotSealed,
    OpenTill,
    RegisterJournalKey,
    ReleaseDay,
    SealDay,
    Sealed,
    SessionStatus,
    TaskKind,
    TaskRaised,
    TerminalAttested,
    TerminalOpenedItself,
    TillSessionChanged,
)

FINAL = ("closed_front", "closed_back", "posted")


@dataclass
class TillStandIn:
    """The till service as the store service meets it."""

    service: Service[ServiceSettings]
    open_tills: dict[str, OpenTill] = field(default_factory=dict)
    started: dict[str, OpenTill] = field(default_factory=dict)
    unsettled: dict[date, tuple[str, ...]] = field(default_factory=dict)
    sealed: set[date] = field(default_factory=set)
    keys: dict[str, RegisterJournalKey] = field(default_factory=dict)
    asked: list[SealDay] = field(default_factory=list)
    hold: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.hold.set()

        @self.service.broker.subscriber(SealDay.subject, queue=self.service.name)
        async def seal(command: SealDay) -> Sealed | NotSealed:
            return await self.answer(command)

        @self.service.broker.subscriber(ReleaseDay.subject, queue=self.service.name)
        async def release(command: ReleaseDay) -> Done:
            self.sealed.discard(command.business_date)
            return Done()

        @self.service.broker.subscriber(DaySettled.subject, queue=self.service.name)
        async def settled(question: DaySettled) -> DaySettlement:
            reasons = self.unsettled.get(question.business_date, ())
            return DaySettlement(settled=not reasons, reasons=reasons)

        @self.service.broker.subscriber(RegisterJournalKey.subject, queue=self.service.name)
        async def register(command: RegisterJournalKey) -> Done:
            self.keys[command.terminal] = command
            return Done()

    async def answer(self, command: SealDay) -> Sealed | NotSealed:
        """Answer once nobody holds the answer back."""
        self.asked.append(command)
        await self.hold.wait()
        same_date = command.scope != "other_dates"
        known = {**self.started, **self.open_tills} if command.scope == "unused" else self.open_tills
        tills = [t for t in known.values() if (t.business_date == command.business_date) == same_date]
        if tills:
            return NotSealed(tills=tuple(tills))
        if same_date:
            self.sealed.add(command.business_date)
        return Sealed()

    async def announce(self, *events: Event) -> None:
        """Tell what happened, in one transaction."""
        messages = [OutboxMessage(e.subject, e.model_dump_json().encode(), e.message_id) for e in events]
        async with self.service.database.transaction() as connection:
            await announce(connection, *messages)

    async def session(
        self, terminal: str, session_id: str, business_date: date, status: SessionStatus, **fields: object
    ) -> None:
        """Change a session and tell it."""
        if not fields.get("late"):
            self.started[session_id] = open_till(terminal, session_id, business_date, status)
        if status in FINAL:
            self.open_tills.pop(session_id, None)
        else:
            self.open_tills[session_id] = open_till(terminal, session_id, business_date, status)
        await self.announce(session_changed(terminal, session_id, business_date, status, **fields))

    async def attest(self, terminal: str, business_date: date, revision: int) -> None:
        """Tell that a terminal attested."""
        told = {"store": "S1", "terminal": terminal, "business_date": business_date, "revision": revision}
        await self.announce(made(TerminalAttested, **told))

    async def opened_itself(self, terminal: str, business_date: date, *, by: str = "SUPERVISOR-1") -> None:
        """Tell that a supervisor opened a terminal."""
        told = {"store": "S1", "terminal": terminal, "business_date": business_date, "by": by}
        await self.announce(made(TerminalOpenedItself, **told, epoch="ab" * 8, seq=7))

    async def found(self, kind: TaskKind, business_date: date) -> None:
        """Tell that something about a session waits for a person."""
        told = {"store": "S1", "terminal": "T1", "till": "TILL-T1", "session_id": "1" * 32, "text": "Look"}
        await self.announce(made(TaskRaised, **told, kind=kind, business_date=business_date))


def open_till(
    terminal: str, session_id: str, business_date: date, status: SessionStatus = "open"
) -> OpenTill:
    """A till in the way."""
    return OpenTill(
        terminal=terminal,
        till=f"TILL-{terminal}",
        session_id=session_id,
        business_date=business_date,
        status=status,
    )


def session_changed(
    terminal: str, session_id: str, business_date: date, status: SessionStatus, **fields: object
) -> TillSessionChanged:
    """The event of a session's change."""
    told = {"store": "S1", "terminal": terminal, "till": f"TILL-{terminal}", "session_id": session_id}
    return made(TillSessionChanged, **told, business_date=business_date, status=status, **fields)  # type: ignore[return-value]


def made(kind: type[Event], /, **fields: object) -> Event:
    """An event with fresh identifiers."""
    ids = {name: uuid4() for name in ("message_id", "correlation_id", "causation_id")}
    return kind.model_validate({**ids, "occurred_at": datetime.now(UTC), **fields})


@asynccontextmanager
async def till_stand_in(database: FreshDatabase, broker: Broker) -> AsyncIterator[TillStandIn]:
    """A running stand-in."""
    settings = ServiceSettings(
        nats_url=broker.nats_url,
        nats_user="till_service",
        nats_password=SecretStr(broker.password_of("till_service")),
        database_url=database.url_of("till_service"),
        database_password=SecretStr(database.passwords["till_service"]),
        http_port=free_port(),
    )
    service = Service("till_service", settings)
    service.ensure_streams(STREAMS)
    service.relay_outbox()
    service.answer_replays("tillday.till.replay.v1")
    made_one = TillStandIn(service)
    await service.start()
    try:
        yield made_one
    finally:
        made_one.hold.set()
        await service.stop()
