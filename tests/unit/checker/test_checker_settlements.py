"""What the ledger adds to recorded differences is computed again: what is missing or too much is named."""

from dataclasses import replace

import pytest

from checker_journal import EPOCH, FIRST, SECOND, STORE, TERMINAL, TILL, two_days
from checker_money import money_world
from checker_world import ledger_of
from tillday_checker.judge import judge
from tillday_checker.spoken import NoClose, Reach
from tillday_checker.world import SettlementRow, World
from unit.checker.test_checker_uncounted_sessions import (
    LATE,
    both,
    closed_late,
    late_sale,
    lost_till,
    of_ledger,
    replacement,
    rescued,
)

FOUND_LATE = SettlementRow(SECOND, "opening", "cash", -LATE)
"""The next opening found what the ledger learned of afterwards."""


def judged(world: World, *settlements: SettlementRow, **changes: object) -> tuple[int, ...]:
    return judge(of_ledger(world, settlements=settlements, **changes)).violated


def late_money() -> World:
    old = lost_till()
    return both(old, replacement(), late_from=late_sale(old))


def test_a_ledger_that_works_no_settlements_out_is_not_asked_for_any() -> None:
    assert judge(late_money()).violated == ()


def test_late_money_settles_the_opening_that_found_it() -> None:
    assert judged(late_money(), FOUND_LATE) == ()


def test_a_settlement_added_in_several_rows_is_their_sum() -> None:
    more, back = replace(FOUND_LATE, amount=-LATE - 50), replace(FOUND_LATE, amount=50)

    assert judged(late_money(), more, back) == ()


@pytest.mark.parametrize(
    "stated",
    [
        (),
        (FOUND_LATE, FOUND_LATE),
        (replace(FOUND_LATE, amount=-LATE + 1),),
        (FOUND_LATE, replace(FOUND_LATE, session_id=FIRST, kind="cash_up")),
    ],
    ids=["missing", "twice", "another amount", "at a count that needs none"],
)
def test_a_settlement_that_is_not_what_the_events_leave_is_named(stated: tuple[SettlementRow, ...]) -> None:
    assert judged(late_money(), *stated) == (20,)


def test_a_till_of_which_something_is_not_worked_out_yet_is_asked_later() -> None:
    assert judged(late_money(), unsettled=frozenset({(STORE, TILL)})) == ()


def test_the_same_holds_where_the_late_money_stands_in_a_rescue_session() -> None:
    word = NoClose(FIRST, (Reach(TERMINAL, EPOCH, late_sale(lost_till()) - 1),))
    world = of_ledger(rescued(late_money()), no_closes=(word,))

    assert judged(world, FOUND_LATE) == ()
    assert judged(world) == (20,)


def test_a_close_that_came_late_settles_the_opening_that_did_not_know_it() -> None:
    old = closed_late()
    world = both(old, replacement(counted=15_000), late_from=late_sale(old))
    told_too_much = SettlementRow(SECOND, "opening", "cash", 847)

    assert judged(world, told_too_much) == ()
    assert judged(world) == (20,)


def test_adjustments_settle_the_cash_up_that_they_correct_and_forced_floats_none() -> None:
    corrected = tuple(
        SettlementRow(FIRST, "cash_up", tender, amount)
        for tender, amount in (("cash", -2_000), ("card", 2_000))
    )

    assert judged(money_world(), *corrected) == ()
    assert judged(money_world()) == (20,)


def test_days_without_late_money_are_settled_as_they_were_recorded() -> None:
    world = World(ledger=ledger_of(two_days()))

    assert judged(world) == ()
    assert judged(world, SettlementRow(FIRST, "cash_up", "cash", 10)) == (20,)
