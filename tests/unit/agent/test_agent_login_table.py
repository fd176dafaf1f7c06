"""The decision at login: one test per row of the table, named after it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent_shift import Shift
from agent_shop import CASHIER, SUPERVISOR, TODAY, selling
from terminal_agent.core.commands import Actor, StartCashUp
from terminal_agent.core.login import OpeningWish, Outcome, Situation, outcome_of, refuse_opening
from terminal_agent.core.terminal import Terminal, moves_of, opened_here
from tillday_contracts.entries import TerminalClosed, TerminalOpened

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
WARNING = "Please, check if the Business Date is correct."
ONLINE = Situation(
    online=True, set_up=True, bobd=TODAY, posbd=TODAY, today=TODAY, settled=True, till_open=False
)
OFFLINE = replace(ONLINE, online=False)
SELLING = {"settled": False, "till_open": True}
WISH = OpeningWish(
    by=SUPERVISOR, wanted=TODAY, closed_through=YESTERDAY, attested=None, last_session_date=None
)


def now(start: Situation, **changes: object) -> Outcome:
    return outcome_of(replace(start, **changes))  # type: ignore[arg-type]


def takes(outcome: Outcome, wanted: date | None) -> bool:
    """Whether the terminal's date becomes the wanted one at once."""
    return outcome.move and outcome.to == wanted and not outcome.may_start


def code_of(situation: Situation, **wish: object) -> str | None:
    refusal = refuse_opening(situation, replace(WISH, **wish))  # type: ignore[arg-type]
    return refusal.code if refusal is not None else None


# --- online -------------------------------------------------------------------------------------------


def test_online_blank_here_set_there_takes_the_date_and_counts_every_morning() -> None:
    assert takes(now(ONLINE, posbd=None), TODAY)
    assert now(ONLINE).code == "initial_count"


def test_online_both_blank_the_store_is_closed_and_a_supervisor_may_open() -> None:
    both_blank = replace(ONLINE, posbd=None, bobd=None)

    assert outcome_of(both_blank).text.startswith("The store is closed.")
    assert code_of(both_blank) is None
    assert code_of(both_blank, by=CASHIER) == "right_missing"


def test_online_the_open_session_was_closed_in_the_back_office_and_is_cashed_up_as_evidence() -> None:
    closed = now(ONLINE, void=True, **SELLING)
    shift = Shift().opened()

    assert closed.code == "cash_up_first"
    assert shift.refused(selling(("COF-01", 1)), obstacle=closed.obstacle).code == "cash_up_first"
    assert shift.do(StartCashUp(CASHIER), obstacle=closed.obstacle).refusal is None
    assert now(ONLINE, void=True).code == "initial_count"


def test_online_same_date_sells_where_the_till_is_open_else_counts() -> None:
    assert now(ONLINE, **SELLING).code == "sell"
    assert now(ONLINE).code == "initial_count"


def test_online_a_later_date_is_wished_and_nothing_is_uncounted_takes_it() -> None:
    outcome = now(ONLINE, posbd=YESTERDAY)

    assert takes(outcome, TODAY)
    moves = moves_of(Terminal(business_date=YESTERDAY), outcome, desired_rev=3)
    assert [type(body) for body in moves] == [TerminalClosed, TerminalOpened]


def test_online_a_later_date_is_wished_while_the_old_till_is_open_cashes_up_first() -> None:
    outcome = now(ONLINE, posbd=YESTERDAY, **SELLING)

    assert (outcome.code, outcome.move) == ("cash_up_first", False)
    assert YESTERDAY.isoformat() in outcome.text


@pytest.mark.parametrize("bobd", [YESTERDAY, None])
def test_online_opened_here_and_not_named_by_the_back_office_yet_goes_on(bobd: date | None) -> None:
    assert now(ONLINE, bobd=bobd, opening_unnoticed=True).code == "initial_count"
    assert now(ONLINE, bobd=bobd, opening_unnoticed=True, **SELLING).code == "sell"


