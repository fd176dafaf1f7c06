"""What a receipt costs and how it is paid: several tenders, foreign cash, discounts, other prices."""

from typing import Any

import pytest

from agent_shift import Shift
from agent_shop import CASHIER, GOODS, SUPERVISOR, TENDERS, TODAY, place, store_settings
from terminal_agent.core.commands import Actor, Sell, StartTill, Tendered, Wanted
from terminal_agent.core.decide import decide
from terminal_agent.core.till import expected_in
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.entries import Sale


def goods_at(price: int, rate: int = 1000) -> dict[str, CatalogueItem]:
    return {"X": CatalogueItem(sku="X", name="Thing", price=price, tax_rate=rate)}


def shift(**policies: Any) -> Shift:
    return Shift(store_settings(*TENDERS, **policies)).opened()


def one(price: int, *payments: tuple[str, int], **changes: object) -> Sell:
    parts = tuple(Tendered(tender, amount) for tender, amount in payments)
    return Sell(CASHIER, (Wanted("X", 1),), parts, goods_at(price), **changes)  # type: ignore[arg-type]


def sold(till: Shift, command: Sell) -> Sale:
    body = till.do(command).entries[0]
    assert isinstance(body, Sale)
    return body


def test_foreign_cash_is_taken_at_its_rate_and_changed_in_the_stores_cash() -> None:
    till = shift()

    sale = sold(till, one(1500, ("cash_usd", 2000)))

    dollars, change = sale.payments
    assert (dollars.tender, dollars.tendered, dollars.amount) == ("cash_usd", 2000, 2000)
    assert (dollars.rate, dollars.value) == (920_000, 1840)
    assert (change.tender, change.tendered, change.change, change.amount) == ("cash", 0, 340, -340)
    assert till.till.running is not None
    assert expected_in(till.till.running.totals, "cash_usd") == 2000
    assert till.expected == 15000 - 340


def test_foreign_cash_that_does_not_reach_is_filled_up_with_cash() -> None:
    sale = sold(shift(), one(2000, ("cash_usd", 1000), ("cash", 1500)))

    assert [(p.tender, p.amount) for p in sale.payments] == [("cash_usd", 1000), ("cash", 1080)]
    assert sale.payments[1].change == 420


def test_the_change_of_foreign_cash_is_rounded_like_cash() -> None:
    sale = sold(shift(cash_rounding=5), one(1498, ("cash_usd", 2000)))

    assert sale.rounding == 2
    assert sale.payments[1].amount == -340
    assert sum(payment.worth for payment in sale.payments) == sale.total + sale.rounding


def test_one_receipt_is_paid_by_voucher_card_and_cash() -> None:
    sale = sold(shift(), one(2000, ("voucher", 500), ("card", 700), ("cash", 1000)))

    assert [(p.tender, p.amount, p.change) for p in sale.payments] == [
        ("voucher", 500, 0),
        ("card", 700, 0),
        ("cash", 800, 200),
    ]


@pytest.mark.parametrize(
    ("payments", "code"),
    [
        ((("card", 500), ("cash_usd", 1000)), "paid_too_much"),
        ((("cash_usd", 1000), ("cash", 1)), "paid_too_much"),
        ((("card", 499),), "payment_too_small"),
        ((("voucher", 501),), "paid_too_much"),
        ((("cash_usd", 500),), "payment_too_small"),
        ((("cash_usd", 10**13),), "wrong_amount"),
    ],
)
def test_payments_that_do_not_fit_the_total_are_refused(
    payments: tuple[tuple[str, int], ...], code: str
) -> None:
    assert shift().refused(one(500, *payments)).code == code


def test_no_change_is_given_that_the_drawer_should_not_hold() -> None:
    till = shift()

    refusal = till.refused(one(100, ("cash", 15101)))

    assert (refusal.code, refusal.details["expected"]) == ("not_enough_cash", 15000)
    assert till.do(one(100, ("cash", 15100))).refusal is None


def test_a_blind_till_tells_nobody_how_much_is_missing() -> None:
    refusal = shift(blind_count=True).refused(one(100, ("cash", 99999)))

    assert refusal.code == "not_enough_cash"
    assert "supervisor" in refusal.text
    assert dict(refusal.details) == {}


