"""One transaction on one store: lock it, keep the answer, change days and wishes, announce what happened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import structlog
from pydantic import BaseModel

from service_kit.database import Connection
from service_kit.inbox import is_new, remember_reply, reply_of
from service_kit.outbox import announce_events
from store_service.domain.commands import standing_commands
from store_service.domain.days import Closed, StoreBook
from store_service.domain.managing import Management
from store_service.domain.people import Person
from store_service.domain.tasks import Task
from store_service.domain.tills import Host, KnownSession, desired_till, joined_till, newest
from store_service.domain.wishes import Terminal, desired_content, same_wish
from store_service.persistence.commands import read_open_commands
from store_service.persistence.days import read_book, save_days
from store_service.persistence.desired import save_desired, wake
from store_service.persistence.guests import read_members, read_wish, read_wishing
from store_service.persistence.people import read_managers, read_person
from store_service.persistence.stores import StoreRow, lock_store, raise_people, read_settings
from store_service.persistence.tasks import add_task
from store_service.persistence.terminals import read_some_terminals, read_terminals, save_terminals
from store_service.persistence.tills import read_claims, read_sessions
from tillday_contracts.day_messages import StoreTaskRaised
from tillday_contracts.ids import TerminalCode, TillCode
from tillday_contracts.messages import Command, Event
from tillday_contracts.store_messages import StoreClosed, TerminalWished
from tillday_contracts.wishes import DesiredTill, Settings

log = structlog.get_logger()

Change = Callable[[Terminal], Terminal]


@dataclass(frozen=True, slots=True)
class Clockwork:
    """Where time and randomness come from."""

    now: Callable[[], datetime]
    random_bytes: Callable[[int], bytes]

    def new_id(self) -> UUID:
        """Draw an identifier."""
        return UUID(bytes=self.random_bytes(16), version=4)


class StoreWork:
    """A transaction that holds a store's lock. Everything it does commits or vanishes together."""

    def __init__(
        self, connection: Connection, clockwork: Clockwork, store: StoreRow, settings: Settings
    ) -> None:
        self.connection = connection
        self.store = store
        self.settings = settings
        self.at = clockwork.now()
        self._clockwork = clockwork

    async def earlier_reply(self, command: Command) -> bytes | None:
        """Take a command; returns the answer it got before, if it did."""
        if await is_new(self.connection, command.message_id):
            return None
        return await reply_of(self.connection, command.message_id)

    async def reply(self, command: Command, answer: BaseModel) -> bytes:
        """Keep the answer for every repeat of the command, and return it."""
        body = answer.model_dump_json().encode()
        await is_new(self.connection, command.message_id)
        await remember_reply(self.connection, command.message_id, body)
        return body

    async def reply_unless_answered(self, command: Command, answer: BaseModel) -> None:
        """Keep the answer for repeats of a command that has got none yet."""
        if await reply_of(self.connection, command.message_id) is None:
            await self.reply(command, answer)

    async def book(self, *asked: date) -> StoreBook:
        """Read the store's days."""
        return await read_book(self.connection, self.settings, *asked)

    async def person(self, person: str) -> Person | None:
        """Read who asks."""
        return await read_person(self.connection, self.store.store, person)

    async def management(self) -> Management:
        """Read who may change what the store is."""
        return Management(self.settings.name, await read_managers(self.connection, self.store.store))

    async def save_days(self, before: StoreBook, after: StoreBook) -> None:
        """Save the days that changed."""
        await save_days(self.connection, before, after, at=self.at)

    async def announce(self, cause: Command | Event, kind: type[Event], /, **fields: object) -> None:
        """Announce an event that follows from a cause."""
        await announce_events(self.connection, self.follow(cause, kind, **fields))

    async def announce_unasked(self, kind: type[Event], /, **fields: object) -> None:
        """Announce an event that follows from nothing but the time that has passed."""
        message_id = self._clockwork.new_id()
        ids = {"message_id": message_id, "correlation_id": message_id, "causation_id": message_id}
        await announce_events(self.connection, kind.model_validate({**ids, "occurred_at": self.at, **fields}))

    async def announce_closed(self, cause: Command, day: Closed) -> None:
        """Announce that a day is closed."""
        await self.announce(
            cause,
            StoreClosed,
            store=self.store.store,
            business_date=day.business_date,
            by=day.closed_by,
            automatic=day.automatic,
            unattested=day.unattested,
            waived=day.waived,
        )
        log.info("store closed", store=self.store.store, business_date=str(day.business_date))

    async def raise_task(self, cause: Event, task: Task) -> None:
        """Keep a task and announce it, unless it was raised before."""
        number = await add_task(self.connection, self.store.store, task, at=self.at)
        if number is None:
            return
        told = {"kind": task.kind, "terminal": task.terminal, "business_date": task.business_date}
        await self.announce(
            cause, StoreTaskRaised, store=self.store.store, number=number, text=task.text, **told
        )
        log.warning("a task for a supervisor", store=self.store.store, number=number, kind=task.kind)

    def follow(self, cause: Command | Event, kind: type[Event], /, **fields: object) -> Event:
        """Build an event that follows from a cause."""
        return kind.follow(cause, message_id=self._clockwork.new_id(), at=self.at, **fields)

    async def wish(self, cause: Command | Event, book: StoreBook, change: Change) -> None:
        """Change what the store's terminals are wished, and tell all of them how things stand now."""
        before = await read_terminals(self.connection, self.store.store)
        await self.save_wishes(cause, book, [(terminal, change(terminal)) for terminal in before])

    async def save_wishes(
        self, cause: Command | Event, book: StoreBook, changes: Sequence[tuple[Terminal, Terminal]]
    ) -> None:
        """Save terminals before and after a change, their desired state, and announce changed wishes."""
        changed = [after for before, after in changes if before != after]
        await save_terminals(self.connection, changed, at=self.at)
        for before, after in changes:
            rev = await self.save_desired(book, after)
            if not same_wish(before, after):
                await self._announce_wish(cause, after, rev)
        await wake(self.connection)

    async def tell_terminals(self, book: StoreBook) -> None:
        """Tell all of the store's terminals how things stand now."""
        for terminal in await read_terminals(self.connection, self.store.store):
            await self.save_desired(book, terminal)
        await wake(self.connection)

    async def tell_people_changed(self) -> int:
        """Tell the store's terminals that their lists of people are old; returns the new revision."""
        revision = await raise_people(self.connection, self.store.store)
        self.store = replace(self.store, people_rev=revision)
        await self.tell_terminals(await self.book())
        return revision

    async def save_desired(self, book: StoreBook, terminal: Terminal) -> int:
        """Save what a terminal is told; returns its revision."""
        tills = await self._tills_told(terminal)
        standing = await read_open_commands(self.connection, terminal.store, terminal.terminal, at=self.at)
        content = desired_content(terminal, book, people_rev=self.store.people_rev, tills=tills).model_copy(
            update={"commands": standing_commands(standing, at=self.at)}
        )
        return await save_desired(self.connection, terminal.store, terminal.terminal, content)

    async def _tills_told(self, terminal: Terminal) -> tuple[DesiredTill, ...]:
        store, till = terminal.store, terminal.till
        sessions = await read_sessions(self.connection, store, till)
        claims = await read_claims(self.connection, store, till)
        host, members = Host(terminal.terminal, terminal.turn), await self._members(till, sessions)
        own = desired_till(till, sessions, claims, host=host, members=members)
        wish = await read_wish(self.connection, store, terminal.terminal)
        return (own,) if wish is None or wish == till else (own, await self._joined(wish))

    async def _joined(self, till: TillCode) -> DesiredTill:
        sessions = await read_sessions(self.connection, self.store.store, till)
        hosts = await read_some_terminals(self.connection, self.store.store, terminals=(), tills=(till,))
        host = next((Host(one.terminal, one.turn) for one in hosts), None)
        return joined_till(till, sessions, host=host, members=await self._members(till, sessions))

    async def _members(self, till: TillCode, sessions: Sequence[KnownSession]) -> tuple[str, ...]:
        session = newest(till, sessions)
        return await read_members(self.connection, session.session_id) if session is not None else ()

    async def tell_of_till(self, book: StoreBook, till: TillCode, *also: TerminalCode) -> None:
        """Tell whoever has a till or asked to join it how it stands now."""
        asking = {*await read_wishing(self.connection, self.store.store, till), *also}
        told = await read_some_terminals(self.connection, self.store.store, terminals=asking, tills=(till,))
        for terminal in told:
            await self.save_desired(book, terminal)

    async def _announce_wish(self, cause: Command | Event, terminal: Terminal, rev: int) -> None:
        await self.announce(
            cause,
            TerminalWished,
            store=terminal.store,
            terminal=terminal.terminal,
            business_date=terminal.wished,
            origin=terminal.origin,
            rev=rev,
        )


async def locked_work(connection: Connection, clockwork: Clockwork, store: str) -> StoreWork | None:
    """Lock a store in a transaction that is under way; None when there is no such store."""
    row = await lock_store(connection, store)
    settings = None if row is None else await read_settings(connection, store)
    if row is None or settings is None:
        return None
    return StoreWork(connection, clockwork, row, settings)