@pytest.mark.parametrize("bobd", [YESTERDAY, None])
def test_online_an_earlier_date_or_none_is_wished_takes_it_after_the_cash_up(bobd: date | None) -> None:
    assert takes(now(ONLINE, bobd=bobd), bobd)
    uncounted = now(ONLINE, bobd=bobd, **SELLING)
    assert (uncounted.code, uncounted.move) == ("cash_up_first", False)


# --- offline ------------------------------------------------------------------------------------------


def test_offline_blank_here_a_supervisor_may_open_with_a_date() -> None:
    blank = replace(OFFLINE, posbd=None)

    assert outcome_of(blank).code == "terminal_closed"
    assert code_of(blank) is None
    assert code_of(blank, by=CASHIER) == "right_missing"
    assert [type(body) for body in opened_here(Terminal(), TODAY, "SUPERVISOR-1")] == [TerminalOpened]


def test_offline_on_todays_date_sells_where_the_till_is_open_else_counts() -> None:
    assert now(OFFLINE, **SELLING).code == "sell"
    assert now(OFFLINE).code == "initial_count"


@pytest.mark.parametrize("posbd", [YESTERDAY, TOMORROW])
def test_offline_on_another_date_warns_and_a_supervisor_may_change_it(posbd: date) -> None:
    other = replace(OFFLINE, posbd=posbd)

    assert outcome_of(other).text.startswith(WARNING)
    assert not outcome_of(other).may_start
    assert code_of(other) is None
    changed = opened_here(Terminal(business_date=posbd), TODAY, "SUPERVISOR-1")
    assert [type(body) for body in changed] == [TerminalClosed, TerminalOpened]
    assert {body.by for body in changed} == {"SUPERVISOR-1"}


def test_offline_on_another_date_uncounted_sales_are_cashed_up_first() -> None:
    other = replace(OFFLINE, posbd=YESTERDAY, settled=False, till_open=True)

    assert outcome_of(other).text.startswith(WARNING)
    assert "Cash up" in outcome_of(other).text
    assert code_of(other) == "cash_up_first"
    assert Shift().opened().do(StartCashUp(CASHIER), obstacle=outcome_of(other).obstacle).refusal is None


# --- how far a date given at the front may lie -----------------------------------------------------------


@pytest.mark.parametrize("posbd", [None, YESTERDAY])
def test_a_date_given_here_lies_after_the_last_closed_one_and_at_most_tomorrow(posbd: date | None) -> None:
    there = replace(OFFLINE, posbd=posbd)

    assert code_of(there, wanted=YESTERDAY) == "date_closed"
    assert code_of(there, wanted=TODAY) is None
    assert code_of(there, wanted=TOMORROW) is None
    assert code_of(there, wanted=TOMORROW + timedelta(days=1)) == "date_too_late"


def test_a_clock_behind_the_time_the_back_office_was_last_heard_gives_no_date() -> None:
    assert code_of(replace(OFFLINE, posbd=None, clock_back=True)) == "clock_wrong"


def test_back_from_a_wrong_later_date_only_while_that_date_has_no_session() -> None:
    wrong = replace(OFFLINE, posbd=TOMORROW)

    assert code_of(wrong, last_session_date=TODAY) is None
    assert code_of(wrong, last_session_date=TOMORROW) == "date_used"


def test_changing_a_date_needs_a_right_of_its_own() -> None:
    opener = Actor("DEPUTY-1", frozenset({"sell", "open_terminal"}))

    assert code_of(replace(OFFLINE, posbd=None), by=opener) is None
    assert code_of(replace(OFFLINE, posbd=YESTERDAY), by=opener) == "right_missing"


def test_a_terminal_alone_warns_from_the_second_day_and_stops_after_the_limit() -> None:
    assert "2 days" in now(OFFLINE, alone_days=2).text
    assert now(OFFLINE, alone_days=7).may_start
    assert now(OFFLINE, alone_days=8).code == "too_long_alone"
    assert now(OFFLINE, alone_days=3, alone_limit=2).code == "too_long_alone"
