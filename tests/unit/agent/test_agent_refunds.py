"""Refunds: what comes back, at which price, how often, and out of which money."""

from typing import Any

import pytest

from agent_shift import Shift
from agent_shop import CASHIER, GOODS, SUPERVISOR, TENDERS, store_settings
from terminal_agent.core.commands import Actor, Original, Refund, Sell, Tendered, Wanted
from terminal_agent.core.till import expected_in
from tillday_contracts.arithmetic import fold_tenders
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.entries import Sale

CLERK = Actor("CLERK-1", frozenset({"sell", "refund"}))


def shift(**policies: Any) -> Shift:
    return Shift(store_settings(*TENDERS, **policies)).opened()


def selling(till: Shift, *lines: Wanted, discount: int = 0, card: int | None = None) -> Sale:
    total = sum(GOODS[line.sku].price * line.quantity - line.discount for line in lines) - discount
    paid = (Tendered("cash", total),) if card is None else (Tendered("card", card),)
    body = till.do(Sell(SUPERVISOR, lines, paid, GOODS, discount)).entries[0]
    assert isinstance(body, Sale)
    return body


def back(sale: Sale, *lines: tuple[str, int], refunded: dict[str, int] | None = None) -> Refund:
    wanted = tuple(Wanted(sku, quantity) for sku, quantity in lines)
    original = Original(sale, refunded or {})
    return Refund(by=CLERK, items=GOODS, lines=wanted, of=sale.number, original=original)


def refunded(till: Shift, command: Refund) -> Sale:
    decision = till.do(command)
    assert decision.refusal is None, decision.refusal
    body = decision.entries[0]
    assert isinstance(body, Sale)
    return body


def test_a_full_refund_mirrors_its_receipt() -> None:
    till = shift()
    sale = selling(till, Wanted("COF-01", 3, discount=10), Wanted("BAK-04", 1), discount=77)

    mirror = refunded(till, back(sale))

    assert mirror.refund_of == sale.number
    assert [line.gross for line in mirror.lines] == [-line.gross for line in sale.lines]
    assert [line.tax for line in mirror.lines] == [-line.tax for line in sale.lines]
    assert mirror.total == -sale.total
    assert (mirror.payments[0].tendered, mirror.payments[0].change) == (0, sale.total)
    assert till.expected == 15000
    assert fold_tenders(mirror)["cash"].refunds == sale.total


def test_refunds_one_by_one_add_up_to_the_line_with_its_discount() -> None:
    till = shift()
    sale = selling(till, Wanted("COF-01", 3, discount=10))

    parts = [refunded(till, back(sale, ("COF-01", 1), refunded={"COF-01": done})) for done in range(3)]

    assert sum(part.total for part in parts) == -sale.total
    assert till.refused(back(sale, refunded={"COF-01": 3})).code == "already_refunded"


def test_units_come_back_at_the_price_of_their_own_line() -> None:
    till = shift()
    sale = selling(till, Wanted("COF-01", 1), Wanted("COF-01", 2, discount=100))

    part = refunded(till, back(sale, ("COF-01", 1), refunded={"COF-01": 1}))

    assert part.total == -(160 - 50)


@pytest.mark.parametrize(
    ("lines", "before", "code"),
    [
        ((("COF-01", 4),), {}, "too_many_refunded"),
        ((("COF-01", 2),), {"COF-01": 2}, "too_many_refunded"),
        ((("COF-01", 2), ("COF-01", 2)), {}, "too_many_refunded"),
        ((("COF-01", 0),), {}, "too_many_refunded"),
        ((("MUG-01", 1),), {}, "not_on_receipt"),
    ],
)
def test_never_more_comes_back_than_was_sold(
    lines: tuple[tuple[str, int], ...], before: dict[str, int], code: str
) -> None:
    till = shift()
    sale = selling(till, Wanted("COF-01", 3))

    assert till.refused(back(sale, *lines, refunded=before)).code == code


def test_a_refund_is_not_refunded() -> None:
    till = shift()
    mirror = refunded(till, back(selling(till, Wanted("COF-01", 1))))

    assert till.refused(back(mirror)).code == "is_refund"


def test_a_refund_goes_back_to_a_card() -> None:
    till = shift()
    sale = selling(till, Wanted("MUG-01", 1), card=1250)
    command = Refund(
        by=CLERK,
        items=GOODS,
        payments=(Tendered("card", 1250),),
        of=sale.number,
        original=Original(sale, {}),
    )

    mirror = refunded(till, command)

    payment = mirror.payments[0]
    assert (payment.tender, payment.tendered, payment.change, payment.amount) == ("card", -1250, 0, -1250)
    assert till.till.running is not None
    assert expected_in(till.till.running.totals, "card") == 0


def test_what_is_paid_out_must_add_up_to_the_refund() -> None:
    till = shift()
    sale = selling(till, Wanted("MUG-01", 1))

    def paid(*parts: tuple[str, int]) -> Refund:
        payments = tuple(Tendered(tender, amount) for tender, amount in parts)
        original = Original(sale, {})
        return Refund(by=CLERK, items=GOODS, payments=payments, of=sale.number, original=original)

    assert till.refused(paid(("card", 1251))).code == "wrong_payout"
    assert till.refused(paid(("card", 250))).code == "wrong_payout"
    assert till.refused(paid(("cash_usd", 1250))).code == "foreign_refund"
    assert till.do(paid(("card", 250), ("cash", 1000))).refusal is None


def test_a_cash_refund_is_rounded_like_a_sale() -> None:
    goods = {"X": CatalogueItem(sku="X", name="Thing", price=1002, tax_rate=1000)}
    till = shift(cash_rounding=5)
    command = Refund(by=SUPERVISOR, items=goods, lines=(Wanted("X", 1),))

    mirror = refunded(till, command)

    assert (mirror.total, mirror.rounding, mirror.payments[0].change) == (-1002, 2, 1000)


def test_no_more_cash_goes_out_than_the_till_should_hold() -> None:
    till = shift()
    command = Refund(by=SUPERVISOR, items=GOODS, lines=(Wanted("MUG-01", 13),))

    assert till.refused(command).code == "not_enough_cash"
    blind = shift(blind_count=True)
    assert dict(blind.refused(command).details) == {}


def test_a_receipt_that_this_terminal_does_not_know_needs_a_supervisors_word() -> None:
    lines = (Wanted("COF-01", 1),)
    alone = Refund(by=CLERK, items=GOODS, lines=lines, of="T9-ABCDE-4")
    allowed = Refund(by=CLERK, items=GOODS, lines=lines, of="T9-ABCDE-4", allowed_by=SUPERVISOR)

    assert shift().refused(alone).code == "right_missing"
    mirror = refunded(shift(), allowed)
    assert (mirror.refund_of, mirror.allowed_by) == ("T9-ABCDE-4", "SUPERVISOR-1")
    assert shift().refused(Refund(by=SUPERVISOR, items=GOODS)).code == "empty_receipt"


def test_a_cashier_refunds_nothing_without_the_right() -> None:
    till = shift()
    sale = selling(till, Wanted("COF-01", 1))
    command = Refund(by=CASHIER, items=GOODS, of=sale.number, original=Original(sale, {}))

    assert till.refused(command).code == "right_missing"


def test_goods_that_cost_nothing_come_back_without_money() -> None:
    till = shift()
    mirror = refunded(till, back(selling(till, Wanted("WAT-02", 2))))

    assert (mirror.total, mirror.payments, mirror.lines[0].quantity) == (0, (), -2)
