"""A till's session: one test per row of its table that a terminal decides, named after it."""

import pytest

from agent_shift import SESSION, Shift
from agent_shop import (
    CARD,
    CASH,
    CASHIER,
    SUPERVISOR,
    VOUCHER,
    approved,
    cash_of,
    selling,
    store_settings,
)
from terminal_agent.core.commands import (
    Actor,
    CancelCashUp,
    ConfirmCashUp,
    CountFloat,
    CountTender,
    OpenDrawer,
    StartCashUp,
    StartTill,
)
from terminal_agent.core.login import Outcome
from terminal_agent.core.till import ClosingCount, Idle, Open, OpeningCount
from tillday_contracts.entries import CountAttempted, InitialCountConfirmed, TillClosed

OTHER = Actor("CASHIER-2", frozenset({"sell"}))
CLOSED = Outcome("store_closed", "The store is closed.").obstacle


def counting(shift: Shift | None = None) -> Shift:
    """A till whose closing count has begun; the drawer holds 151.60."""
    shift = (shift or Shift()).opened()
    shift.do(selling(("COF-01", 1)))
    shift.do(StartCashUp(CASHIER))
    return shift


def started(**policies: object) -> Shift:
    shift = Shift(store_settings(**policies))  # type: ignore[arg-type]
    shift.do(StartTill(CASHIER, SESSION))
    return shift


def counted(amount: int, **more: object) -> CountTender:
    return CountTender(CASHIER, "cash", cash_of(amount), **more)  # type: ignore[arg-type]


def test_start_till_needs_an_open_terminal_and_a_final_session_before() -> None:
    assert Shift().refused(StartTill(CASHIER, SESSION), obstacle=CLOSED).code == "store_closed"
    running = started()
    assert isinstance(running.till.phase, OpeningCount)
    assert running.refused(StartTill(CASHIER, "6" * 32)).code == "till_not_closed"


def test_opening_count_confirm_within_tolerance_or_approved_opens_with_what_was_counted() -> None:
    shift = started()

    assert shift.refused(CountFloat(CASHIER, cash_of(14000))).code == "unapproved_difference"
    assert shift.do(CountFloat(CASHIER, cash_of(14000), approved())).refusal is None
    assert isinstance(shift.till.phase, Open)
    assert shift.expected == 14000


def test_opening_count_is_taken_over_uncounted_where_the_store_says_so_and_is_recorded_so() -> None:
    shift = Shift(store_settings(initial_count="taken_over"))

    confirmed = shift.do(StartTill(CASHIER, SESSION)).entries[-1]

    assert isinstance(confirmed, InitialCountConfirmed)
    assert confirmed.uncounted
    counted_one = started().do(CountFloat(CASHIER, cash_of(15000))).entries[-1]
    assert isinstance(counted_one, InitialCountConfirmed)
    assert not counted_one.uncounted


def test_open_sells_on_its_own_date_only() -> None:
    shift = Shift().opened()

    assert shift.do(selling(("COF-01", 1))).refusal is None
    assert shift.refused(selling(("COF-01", 1)), business_date=None).code == "wrong_date"


@pytest.mark.parametrize("who", [CASHIER, SUPERVISOR])
def test_open_start_cash_up_by_the_cashier_or_any_supervisor(who: Actor) -> None:
    shift = Shift().opened()

    assert shift.refused(StartCashUp(OTHER)).code == "right_missing"
    assert shift.do(StartCashUp(who)).refusal is None
    assert isinstance(shift.till.phase, ClosingCount)
    assert shift.refused(selling(("COF-01", 1))).code == "cash_up_running"


def test_a_supervisor_cashes_up_for_somebody_else_from_the_start_to_the_report() -> None:
    shift = Shift().opened()
    shift.do(StartCashUp(SUPERVISOR))
    shift.do(CountTender(SUPERVISOR, "cash", cash_of(15000)))

    closed = shift.do(ConfirmCashUp(SUPERVISOR, {})).entries[0]

    assert isinstance(closed, TillClosed)
    assert closed.by == "SUPERVISOR-1"


def test_closing_count_cancel_only_while_nothing_is_confirmed() -> None:
    shift = counting()
    assert shift.do(CancelCashUp(CASHIER)).refusal is None
    assert isinstance(shift.till.phase, Open)

    shift.do(StartCashUp(CASHIER))
    shift.do(counted(15160))
    assert shift.refused(CancelCashUp(CASHIER)).code == "tender_confirmed"


