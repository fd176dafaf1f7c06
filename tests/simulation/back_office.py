"""The back office of a simulated store: its days, what it wishes terminals to be, and what people say there.

Its state lies in the ledger's database and goes back with it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from simulation.memory_ledger import Database
from simulation.memory_till import Around
from store_service.domain.closing import (
    ClosingBegun,
    decide_closing,
    decide_look,
    evolve_closing,
    ready_to_seal,
)
from store_service.domain.days import Closed as DayClosed
from store_service.domain.days import Closing, Open
from store_service.domain.revisions import Raise, compare_held, next_revision
from store_service.domain.tills import desired_till
from store_service.domain.wishes import Terminal as Wished
from store_service.domain.wishes import desired_content, wish_closed, wish_open
from till_service.domain.back_office import (
    Word,
    add_evidence,
    answers,
    close_in_back,
    evidence_in,
    refused_to_close,
    refused_to_say,
    say_no_close,
)
from till_service.domain.book import Book
from till_service.domain.ledger import Moment
from till_service.domain.outcome import outcome
from till_service.domain.seal import decide as seal
from till_service.domain.sessions import (
    Closed,
    ClosedInBack,
    ClosingCount,
    NotFinal,
    TillSession,
    close_of,
)
from till_service.domain.sessions import Open as TillOpen
from till_service.domain.streams import Stamp
from tillday_contracts.close_evidence import close_code
from tillday_contracts.close_messages import CloseTill, NoEvidence, ScannedReport
from tillday_contracts.entries import TillClosed
from tillday_contracts.link import Hello
from tillday_contracts.store_messages import CloseStore
from tillday_contracts.till_messages import SealDay, Sealed
from tillday_contracts.topics import TerminalAddress
from tillday_contracts.wishes import Desired, Revision, seal_desired

FIRST_DAY = date(2026, 3, 2)
LAST_DAY = FIRST_DAY + timedelta(days=1)
WAIVED_AFTER = timedelta(seconds=60)
WHO: Any = {"by": "MANAGER-1"}


class BackOffice:
    """Whoever works in the back office. `publish` takes what is retained for a terminal."""

    def __init__(
        self, database: Database, around: Around, publish: Callable[[TerminalAddress, Desired], None]
    ) -> None:
        self._database = database
        self._around = around
        self._publish = publish

    def step(self, now: datetime, *, evening: bool) -> None:
        """Do what is due: open the next date, or close the one that is over."""
        tables = self._database.tables
        day = tables.store.current
        if day is None:
            last = tables.store.last_closed
            due = FIRST_DAY if last is None else last + timedelta(days=1)
            if due <= LAST_DAY:
                self._open(due)
        elif isinstance(day, Closing):
            self._go_on_closing(day, now)
        elif evening and day.business_date < LAST_DAY:
            self._begin_closing(day, now)
        self.tell()

    def _open(self, due: date) -> None:
        tables, opened = self._database.tables, Open(due, "MANAGER-1")
        tables.store = tables.store.with_day(opened)
        tables.wished = {address: wish_open(wished, opened) for address, wished in tables.wished.items()}
        self._say(f"opens {due}")

    def _begin_closing(self, day: Open, now: datetime) -> None:
        command = CloseStore.model_construct(store="S1", business_date=day.business_date, **WHO)
        answer = seal(self._question(day.business_date), self._running())
        tills = () if isinstance(answer, Sealed) else answer.tills
        fact = decide_look(self._database.tables.store, day, command, tills, at=now)
        if isinstance(fact, ClosingBegun):
            self._database.tables.store = evolve_closing(self._database.tables.store, fact)
            self._say(f"begins to close {day.business_date}")
        else:
            self._close_a_silent_till(now)

    def _go_on_closing(self, day: Closing, now: datetime) -> None:
        tables = self._database.tables
        if ready_to_seal(tables.store) is None and now - day.since < WAIVED_AFTER:
            return
        answer = seal(self._question(day.business_date), self._running())
        fact = decide_closing(tables.store, day, answer)
        tables.store = evolve_closing(tables.store, fact)
        ended = fact.day
        if isinstance(ended, DayClosed):
            tables.sealed |= {("S1", ended.business_date)}
            tables.wished = {at: wish_closed(wished, ended) for at, wished in tables.wished.items()}
        self._say(f"{'closes' if isinstance(ended, DayClosed) else 'does not close'} {day.business_date}")

    @staticmethod
    def _question(day: date) -> SealDay:
        return SealDay.model_construct(store="S1", business_date=day, scope="date", **WHO)

    def _running(self) -> list[TillSession]:
        return [s for s in self._database.tables.sessions.values() if isinstance(s, NotFinal)]

    # --- tills ----------------------------------------------------------------------------------------

    def _close_a_silent_till(self, now: datetime) -> None:
        for session in self._running():
            told = self._evidence(session.facts.session_id)
            command = CloseTill.model_construct(
                store="S1", session_id=session.facts.session_id, reason="silent", evidence=told, **WHO
            )
            heard = self._database.tables.heard.get(TerminalAddress("S1", session.facts.terminal))
            if refused_to_close(session) is None and not answers(heard, now):
                assert isinstance(session, TillOpen | ClosingCount)
                self._close(session, command, now)
                return

    def _evidence(self, session_id: str) -> NoEvidence | ScannedReport:
        """The printed report, where the terminal made one and somebody has it at hand."""
        closes = (body for body in self._around.bodies.values() if isinstance(body, TillClosed))
        own = next((body for body in closes if body.session_id == session_id), None)
        if own is None or self._chance.random() < 0.5:
            return NoEvidence()
        return ScannedReport(payload=close_code(own))

    def _close(self, session: TillOpen | ClosingCount, command: CloseTill, now: datetime) -> None:
        tables = self._database.tables
        book, word = self._book(now), self._word(command.reason, now)
        tables.back_closes += 1
        closed = close_in_back(book, session, f"B-{tables.back_closes}", word)
        evidence = evidence_in(command, at=now)
        if evidence is not None:
            add_evidence(book, closed, evidence, word)
        self._keep(book, now)
        self._say(f"closes till session {command.session_id[:8]} ({command.evidence.kind})")

    def decide_undecided(self, now: datetime) -> None:
        """Say of one undecided session that no close of its own will come."""
        for session in self._database.tables.sessions.values():
            if isinstance(session, ClosedInBack) and close_of(session) is None and session.no_close is None:
                self._say_no_close(session, now)
                return

    def _say_no_close(self, session: Closed, now: datetime) -> None:
        if refused_to_say(session) is None:
            book, host = self._book(now), session.facts.terminal
            streams = [s for s in self._database.tables.streams.values() if s.id.address.terminal == host]
            say_no_close(book, session, [s for s in streams if s.upto], self._word("lost", now))
            self._keep(book, now)
            self._say(f"says that no close of session {session.facts.session_id[:8]} will come")

    def _book(self, now: datetime) -> Book:
        return Book(self._database.tables.loaded(), Moment(now=now, stamp=Stamp("", 0), new_id=self._new_id))

    def _word(self, reason: str, now: datetime) -> Word:
        return Word(self._new_id(), "MANAGER-1", reason, now)

    def _keep(self, book: Book, now: datetime) -> None:
        self._database.tables.keep(outcome(book, answers={}, gaps={}), None, now)

    # --- retained state -------------------------------------------------------------------------------

    def tell(self) -> None:
        """Publish what changed of any terminal's desired state."""
        tables = self._database.tables
        for address, wished in tables.wished.items():
            own = [known for known in tables.known.values() if known.till == wished.till]
            before, told_of = tables.desired.get(address), (wished, tables.store, own)
            if before is not None and tables.told.get(address) == told_of:
                continue
            tables.told[address] = told_of
            tills = (desired_till(wished.till, own),)
            content = desired_content(wished, tables.store, people_rev=0, tills=tills)
            fresh = seal_desired(content, 0)
            rev = 0 if before is None else before.rev
            rev = next_revision(rev, digest=before.digest if before else None, new_digest=fresh.digest)
            if before is None or rev != before.rev:
                tables.desired[address] = fresh.model_copy(update={"rev": rev})
                self._publish(address, tables.desired[address])

    def greet(self, address: TerminalAddress, hello: Hello, now: datetime) -> None:
        """Look at what a terminal holds; after a restored database ours must rise above it."""
        tables = self._database.tables
        tables.heard[address] = now
        ours = tables.desired.get(address)
        if ours is None:
            return
        compared = compare_held(Revision(rev=ours.rev, digest=ours.digest), hello.desired)
        if isinstance(compared, Raise):
            ours = tables.desired[address] = ours.model_copy(update={"rev": compared.rev})
        if compared != "same":
            self._publish(address, ours)

    def register(self, address: TerminalAddress, *, till: str) -> None:
        """A terminal joins the store."""
        tables = self._database.tables
        tables.wished[address] = Wished("S1", address.terminal, till, address.terminal)
        tables.store = replace(tables.store, terminals=(*tables.store.terminals, address.terminal))

    @property
    def _chance(self) -> random.Random:
        return self._around.chance

    def _new_id(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128))

    def _say(self, what: str) -> None:
        self._around.say("back office", what)
