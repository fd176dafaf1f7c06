"""What the drawer begins with: forced floats, foreign cash, and what a cash-up of every tender leaves."""

from typing import Any

import pytest

from agent_shift import SESSION, Shift
from agent_shop import (
    CARD,
    CASH,
    CASHIER,
    DOLLARS,
    SUPERVISOR,
    TENDERS,
    approved,
    cash_of,
    pieces,
    selling,
    store_settings,
)
from terminal_agent.core.cash_up import keep_choices
from terminal_agent.core.commands import ConfirmCashUp, CountFloat, CountTender, Move, StartCashUp, StartTill
from terminal_agent.core.terminal import OpeningAmounts, opening_amounts
from terminal_agent.core.till import ClosingCount, Idle, OpeningCount, Till
from terminal_agent.screens.show_count import missing_float
from tillday_contracts.entries import (
    CountAttempted,
    FloatMoved,
    InitialCountConfirmed,
    TenderAmount,
    TenderCount,
    TillClosed,
    TillStarted,
)
from tillday_contracts.wishes import DesiredTill, Settings, Tender

KEPT = (TenderAmount(tender="cash", amount=15000),)


def forced(wanted: int = 20000, **policies: Any) -> Settings:
    return store_settings(*TENDERS, floats={"TILL1": wanted}, **policies)


def started(settings: Settings, kept: tuple[TenderAmount, ...] | None = KEPT) -> Shift:
    shift = Shift(settings)
    shift.till = Till(Idle(kept))
    opening = opening_amounts(shift.till, None, settings, code="TILL1")
    shift.do(StartTill(CASHIER, SESSION), opening=opening.expected, kept=opening.kept)
    return shift


def test_a_forced_float_is_expected_instead_of_what_was_kept_and_its_change_is_recorded() -> None:
    shift = started(forced())

    attempt, moved, confirmed = shift.do(CountFloat(CASHIER, cash_of(20000))).entries

    assert isinstance(attempt, CountAttempted)
    assert attempt.expected == 20000
    assert isinstance(moved, FloatMoved)
    assert (moved.kept, moved.wanted, moved.amount) == (15000, 20000, 5000)
    assert isinstance(confirmed, InitialCountConfirmed)
    assert (confirmed.tenders[0].expected, confirmed.tenders[0].difference) == (20000, 0)


def test_the_worked_day_with_a_forced_float_ends_without_a_difference() -> None:
    shift = started(forced())
    shift.do(CountFloat(CASHIER, cash_of(20000)))
    shift.do(selling(("MUG-01", 1), cash=1250))
    shift.do(Move(by=SUPERVISOR, kind="paid_out", tender="cash", amount=250, reason="window cleaner"))

    cash = closed(shift, {"cash": 21000}).tenders[0]

    assert (cash.expected, cash.difference, cash.kept, cash.moved) == (21000, 0, 15000, 6000)


def test_a_float_that_was_left_as_it_is_counts_against_what_was_kept() -> None:
    shift = started(forced())

    entries = shift.do(CountFloat(CASHIER, cash_of(15000), leave_float=True)).entries

    assert not any(isinstance(body, FloatMoved) for body in entries)
    confirmed = entries[-1]
    assert isinstance(confirmed, InitialCountConfirmed)
    assert (confirmed.tenders[0].expected, confirmed.tenders[0].difference) == (15000, 0)


def test_a_refused_count_moves_no_float() -> None:
    shift = started(forced())

    assert [type(body) for body in shift.do(CountFloat(CASHIER, cash_of(19999))).entries] == [CountAttempted]
    later = shift.do(CountFloat(CASHIER, cash_of(19999), approved())).entries
    assert [type(body) for body in later] == [CountAttempted, FloatMoved, InitialCountConfirmed]


@pytest.mark.parametrize(("wanted", "moves"), [(20000, 5000), (10000, -5000)])
def test_a_blind_count_says_what_to_bring_or_put_away(wanted: int, moves: int) -> None:
    shift = started(forced(wanted, blind_count=True))

    assert missing_float(counting(shift), "cash", blind=True) == moves


