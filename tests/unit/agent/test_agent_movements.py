"""Money that moves without a sale, settled counts, and the drawer opened by hand."""

from typing import Any

import pytest

from agent_shift import SESSION, Shift
from agent_shop import CASHIER, SUPERVISOR, TENDERS, store_settings
from terminal_agent.core.commands import Actor, Adjust, Move, OpenDrawer, StartCashUp
from tillday_contracts.entries import Adjustment, Movement, NoSale
from tillday_contracts.movement_entries import MovementKind


def shift(**policies: Any) -> Shift:
    return Shift(store_settings(*TENDERS, **policies)).opened()


def moving(kind: MovementKind, amount: int, tender: str = "cash", **changes: object) -> Move:
    values = {"by": SUPERVISOR, "reason": "as agreed"} | changes
    return Move(kind=kind, tender=tender, amount=amount, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "expected"), [("paid_in", 15500), ("loan", 15500), ("paid_out", 14500), ("pickup", 14500)]
)
def test_a_movement_changes_what_the_drawer_should_hold(kind: MovementKind, expected: int) -> None:
    till = shift()

    body = till.do(moving(kind, 500)).entries[0]

    assert isinstance(body, Movement)
    assert (body.session_id, body.kind, body.amount) == (SESSION, kind, 500)
    assert till.expected == expected


@pytest.mark.parametrize("kind", ["paid_out", "pickup"])
def test_no_more_is_taken_out_than_the_till_should_hold(kind: MovementKind) -> None:
    till = shift()

    refusal = till.refused(moving(kind, 15001))

    assert (refusal.code, refusal.details["expected"]) == ("not_enough_cash", 15000)
    assert till.do(moving(kind, 15000)).refusal is None
    assert till.expected == 0


def test_a_blind_till_asks_a_supervisor_and_shows_no_figure() -> None:
    refusal = shift(blind_count=True).refused(moving("pickup", 15001))

    assert "supervisor" in refusal.text
    assert dict(refusal.details) == {}


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (moving("paid_in", 0), "wrong_amount"),
        (moving("paid_in", -5), "wrong_amount"),
        (moving("paid_in", 10**12 + 1), "wrong_amount"),
        (moving("paid_in", 5, "shells"), "unknown_tender"),
        (moving("paid_in", 5, "card"), "not_in_till"),
        (moving("paid_in", 5, reason=" "), "reason_required"),
        (moving("paid_in", 5, by=CASHIER), "right_missing"),
    ],
)
def test_a_movement_that_cannot_be_right_is_refused(command: Move, code: str) -> None:
    assert shift().refused(command).code == code


def test_a_movement_that_somebody_else_allows_says_who() -> None:
    body = shift().do(moving("loan", 5, by=CASHIER, allowed_by=SUPERVISOR)).entries[0]

    assert isinstance(body, Movement)
    assert (body.by, body.allowed_by) == ("CASHIER-1", "SUPERVISOR-1")


def test_nothing_moves_before_the_initial_count_or_during_the_cash_up() -> None:
    assert Shift().refused(moving("paid_in", 5)).code == "till_closed"
    till = shift()
    till.do(StartCashUp(CASHIER))
    assert till.refused(moving("paid_in", 5)).code == "cash_up_running"


def adjusting(amount: int = -2000, corrects: str = "9" * 32, **changes: object) -> Adjust:
    values = {"by": CASHIER, "reason": "keyed as cash", "allowed_by": SUPERVISOR} | changes
    return Adjust(corrects=corrects, tender="cash", amount=amount, **values)  # type: ignore[arg-type]


def test_an_adjustment_settles_another_session_and_moves_no_money_here() -> None:
    till = shift()

    body = till.do(adjusting()).entries[0]

    assert isinstance(body, Adjustment)
    assert (body.corrects, body.amount, body.allowed_by) == ("9" * 32, -2000, "SUPERVISOR-1")
    assert till.expected == 15000


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (adjusting(0), "wrong_amount"),
        (adjusting(corrects=SESSION), "own_session"),
        (adjusting(allowed_by=CASHIER), "approval_right_missing"),
        (adjusting(reason=" "), "reason_required"),
    ],
)
def test_an_adjustment_that_cannot_be_right_is_refused(command: Adjust, code: str) -> None:
    assert shift().refused(command).code == code


def test_the_drawer_is_opened_by_hand_with_a_reason_at_any_time() -> None:
    body = Shift().do(OpenDrawer(SUPERVISOR, "coins got stuck")).entries[0]
    assert isinstance(body, NoSale)
    assert body.session_id is None

    inside = shift().do(OpenDrawer(SUPERVISOR, "change for a note")).entries[0]
    assert isinstance(inside, NoSale)
    assert inside.session_id == SESSION
    assert Shift().refused(OpenDrawer(SUPERVISOR, " ")).code == "reason_required"
    nobody = Actor("GUEST", frozenset())
    assert Shift().refused(OpenDrawer(nobody, "why not")).code == "right_missing"
