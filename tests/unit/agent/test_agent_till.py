"""A till's session from its first count to its sales, as the terminal decides it."""

import pytest

from agent_shift import SESSION, Shift
from agent_shop import (
    CARD,
    CASH,
    CASHIER,
    EPOCH,
    GOODS,
    SUPERVISOR,
    TODAY,
    approved,
    cash_of,
    pieces,
    selling,
    store_settings,
)
from terminal_agent.core.commands import (
    Actor,
    CountFloat,
    Sell,
    StartTill,
    Tendered,
    Wanted,
)
from terminal_agent.core.refusal import Refusal
from terminal_agent.core.till import (
    Open,
    OpeningCount,
)
from tillday_contracts.denominations import DenominationCount
from tillday_contracts.entries import (
    CountAttempted,
    InitialCountConfirmed,
    Sale,
    approval_subject,
)
from tillday_contracts.ids import receipt_number

OTHER = Actor("CASHIER-2", frozenset({"sell"}))


def test_a_till_opens_when_its_float_is_counted_as_expected() -> None:
    shift = Shift().opened()

    assert isinstance(shift.till.phase, Open)
    assert shift.expected == 15000


def test_a_till_is_not_started_twice() -> None:
    assert Shift().opened().refused(StartTill(CASHIER, "6" * 32)).code == "till_not_closed"


def test_a_till_starts_only_where_the_terminal_may_sell() -> None:
    obstacle = Refusal("store_closed", "The store is closed.")

    assert Shift().refused(StartTill(CASHIER, SESSION), obstacle=obstacle) is obstacle


def test_a_difference_in_the_float_needs_an_approval_and_every_attempt_is_kept() -> None:
    shift = Shift()
    shift.do(StartTill(CASHIER, SESSION))

    decision = shift.do(CountFloat(CASHIER, pieces(n5000=2)))

    assert decision.refusal is not None
    assert decision.refusal.code == "unapproved_difference"
    assert decision.refusal.details["difference"] == -5000
    assert [type(body) for body in decision.entries] == [CountAttempted]
    assert isinstance(shift.till.phase, OpeningCount)
    assert len(shift.till.phase.attempts) == 1


def test_an_approval_is_bound_to_the_very_difference_it_lets_pass() -> None:
    shift = Shift()
    shift.do(StartTill(CASHIER, SESSION))

    decision = shift.do(CountFloat(CASHIER, pieces(n5000=2), approved()))

    confirmed = decision.entries[-1]
    assert isinstance(confirmed, InitialCountConfirmed)
    cash = confirmed.tenders[0]
    assert cash.approval is not None
    assert cash.approval.difference == cash.difference == -5000
    assert cash.approval.subject == approval_subject(
        session_id=SESSION, count="initial", tender="cash", expected=15000, counted=10000
    )


def test_a_difference_equal_to_the_tolerance_passes_and_one_more_does_not() -> None:
    tolerant = CASH.model_copy(update={"initial_tolerance": 100})
    for counted, opens in ((15100, True), (14900, True), (15101, False), (14899, False)):
        shift = Shift(store_settings(tolerant))
        shift.do(StartTill(CASHIER, SESSION))
        decision = shift.do(CountFloat(CASHIER, cash_of(counted)))
        assert (decision.refusal is None) == opens


def test_a_cashier_may_not_approve() -> None:
    shift = Shift()
    shift.do(StartTill(CASHIER, SESSION))

    assert shift.refused(CountFloat(CASHIER, (), approved(by=OTHER))).code == "approval_right_missing"


@pytest.mark.parametrize(
    ("policy", "reason", "code"),
    [
        ("never", "alone today", "own_count"),
        ("with_reason", None, "reason_required"),
        ("with_reason", " ", "reason_required"),
        ("with_reason", "alone today", None),
        ("always", None, None),
    ],
)
def test_who_may_approve_an_own_count_is_the_stores_setting(
    policy: str, reason: str | None, code: str | None
) -> None:
    shift = Shift(store_settings(own_count_approval=policy))
    shift.do(StartTill(SUPERVISOR, SESSION))

    decision = shift.do(CountFloat(SUPERVISOR, (), approved(reason, SUPERVISOR)))

    assert (decision.refusal.code if decision.refusal else None) == code


def test_a_blind_count_shows_no_figures() -> None:
    shift = Shift(store_settings(blind_count=True))
    shift.do(StartTill(CASHIER, SESSION))

    refusal = shift.refused(CountFloat(CASHIER, pieces(n5000=2)))

    assert refusal.code == "unapproved_difference"
    assert dict(refusal.details) == {}


def test_a_float_taken_over_is_recorded_as_uncounted() -> None:
    shift = Shift(store_settings(initial_count="taken_over"))

    decision = shift.do(StartTill(CASHIER, SESSION))

    confirmed = decision.entries[-1]
    assert isinstance(confirmed, InitialCountConfirmed)
    assert confirmed.tenders[0].counted == 15000
    assert confirmed.tenders[0].denominations == ()
    assert isinstance(shift.till.phase, Open)