def test_a_blind_count_names_no_amount_for_an_empty_drawer_because_that_is_the_expected_one() -> None:
    shift = started(forced(blind_count=True), None)

    assert missing_float(counting(shift), "cash", blind=True) is None
    assert missing_float(counting(shift), "cash", blind=False) == 20000


def counting(shift: Shift) -> OpeningCount:
    assert isinstance(shift.till.phase, OpeningCount)
    return shift.till.phase


def test_a_float_that_is_kept_as_wanted_moves_nothing() -> None:
    shift = started(forced(15000))

    entries = shift.do(CountFloat(CASHIER, cash_of(15000))).entries

    assert [type(body) for body in entries] == [CountAttempted, InitialCountConfirmed]


def test_a_lower_forced_float_puts_money_away() -> None:
    moved = started(forced(10000)).do(CountFloat(CASHIER, cash_of(10000))).entries[1]

    assert isinstance(moved, FloatMoved)
    assert moved.amount == -5000


def test_the_first_session_of_a_till_brings_its_float_or_begins_empty() -> None:
    moved = started(forced(), None).do(CountFloat(CASHIER, cash_of(20000))).entries[1]
    assert isinstance(moved, FloatMoved)
    assert (moved.kept, moved.amount) == (0, 20000)

    empty = started(store_settings(*TENDERS), None).do(CountFloat(CASHIER, ()))
    assert empty.refusal is None


def test_a_float_that_is_not_counted_is_brought_all_the_same() -> None:
    shift = Shift(forced(initial_count="taken_over"))
    opening = OpeningAmounts((TenderAmount(tender="cash", amount=20000),), KEPT)

    entries = shift.do(StartTill(CASHIER, SESSION), opening=opening.expected, kept=opening.kept).entries

    assert [type(body) for body in entries] == [TillStarted, FloatMoved, InitialCountConfirmed]


def test_a_new_float_holds_from_the_next_opening_count_on() -> None:
    shift = started(forced(20000))
    shift.settings = forced(30000)

    moved = shift.do(CountFloat(CASHIER, cash_of(20000))).entries[1]

    assert isinstance(moved, FloatMoved)
    assert moved.wanted == 20000


def test_a_replacement_begins_with_what_the_back_office_knows_was_kept() -> None:
    known = DesiredTill(till="TILL1", kept=KEPT)

    assert opening_amounts(Till(), known, store_settings(), code="TILL1").expected == KEPT
    assert opening_amounts(Till(Idle(())), known, store_settings(), code="TILL1").expected == ()


def test_foreign_cash_is_counted_at_the_opening_by_its_own_notes() -> None:
    kept = (*KEPT, TenderAmount(tender="cash_usd", amount=700))
    shift = started(store_settings(*TENDERS), kept)

    wrong = shift.do(CountFloat(CASHIER, pieces(n5000=3)))
    assert wrong.refusal is not None
    assert wrong.refusal.details["tender"] == "cash_usd"
    euros = shift.refused(CountFloat(CASHIER, pieces(n5000=3), foreign={"cash_usd": pieces(n2=350)}))
    assert euros.code == "wrong_denomination"
    strange = shift.refused(CountFloat(CASHIER, pieces(n5000=3), foreign={"card": ()}))
    assert strange.code == "unknown_tender"

    dollars = pieces(n500=1, n100=2)
    confirmed = shift.do(CountFloat(CASHIER, pieces(n5000=3), foreign={"cash_usd": dollars})).entries[-1]

    assert isinstance(confirmed, InitialCountConfirmed)
    assert [(part.tender, part.counted, part.difference) for part in confirmed.tenders] == [
        ("cash", 15000, 0),
        ("cash_usd", 700, 0),
    ]


def closed(shift: Shift, counted: dict[str, int], keep: dict[str, int] | None = None) -> TillClosed:
    assert shift.till.session is not None
    shift.do(StartCashUp(CASHIER))
    for tender in shift.till.session.terms.tenders:
        amount = counted.get(tender.tender, 0)
        by_pieces = tender.kind in ("cash", "foreign_cash")
        count = CountTender(
            CASHIER,
            tender.tender,
            cash_of(amount) if by_pieces else (),
            None if by_pieces else amount,
            approved(),
        )
        shift.do(count)
    decision = shift.do(ConfirmCashUp(CASHIER, keep or {}))
    assert decision.refusal is None, decision.refusal
    body = decision.entries[0]
    assert isinstance(body, TillClosed)
    return body


