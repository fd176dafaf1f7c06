"""Any course of days: commands, attestations, tills and crashes in any order keep what the day promises.

The till service of the machine is a few sets: which tills run, which dates it sealed. It answers requests as
the real one does, and it marks a session that is started for a sealed date as late.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from store_service.domain import archiving, cancelling, closing, opening
from store_service.domain.days import (
    Archived,
    Cancelled,
    Closed,
    Closing,
    NoDay,
    Open,
    Opening,
    StoreBook,
    awaited,
)
from store_service.domain.wishes import Terminal, follow_own_opening, wish_closed, wish_open
from tillday_contracts.messages import Refused
from tillday_contracts.till_messages import DaySettlement, NotSealed, OpenTill, Sealed
from unit.store_service.store_days import (
    MANAGER,
    MINUTE,
    NOON,
    SUPERVISOR,
    book,
    cancel_day,
    close_store,
    open_store,
    open_till,
    opened_itself,
)

CODES = ("T1", "T2")
DAYS = st.sampled_from((0, 0, 0, 1, 1, -1, 2))
TERMINALS = st.sampled_from(CODES)


@dataclass(frozen=True)
class Session:
    """A till session as the machine's till service holds it."""

    terminal: str
    business_date: date
    late: bool
    running: bool = True


class Shop(RuleBasedStateMachine):
    """A store with two terminals. What is asked of the till service is asked in a step of its own."""

    book: StoreBook
    at: datetime

    @initialize()
    def begin(self) -> None:
        self.book = book(terminals=CODES)
        self.at = NOON
        self.sessions: list[Session] = []
        self.sealed: set[date] = set()
        self.terminals = {code: Terminal("S1", code, code, code) for code in CODES}
        self.closed_at: dict[date, datetime] = {}
        self.opened_dates: list[date] = []
        self.ended: dict[date, type] = {}

    @property
    def today(self) -> date:
        return self.at.date()

    # --- the till service -----------------------------------------------------------------------------

    def tills(self, asked: Any) -> Sequence[OpenTill]:
        return [
            open_till(session.business_date, session.terminal)
            for session in self.sessions
            if not session.late and asked(session)
        ]

    def seal(self, business_date: date, *, unused: bool = False) -> Sealed | NotSealed:
        found = self.tills(lambda s: s.business_date == business_date and (unused or s.running))
        if found:
            return NotSealed(tills=tuple(found))
        self.sealed.add(business_date)
        return Sealed()

    def others(self, business_date: date) -> Sequence[OpenTill]:
        return self.tills(lambda s: s.running and s.business_date != business_date)

    # --- what people ask for --------------------------------------------------------------------------

    @rule(days=DAYS, at_once=st.booleans())
    def somebody_opens_the_store(self, days: int, at_once: bool) -> None:
        business_date = self.today + timedelta(days=days)
        decision = opening.decide_open(self.book, SUPERVISOR, open_store(business_date), at=self.at)
        if isinstance(decision, opening.OpeningBegun):
            self.book = opening.evolve_opening(self.book, decision)
        if at_once:
            self.an_opening_is_carried_on(crash=False)

    @rule(days=DAYS, waive=st.booleans())
    def somebody_closes_the_store(self, days: int, waive: bool) -> None:
        business_date = self.today + timedelta(days=days)
        command = close_store(business_date, waive="nobody answers" if waive else None)
        decision = closing.decide_close(self.book, SUPERVISOR, command, at=self.at)
        if isinstance(decision, closing.LookFirst):
            seen = self.tills(lambda s: s.running and s.business_date == business_date)
            looked = closing.decide_look(self.book, decision.day, command, tuple(seen), at=self.at)
            assert isinstance(looked, Refused) == bool(seen)
            if isinstance(looked, closing.ClosingBegun):
                self.book = closing.evolve_closing(self.book, looked)
        elif isinstance(decision, closing.ClosingWaived):
            assert self.at - decision.day.since >= MINUTE
            self.book = closing.evolve_closing(self.book, decision)

    @rule(days=DAYS, at_once=st.booleans())
    def somebody_takes_a_day_back(self, days: int, at_once: bool) -> None:
        business_date = self.today + timedelta(days=days)
        decision = cancelling.decide_cancel(self.book, MANAGER, cancel_day(business_date))
        if isinstance(decision, cancelling.CancelBegun):
            self.book = cancelling.evolve_cancelling(self.book, decision)
        if at_once:
            self.a_cancelling_is_carried_on(crash=False)

    # --- what the service carries on, at once or much later --------------------------------------------

    @rule(crash=st.booleans())
    def an_opening_is_carried_on(self, crash: bool) -> None:
        begun = self.book.opening
        if begun is None:
            return
        answer = self._answer_to_opening(begun)
        if crash:
            return
        fact = opening.decide_opening(self.book, begun, answer)
        self.book = opening.evolve_opening(self.book, fact)
        if isinstance(fact, opening.DayOpened):
            assert not self.others(begun.business_date), "tills of another date run"
            if fact.closed_before is not None:
                self._ended(fact.closed_before)
            self.opened_dates.append(begun.business_date)
            self._wish(lambda terminal: wish_open(terminal, fact.day))

    def _answer_to_opening(self, begun: Opening) -> Sealed | NotSealed:
        found = self.others(begun.business_date)
        answer: Sealed | NotSealed = NotSealed(tills=tuple(found)) if found else Sealed()
        if not found and self.book.current is not None:
            answer = self.seal(self.book.current.business_date)
        if begun.again is not None and isinstance(answer, Sealed):
            self.sealed.discard(begun.business_date)
        elif begun.again is not None:
            self.seal(begun.business_date)
        return answer

    @rule(crash=st.booleans())
    def a_closing_is_carried_on(self, crash: bool) -> None:
        day = closing.ready_to_seal(self.book)
        if day is None:
            return
        answer = self.seal(day.business_date)
        if crash:
            return
        fact = closing.decide_closing(self.book, day, answer)
        self.book = closing.evolve_closing(self.book, fact)
        if isinstance(fact, closing.DayClosed):
            self._ended(fact.day)

    @rule(crash=st.booleans())
    def a_cancelling_is_carried_on(self, crash: bool) -> None:
        day = self.book.cancelling
        if day is None or day.cancelling is None:
            return
        answer = self.seal(day.business_date, unused=True)
        if crash:
            return
        fact = cancelling.decide_cancelling(self.book, day, day.cancelling, answer)
        self.book = cancelling.evolve_cancelling(self.book, fact)
        if isinstance(fact, cancelling.DayCancelled):
            used = [s for s in self.sessions if s.business_date == day.business_date and not s.late]
            assert not used, "a till was started for a cancelled date"
            self._wish(lambda terminal: wish_closed(terminal, fact.day))

    @rule(settled=st.booleans())
    def a_day_is_archived(self, settled: bool) -> None:
        day = next((day for day in self.book.days.values() if isinstance(day, Closed)), None)
        if day is None:
            return
        closed_at = self.closed_at[day.business_date]
        fact = archiving.decide_archive(day, DaySettlement(settled=settled), closed_at=closed_at, at=self.at)
        if isinstance(fact, archiving.DayArchived):
            assert settled
            assert self.at - closed_at >= timedelta(days=7)
            self.book = archiving.evolve_archiving(self.book, fact)

    # --- terminals and time ---------------------------------------------------------------------------

    @rule(terminal=TERMINALS)
    def a_terminal_attests(self, terminal: str) -> None:
        self.book = closing.evolve_attested(self.book, terminal)

    @rule(terminal=TERMINALS, days=DAYS)
    def a_start_of_a_till_arrives(self, terminal: str, days: int) -> None:
        business_date = self.today + timedelta(days=days)
        runs = any(s.running and s.terminal == terminal and not s.late for s in self.sessions)
        late = runs or business_date in self.sealed
        self.sessions.append(Session(terminal, business_date, late))

    @rule(terminal=TERMINALS)
    def a_till_is_cashed_up(self, terminal: str) -> None:
        self.sessions = [
            replace(session, running=session.running and session.terminal != terminal)
            for session in self.sessions
        ]

    @rule(terminal=TERMINALS, days=DAYS)
    def a_terminal_opens_itself(self, terminal: str, days: int) -> None:
        business_date = self.today + timedelta(days=days)
        before = self.book
        event = opened_itself(business_date).model_copy(update={"terminal": terminal})
        after = follow_own_opening(self.terminals[terminal], event, self.book.last_closed)
        self.terminals[terminal] = after
        assert self.book == before

    @rule(seconds=st.sampled_from((30, 60)))
    def a_moment_passes(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)

    @rule(days=st.sampled_from((1, 1, 1, 8)))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)

    def _ended(self, day: Closed) -> None:
        self.closed_at[day.business_date] = self.at
        attested = {code for code in CODES if code not in day.unattested}
        assert day.automatic or day.waived is not None or attested == set(CODES)
        self._wish(lambda terminal: wish_closed(terminal, day))

    def _wish(self, change: Any) -> None:
        self.terminals = {code: change(terminal) for code, terminal in self.terminals.items()}

    # --- what always holds ----------------------------------------------------------------------------

    @invariant()
    def at_most_one_day_is_open(self) -> None:
        running = [day for day in self.book.days.values() if isinstance(day, Open | Closing)]
        assert len(running) <= 1
        assert len([day for day in self.book.days.values() if isinstance(day, Opening)]) <= 1

    @invariant()
    def a_day_that_ended_stays_ended_and_never_opens_again(self) -> None:
        for business_date, kind in self.ended.items():
            allowed = (Archived,) if kind is Archived else (Closed, Archived)
            assert isinstance(self.book.day(business_date), allowed)
        self.ended |= {
            business_date: type(day)
            for business_date, day in self.book.days.items()
            if isinstance(day, Closed | Archived)
        }

    @invariant()
    def dates_only_increase(self) -> None:
        lasting = [d for d in self.opened_dates if not isinstance(self.book.day(d), Cancelled | NoDay)]
        ended = [d for d in lasting if isinstance(self.book.day(d), Closed | Archived)]
        assert self.book.last_closed == max(ended, default=None)
        running = self.book.current
        assert running is None or all(d < running.business_date for d in ended)

    @invariant()
    def no_regular_session_runs_for_a_day_that_is_over(self) -> None:
        for session in self.sessions:
            day = self.book.day(session.business_date)
            over = isinstance(day, Closed | Archived | Cancelled)
            assert not (over and session.running and not session.late)

    @invariant()
    def no_terminal_is_wished_open_for_a_closed_date(self) -> None:
        for terminal in self.terminals.values():
            if terminal.wished is not None:
                assert not isinstance(self.book.day(terminal.wished), Closed | Archived)

    @invariant()
    def a_terminal_is_awaited_only_while_the_day_closes(self) -> None:
        for day in self.book.days.values():
            assert isinstance(day, Closing) or not awaited(day, CODES)


