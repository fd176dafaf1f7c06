"""Posts closed sessions of which something is new: stock, accounts and their events, one at a time."""

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from service_kit.database import Connection, Database
from service_kit.failures import FailureKind, classify, describe
from service_kit.outbox import announce_events
from till_service.domain.posting import Books, Posted, PostedSession, due_again, post
from till_service.domain.posting_told import (
    Telling,
    count_final,
    session_changed,
    session_posted,
    stock_moved,
)
from till_service.messaging.journal import Surroundings
from till_service.messaging.metrics import POSTING_SECONDS
from till_service.messaging.store_terms import StoreTerms
from till_service.persistence import posting, posting_books, posting_rows, rescues
from till_service.persistence.posting import Closed, Due
from till_service.persistence.posting_rows import Document, EntryHead
from tillday_contracts.messages import Event
from tillday_contracts.wishes import SettingsContent

log = structlog.get_logger()

PAUSE_SECONDS: Final = 0.5
UNSETTLED: Final = timedelta(seconds=0.5)
AWAY: Final = timedelta(seconds=5)
BROKEN: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Poster:
    """Posts marked sessions, one transaction each. Replicas share the work; `owner` names this one."""

    database: Database
    around: Surroundings
    terms: StoreTerms
    owner: str

    async def run(self) -> None:
        """Post sessions as they are marked, for ever."""
        while True:
            if not await self.post_one():
                await asyncio.sleep(PAUSE_SECONDS)

    async def post_one(self) -> bool:
        """Look at one session; False when none is due. One that fails is put off and does not stop others."""
        async with self.database.transaction() as connection:
            due = await posting.next_due(connection, at=self.around.now())
            if due is None:
                return False
            unknown = await posting_books.unknown_skus(connection, due.session_id)
        try:
            await self._post(due, unknown)
        except Exception as error:
            await self._put_off(due, error)
        return True

    async def _post(self, due: Due, unknown: frozenset[str]) -> None:
        settings, catalogued = None, frozenset[str]()
        if due.store is not None:
            settings = await self.terms.settings(due.store)
            catalogued = await self.terms.catalogued(due.store, unknown) if unknown else frozenset()
        began, carried_out = time.perf_counter(), False
        async with self.database.transaction() as connection:
            closed = await posting.lock(connection, due.session_id)
            if closed is None or settings is None:
                await posting_rows.done_with(connection, due, again=None)
            elif closed.unsettled:
                await posting_rows.done_with(connection, due, again=self.around.now() + UNSETTLED)
            else:
                await self._carry_out(connection, due, closed, (settings, catalogued))
                carried_out = True
        if carried_out:
            POSTING_SECONDS.observe(time.perf_counter() - began)

    async def _carry_out(
        self,
        connection: Connection,
        due: Due,
        closed: Closed,
        terms: tuple[SettingsContent, frozenset[str]],
    ) -> None:
        books = await posting_books.read_books(connection, closed, *terms)
        posted = post(closed.session, books, closed.steps)
        again = None
        if posted is not None:
            await self._store(connection, closed.session, posted, books)
            again = due_again(posted, at=self.around.now())
            if posted.failed is not None:
                log.warning("a posting failed", session=due.session_id, reason=posted.failed.reason)
        await posting_rows.done_with(connection, due, again=again)

    async def _store(
        self, connection: Connection, session: PostedSession, posted: Posted, books: Books
    ) -> None:
        now = self.around.now()
        telling = Telling(iter(self.around.new_id, None), self.around.new_id(), now)
        events: list[Event] = []
        if posted.final:
            events.append(count_final(session, books.money, telling))
        for location, moves in posted.pickings.items():
            document = Document(session.store, location, "picking", now, session.session_id, posted.revision)
            number = await posting_rows.move_stock(connection, document, moves)
            events += stock_moved(session, (location, number, posted.revision), moves, telling)
        if posted.entry is not None:
            head = self._head(session, posted)
            number = await posting_rows.write_entry(connection, head, session.business_date, posted.entry)
            events.append(session_posted(session, posted.entry, (posted.revision, number), telling))
        await posting_rows.store_steps(connection, session, posted, owner=self.owner, at=now)
        if posted.done and not session.posted and not session.rescue:
            events.append(session_changed(session, telling))
        if posted.done and not session.posted and session.rescue:
            told = [session.session_id]
            events += await rescues.read_changes(connection, told, new_id=self.around.new_id, at=now)
        await announce_events(connection, *events)

    def _head(self, session: PostedSession, posted: Posted) -> EntryHead:
        assert posted.entry is not None
        kind = "Rescue session of till" if session.rescue else "Till"
        again = "" if posted.revision == 1 else f", revision {posted.revision}"
        return EntryHead(
            store=session.store,
            company=posted.entry.company,
            kind="session",
            text=f"{kind} {session.till}{again}",
            by=self.owner,
            at=self.around.now(),
            session_id=session.session_id,
            revision=posted.revision,
        )

    async def _put_off(self, due: Due, error: Exception) -> None:
        away = classify(error) is FailureKind.TRANSIENT
        log.warning("a posting is put off", session=due.session_id, reason=describe(error), exc_info=not away)
        now = self.around.now()
        times = (now, now + (AWAY if away else BROKEN))
        async with self.database.transaction() as connection:
            await posting_rows.put_off(connection, due, describe(error), owner=self.owner, times=times)