@pytest.mark.parametrize(
    ("mode", "counted", "keep", "left"),
    [
        ("fixed", 20000, None, 15000),
        ("fixed", 9000, None, 9000),
        ("keep_all", 20000, None, 20000),
        ("move_all", 20000, None, 0),
        ("variable", 20000, 12345, 12345),
        ("variable", 0, None, 0),
    ],
)
def test_four_ways_to_keep_and_no_question_where_there_is_one_answer(
    mode: str, counted: int, keep: int | None, left: int
) -> None:
    rule = CASH.keep.model_copy(update={"mode": mode})
    shift = Shift(store_settings(CASH.model_copy(update={"keep": rule}))).opened()

    body = closed(shift, {"cash": counted}, {} if keep is None else {"cash": keep})

    assert (body.tenders[0].kept, body.tenders[0].moved) == (left, counted - left)


def test_the_terminal_says_which_amounts_to_keep_are_to_be_chosen() -> None:
    rule = CASH.keep.model_copy(update={"mode": "variable"})
    shift = Shift(store_settings(CASH.model_copy(update={"keep": rule}), CARD)).opened()
    shift.do(StartCashUp(CASHIER))
    shift.do(CountTender(CASHIER, "cash", cash_of(15000)))
    shift.do(CountTender(CASHIER, "card", counted=0))

    assert isinstance(shift.till.phase, ClosingCount)
    assert [done.tender for done in keep_choices(shift.till.phase)] == ["cash"]


def test_every_tender_is_counted_in_its_own_way_and_the_difference_of_cash_comes_first() -> None:
    shift = Shift(store_settings(*TENDERS)).opened()
    shift.do(StartCashUp(CASHIER))

    assert shift.refused(CountTender(CASHIER, "cash", cash_of(14000))).code == "unapproved_difference"
    assert shift.refused(CountTender(CASHIER, "card", counted=0)).code == "cash_first"
    shift.do(CountTender(CASHIER, "cash", cash_of(14000), approver=approved()))
    assert shift.refused(CountTender(CASHIER, "cash_usd", counted=0)).code == "denominations_required"
    assert shift.refused(CountTender(CASHIER, "voucher", cash_of(5))).code == "total_required"
    assert isinstance(shift.till.phase, ClosingCount)
    assert len(shift.till.phase.attempts) == 2


def amounts(count: TenderCount) -> tuple[int, int, int]:
    return count.expected, count.counted, count.difference


def test_foreign_cash_has_a_keep_rule_of_its_own() -> None:
    keeps: Tender = DOLLARS
    shift = Shift(store_settings(CASH, keeps)).opened()

    body = closed(shift, {"cash": 15000, "cash_usd": 300})

    assert amounts(body.tenders[1]) == (0, 300, 300)
    assert (body.tenders[1].kept, body.tenders[1].moved) == (300, 0)


def test_a_count_that_began_goes_on_by_the_settings_it_began_with() -> None:
    shift = started(store_settings(CASH.model_copy(update={"initial_tolerance": 100})))
    later = store_settings(CASH, rev=2, blind_count=True)
    shift.settings = later.model_copy(update={"denominations": ()})

    assert shift.do(CountFloat(CASHIER, cash_of(14900))).refusal is None


def test_a_new_tolerance_and_a_blind_count_hold_from_the_next_opening_count_on() -> None:
    shift = started(store_settings(CASH.model_copy(update={"initial_tolerance": 100})))
    shift.do(CountFloat(CASHIER, cash_of(15000)))
    shift.settings = store_settings(CASH, rev=2, blind_count=True)
    closed(shift, {"cash": 15000})

    shift.do(StartTill(CASHIER, "6" * 32))
    refusal = shift.refused(CountFloat(CASHIER, cash_of(14900)))

    assert refusal.code == "unapproved_difference"
    assert dict(refusal.details) == {}