def test_a_total_that_rounds_to_zero_needs_no_payment() -> None:
    sale = sold(shift(cash_rounding=5), one(2))

    assert (sale.total, sale.rounding, sale.payments) == (2, -2, ())


def test_a_discount_on_the_receipt_is_shared_by_its_lines_to_the_unit() -> None:
    lines = (Wanted("COF-01", 1), Wanted("COF-01", 1), Wanted("BAK-04", 1, discount=20))
    command = Sell(SUPERVISOR, lines, (Tendered("card", 620),), GOODS, discount=100)

    sale = sold(shift(), command)

    assert [line.discount for line in sale.lines] == [22, 22, 20 + 56]
    assert sale.total == 160 + 160 + 400 - 100
    assert sum(tax.gross for tax in sale.taxes) == sale.total


def test_a_price_that_is_not_the_catalogues_is_kept_beside_it() -> None:
    command = Sell(SUPERVISOR, (Wanted("X", 2, price=250),), (Tendered("cash", 500),), goods_at(300))

    line = sold(shift(), command).lines[0]

    assert (line.unit_price, line.list_price, line.gross) == (250, 300, 500)
    same = Sell(CASHIER, (Wanted("X", 1, price=300),), (Tendered("cash", 300),), goods_at(300))
    assert sold(shift(), same).lines[0].list_price is None


@pytest.mark.parametrize(
    ("line", "discount", "right"),
    [
        (Wanted("X", 1, discount=1), 0, "discount"),
        (Wanted("X", 1), 1, "discount"),
        (Wanted("X", 1, price=1), 0, "override_price"),
    ],
)
def test_discounts_and_prices_need_a_right_or_somebody_who_has_it(
    line: Wanted, discount: int, right: str
) -> None:
    paid = (Tendered("cash", 300),)
    command = Sell(CASHIER, (line,), paid, goods_at(300), discount)

    refusal = shift().refused(command)
    assert (refusal.code, refusal.details["right"]) == ("right_missing", right)

    other = Actor("CASHIER-2", frozenset({"sell"}))
    barred = Sell(CASHIER, (line,), paid, goods_at(300), discount, other)
    assert shift().refused(barred).code == "approval_right_missing"

    allowed = Sell(CASHIER, (line,), paid, goods_at(300), discount, SUPERVISOR)
    assert sold(shift(), allowed).allowed_by == SUPERVISOR.person


@pytest.mark.parametrize(
    ("line", "discount", "code"),
    [
        (Wanted("X", 1, discount=301), 0, "wrong_discount"),
        (Wanted("X", 1, discount=-1), 0, "wrong_discount"),
        (Wanted("X", 1), 301, "wrong_discount"),
        (Wanted("X", 1), -1, "wrong_discount"),
        (Wanted("X", 1, price=-1), 0, "wrong_price"),
    ],
)
def test_a_discount_never_exceeds_what_it_is_taken_from(line: Wanted, discount: int, code: str) -> None:
    command = Sell(SUPERVISOR, (line,), (Tendered("cash", 300),), goods_at(300), discount)

    assert shift().refused(command).code == code


def test_a_price_changes_between_two_receipts_and_never_within_one() -> None:
    till = shift()
    before = sold(till, one(160, ("cash", 160)))
    after = sold(till, one(170, ("cash", 170)))

    assert (before.total, after.total) == (160, 170)


def test_tenders_and_policies_hold_from_the_next_opening_count_on() -> None:
    till = shift()
    new = store_settings(*TENDERS[:1], cash_rounding=5)

    decision = decide(till.till, one(1002, ("card", 1002)), place(settings=new))

    sale = decision.entries[0]
    assert isinstance(sale, Sale)
    assert (sale.rounding, sale.payments[0].tender) == (0, "card")
    fresh = Shift(new)
    fresh.do(StartTill(CASHIER, "7" * 32))
    session = fresh.till.session
    assert session is not None
    assert session.business_date == TODAY
    assert [tender.tender for tender in session.terms.tenders] == ["cash"]
