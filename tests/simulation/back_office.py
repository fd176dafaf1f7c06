"""The back office of a simulated store: its days, what it wishes terminals to be, and what people say there.

Its state lies in the ledger's database and goes back with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from simulation.around import Around
from simulation.memory_ledger import Database
from simulation.office_tills import OfficeTills
from simulation.retained import Retained
from store_service.domain.closing import (
    ClosingBegun,
    decide_closing,
    decide_look,
    evolve_closing,
    ready_to_seal,
)
from store_service.domain.days import Closed as DayClosed
from store_service.domain.days import Closing, Open
from store_service.domain.wishes import Terminal as Wished
from store_service.domain.wishes import wish_closed, wish_open
from till_service.domain.seal import decide as seal
from till_service.domain.sessions import NotFinal, TillSession
from tillday_contracts.store_messages import CloseStore
from tillday_contracts.till_messages import SealDay, Sealed
from tillday_contracts.topics import TerminalAddress
from tillday_contracts.wishes import Desired

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
        self._tills = OfficeTills(database, around)
        retained = Retained(database, publish)
        self.tell, self.tell_news, self.greet = retained.tell, retained.tell_news, retained.greet
        self.decide_undecided = self._tills.decide_undecided

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
        self._say(f"opens {due}", "day opened")

    def _begin_closing(self, day: Open, now: datetime) -> None:
        command = CloseStore.model_construct(store="S1", business_date=day.business_date, **WHO)
        answer = seal(self._question(day.business_date), self._running())
        tills = () if isinstance(answer, Sealed) else answer.tills
        fact = decide_look(self._database.tables.store, day, command, tills, at=now)
        if isinstance(fact, ClosingBegun):
            self._database.tables.store = evolve_closing(self._database.tables.store, fact)
            self._say(f"begins to close {day.business_date}", "day closing")
        else:
            self._tills.close_one(self._running(), now)

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
        done = isinstance(ended, DayClosed)
        said = f"{'closes' if done else 'does not close'} {day.business_date}"
        self._say(said, "day closed" if done else "day not closed")

    @staticmethod
    def _question(day: date) -> SealDay:
        return SealDay.model_construct(store="S1", business_date=day, scope="date", **WHO)

    def _running(self) -> list[TillSession]:
        return [s for s in self._database.tables.sessions.values() if isinstance(s, NotFinal)]

    def register(self, address: TerminalAddress, *, till: str) -> None:
        """A terminal joins the store."""
        tables = self._database.tables
        tables.wished[address] = Wished("S1", address.terminal, till, address.terminal)
        tables.store = replace(tables.store, terminals=(*tables.store.terminals, address.terminal))

    def _say(self, what: str, briefly: str) -> None:
        self._around.say("back office", what)
        self._around.happened[f"back office: {briefly}"] += 1