def test_closing_count_a_difference_of_cash_is_approved_before_the_next_step() -> None:
    shift = counting(Shift(store_settings(CASH, CARD)))

    assert shift.refused(counted(15000)).code == "unapproved_difference"
    assert shift.refused(CountTender(CASHIER, "card", (), 0)).code == "cash_first"
    assert shift.do(counted(15000, approver=approved())).refusal is None
    assert shift.do(CountTender(CASHIER, "card", (), 0)).refusal is None


def test_closing_count_each_other_tender_by_its_total_and_its_difference_approved() -> None:
    shift = counting(Shift(store_settings(CASH, CARD, VOUCHER)))
    shift.do(counted(15160))

    assert shift.refused(CountTender(CASHIER, "card", (), 500)).code == "unapproved_difference"
    assert shift.do(CountTender(CASHIER, "card", (), 500, approved())).refusal is None
    assert shift.refused(ConfirmCashUp(CASHIER, {})).code == "tenders_missing"
    assert shift.do(CountTender(CASHIER, "voucher", (), 0)).refusal is None


def test_closing_count_confirm_closes_with_the_kept_amounts_stored_for_the_next_count() -> None:
    shift = counting()
    shift.do(counted(15160))

    closed = shift.do(ConfirmCashUp(CASHIER, {})).entries[0]

    assert isinstance(closed, TillClosed)
    phase = shift.till.phase
    assert isinstance(phase, Idle)
    assert (phase.last_status, [part.amount for part in phase.kept or ()]) == ("closed_front", [15000])


def test_several_sessions_of_one_day_follow_one_another() -> None:
    shift = Shift()
    numbers = []
    for session in ("5" * 32, "6" * 32):
        shift.do(StartTill(CASHIER, session))
        shift.do(CountFloat(CASHIER, cash_of(15000)))
        shift.do(StartCashUp(CASHIER))
        shift.do(counted(15000))
        closed = shift.do(ConfirmCashUp(CASHIER, {})).entries[0]
        assert isinstance(closed, TillClosed)
        numbers.append((closed.session_id, closed.number.rpartition("-")[2]))

    assert numbers == [("5" * 32, "1"), ("6" * 32, "2")]


def test_the_drawer_is_opened_by_a_supervisor_at_any_count() -> None:
    assert started().do(OpenDrawer(SUPERVISOR, "Count again")).refusal is None
    assert counting().do(OpenDrawer(SUPERVISOR, "Count again")).refusal is None


def test_a_blind_count_is_repeated_once_and_then_waits_for_a_supervisor() -> None:
    shift = started(blind_count=True)
    for wrong in (14000, 14500):
        assert shift.refused(CountFloat(CASHIER, cash_of(wrong))).code == "unapproved_difference"

    third = shift.do(CountFloat(CASHIER, cash_of(15000)))

    assert third.refusal is not None
    assert (third.refusal.code, third.entries) == ("recount_spent", ())
    assert not third.refusal.details
    cashier = approved(by=OTHER)
    assert shift.refused(CountFloat(CASHIER, cash_of(15000), cashier)).code == "approval_right_missing"
    assert shift.do(CountFloat(CASHIER, cash_of(15000), approved())).refusal is None


def test_how_often_a_blind_count_is_repeated_is_the_stores_setting() -> None:
    shift = started(blind_count=True, blind_recounts=0)

    shift.refused(CountFloat(CASHIER, cash_of(14000)))
    assert shift.refused(CountFloat(CASHIER, cash_of(15000))).code == "recount_spent"


def test_a_count_that_is_not_blind_is_repeated_as_often_as_wanted() -> None:
    shift = started()
    for wrong in (14000, 14500, 14900):
        shift.refused(CountFloat(CASHIER, cash_of(wrong)))

    assert shift.do(CountFloat(CASHIER, cash_of(15000))).refusal is None


def test_giving_a_blind_cash_up_up_gives_no_count_back_until_something_is_sold() -> None:
    shift = counting(Shift(store_settings(blind_count=True)))
    for wrong in (15000, 15100):
        assert isinstance(shift.do(counted(wrong)).entries[0], CountAttempted)
    shift.do(CancelCashUp(CASHIER))
    shift.do(StartCashUp(CASHIER))
    assert shift.refused(counted(15160)).code == "recount_spent"

    shift.do(CancelCashUp(CASHIER))
    shift.do(selling(("COF-01", 1)))
    shift.do(StartCashUp(CASHIER))
    assert shift.do(counted(15320)).refusal is None