class ShopThatForgetsTheSeal(Shop):
    """Closes without asking whether tills run."""

    def seal(self, business_date: date, *, unused: bool = False) -> Sealed | NotSealed:
        return Sealed()


class ShopThatCancelsUsedDates(Shop):
    """Takes a date back although a till was started for it, if that one is cashed up by now."""

    def seal(self, business_date: date, *, unused: bool = False) -> Sealed | NotSealed:
        return super().seal(business_date)


_FIND = (Phase.generate,)
SEARCH = settings(max_examples=200, stateful_step_count=30, deadline=None, database=None)


def test_no_course_of_days_breaks_a_promise() -> None:
    run_state_machine_as_test(Shop, settings=SEARCH)


def test_a_store_that_closes_without_asking_for_tills_is_found() -> None:
    found = settings(SEARCH, max_examples=2000, derandomize=True, print_blob=False, phases=_FIND)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(ShopThatForgetsTheSeal, settings=found)


@pytest.mark.parametrize(("kind", "state"), [(Shop, Open), (ShopThatCancelsUsedDates, Cancelled)])
def test_a_date_whose_till_is_cashed_up_is_not_taken_back(kind: type[Shop], state: type) -> None:
    shop = kind()
    shop.begin()
    shop.somebody_opens_the_store(days=0, at_once=True)
    shop.a_start_of_a_till_arrives(terminal="T1", days=0)
    shop.a_till_is_cashed_up(terminal="T1")
    if state is Open:
        shop.somebody_takes_a_day_back(days=0, at_once=True)
    else:
        with pytest.raises(AssertionError, match="a till was started"):
            shop.somebody_takes_a_day_back(days=0, at_once=True)
    assert isinstance(shop.book.day(shop.today), state)