@pytest.mark.parametrize("counted", [pieces(n5000=3, n3=1), (*pieces(n5000=1), *pieces(n5000=2))])
def test_pieces_that_the_store_does_not_have_or_that_come_twice_are_refused(
    counted: tuple[DenominationCount, ...],
) -> None:
    shift = Shift()
    shift.do(StartTill(CASHIER, SESSION))

    decision = shift.do(CountFloat(CASHIER, counted))

    assert decision.refusal is not None
    assert decision.refusal.code == "wrong_denomination"
    assert decision.entries == ()


def test_a_sale_before_the_initial_count_is_refused() -> None:
    shift = Shift()
    assert shift.refused(selling(("COF-01", 1))).code == "till_closed"
    shift.do(StartTill(CASHIER, SESSION))
    assert shift.refused(selling(("COF-01", 1))).code == "initial_count_missing"


def test_a_cash_sale_gives_change_and_adds_its_total_to_the_drawer() -> None:
    shift = Shift().opened()

    sale = shift.do(selling(("COF-01", 2), ("BAK-04", 1), cash=1000)).entries[0]

    assert isinstance(sale, Sale)
    assert (sale.total, sale.payments[0].tendered, sale.payments[0].change) == (740, 1000, 260)
    assert sale.number == receipt_number("T1", EPOCH, 1)
    assert [(tax.rate, tax.gross) for tax in sale.taxes] == [(400, 420), (1000, 320)]
    assert shift.expected == 15740


def test_receipt_numbers_have_no_gaps_after_refused_sales() -> None:
    shift = Shift().opened()
    shift.do(selling(("COF-01", 1)))
    shift.refused(selling(("COF-01", 1), cash=1))
    sale = shift.do(selling(("COF-01", 1))).entries[0]

    assert isinstance(sale, Sale)
    assert sale.number.endswith("-2")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (selling(("NOPE", 1)), "unknown_sku"),
        (selling(("COF-01", 0), cash=100), "wrong_quantity"),
        (selling(("COF-01", -1), cash=100), "wrong_quantity"),
        (selling(("COF-01", 10**6 + 1), cash=100), "wrong_quantity"),
        (selling(("COF-01", 1), cash=159), "payment_too_small"),
        (selling(("WAT-02", 1), cash=100), "paid_too_much"),
        (Sell(CASHIER, (), (), GOODS), "empty_receipt"),
        (Sell(CASHIER, (Wanted("WAT-02", 1),) * 151, (), GOODS), "too_many_lines"),
        (Sell(CASHIER, (Wanted("COF-01", 1),), (Tendered("shells", 160),), GOODS), "unknown_tender"),
        (Sell(CASHIER, (Wanted("COF-01", 1),), (Tendered("cash", -160),), GOODS), "wrong_amount"),
        (selling(("COF-01", 1), by=Actor("GUEST", frozenset())), "right_missing"),
    ],
)
def test_a_sale_that_cannot_be_right_is_refused_and_leaves_no_trace(command: Sell, code: str) -> None:
    shift = Shift().opened()

    decision = shift.do(command)

    assert decision.refusal is not None
    assert decision.refusal.code == code
    assert decision.entries == ()


def test_a_receipt_of_nothing_has_no_payment() -> None:
    sale = Shift().opened().do(selling(("WAT-02", 3))).entries[0]

    assert isinstance(sale, Sale)
    assert (sale.total, sale.payments) == (0, ())


def test_a_receipt_has_150_lines_at_most() -> None:
    lines = (Wanted("COF-01", 1),) * 150
    command = Sell(CASHIER, lines, (Tendered("cash", 160 * 150),), GOODS)

    assert Shift().opened().do(command).refusal is None


def test_cash_is_rounded_after_the_other_payments_and_before_change() -> None:
    goods = {"ODD": GOODS["COF-01"].model_copy(update={"sku": "ODD", "price": 1002})}
    paid = (Tendered("card", 500), Tendered("cash", 1000))
    shift = Shift(store_settings(CASH, CARD, cash_rounding=5)).opened()

    sale = shift.do(Sell(CASHIER, (Wanted("ODD", 1),), paid, goods)).entries[0]

    assert isinstance(sale, Sale)
    assert sale.rounding == -2
    assert [(p.tender, p.amount, p.change) for p in sale.payments] == [("card", 500, 0), ("cash", 500, 500)]


def test_only_cash_gives_change() -> None:
    shift = Shift(store_settings(CASH, CARD)).opened()
    too_much = Sell(CASHIER, (Wanted("COF-01", 1),), (Tendered("card", 161),), GOODS)

    assert shift.refused(too_much).code == "paid_too_much"


def test_a_session_of_another_date_sells_no_more() -> None:
    tomorrow = TODAY.replace(day=7)

    assert Shift().opened().refused(selling(("COF-01", 1)), business_date=tomorrow).code == "wrong_date"
