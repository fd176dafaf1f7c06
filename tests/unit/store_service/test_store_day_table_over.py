"""The rows of the store-day table for days that are over, and for terminals that opened themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from store_service.domain.archiving import (
    ARCHIVE_AFTER,
    DayArchived,
    NotYet,
    decide_archive,
    evolve_archiving,
)
from store_service.domain.days import Archived, NoDay, StoreDay, state_of
from store_service.domain.opening import decide_open
from store_service.domain.tasks import task_of_session, tasks_of_opening
from store_service.domain.tills import KnownSession, desired_till, session_after
from store_service.domain.wishes import Terminal, desired_content, follow_own_opening, wish_open
from tillday_contracts.messages import Refused
from tillday_contracts.till_messages import DaySettlement
from unit.store_service.store_days import (
    MONDAY,
    NOON,
    SUNDAY,
    SUPERVISOR,
    TUESDAY,
    an_open_day,
    book,
    cancelled,
    closed,
    closing,
    open_store,
    opened_itself,
    session_told,
)

T1, T2 = (Terminal("S1", code, code, f"Counter {code}") for code in ("T1", "T2"))
SETTLED = DaySettlement(settled=True)
WEEK_AGO = NOON - ARCHIVE_AFTER


def test_any__a_terminal_opened_itself__the_wish_of_that_terminal_follows_and_the_day_stays() -> None:
    after = follow_own_opening(T1, opened_itself(TUESDAY), MONDAY)
    assert (after.wished, after.origin) == (TUESDAY, "front_office")
    assert tasks_of_opening(opened_itself(TUESDAY), allowed=True, last_closed=MONDAY) == ()


def test_any__a_terminal_opened_itself_without_the_right__followed_with_a_task() -> None:
    event = opened_itself(TUESDAY, by="CASHIER-1")
    assert follow_own_opening(T1, event, MONDAY).wished == TUESDAY
    (task,) = tasks_of_opening(event, allowed=False, last_closed=MONDAY)
    assert (task.kind, task.terminal, task.business_date) == ("opened_without_right", "T1", TUESDAY)
    assert "CASHIER-1" in task.text


@pytest.mark.parametrize("last_closed", [MONDAY, TUESDAY])
def test_any__a_terminal_opened_itself_for_a_date_that_is_over__only_a_task(last_closed: object) -> None:
    event = opened_itself(MONDAY)
    assert follow_own_opening(T1, event, last_closed).wished is None  # type: ignore[arg-type]
    (task,) = tasks_of_opening(event, allowed=True, last_closed=last_closed)  # type: ignore[arg-type]
    assert task.kind == "opened_past_date"


def test_any__open_store_of_that_date_later__the_terminal_is_taken_over() -> None:
    own = follow_own_opening(T1, opened_itself(MONDAY), SUNDAY)
    assert wish_open(own, an_open_day(MONDAY)).origin == "back_office"


@pytest.mark.parametrize("day", [closed(), Archived(closed()), cancelled()])
def test_over__start_till_of_that_date_arrives_late__a_task_and_the_day_stays(day: StoreDay) -> None:
    task = task_of_session(session_told(late=True), day)
    assert task is not None
    assert (task.kind, task.about, state_of(day) in task.text) == ("late_session", "1" * 32, True)


@pytest.mark.parametrize(
    ("day", "late"), [(an_open_day(), True), (closing(), True), (NoDay(MONDAY), True), (closed(), False)]
)
def test_over__a_session_that_is_not_late_or_of_a_running_day__no_task(day: StoreDay, late: bool) -> None:
    assert task_of_session(session_told(late=late), day) is None


def test_over__a_late_session__stands_in_front_of_no_newer_days_session() -> None:
    current = KnownSession("2" * 32, "T1", "T1", TUESDAY, "open", 0)
    late = session_after(session_told(late=True), None, current)
    assert desired_till("T1", [current, late]).session_id == "2" * 32


def test_closed__settled_and_a_week_old__archived() -> None:
    fact = decide_archive(closed(), SETTLED, closed_at=WEEK_AGO, at=NOON)
    assert fact == DayArchived(Archived(closed()))
    state = evolve_archiving(book(closed()), fact)
    assert (state.day(MONDAY), state.last_closed) == (Archived(closed()), MONDAY)


def test_closed__not_a_week_old__stays_closed() -> None:
    fact = decide_archive(closed(), SETTLED, closed_at=WEEK_AGO + timedelta(seconds=1), at=NOON)
    assert isinstance(fact, NotYet)
    assert "7 days" in fact.reasons[0]


def test_closed__something_is_undecided__stays_closed_and_says_what() -> None:
    open_letter = DaySettlement(settled=False, reasons=("A dead letter of T1 is open.",))
    fact = decide_archive(closed(), open_letter, closed_at=WEEK_AGO, at=NOON)
    assert fact == NotYet(closed(), ("A dead letter of T1 is open.",))


def test_archived__terminals_are_told_how_far_the_archive_reaches() -> None:
    state = replace(book(Archived(closed())), archived_through=MONDAY)
    assert desired_content(T2, state, people_rev=0, tills=()).archived_through == MONDAY


def test_over__open_store_of_a_closed_or_archived_date__never_reopened() -> None:
    for day in (closed(), Archived(closed())):
        decision = decide_open(book(day), SUPERVISOR, open_store(), at=NOON)
        assert isinstance(decision, Refused)
        assert decision.code == "closed"
