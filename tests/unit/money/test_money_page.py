"""Each row of the money page, computed again with the arithmetic that terminal and ledger share."""

from typing import Literal, get_args

import pytest

from tillday_contracts.arithmetic import (
    KeepRule,
    TenderTotals,
    cash_payment,
    cash_rounding,
    fold_movement,
    fold_tenders,
    foreign_value,
    kept_amount,
    moved_to_safe,
    price_receipt,
    shared_discount,
)
from tillday_contracts.entries import Movement, Payment, Sale, SaleLine
from tillday_contracts.example_entries import entry_examples, sale
from tillday_contracts.money import divide_half_away
from unit.money.page import Row, amount, amounts, rate_of, rows_of, tables

TESTED_HERE = {
    ("Rounding", 1),
    ("Tax", 1),
    ("Tax", 2),
    ("Discounts", 1),
    ("Paying", 1),
    ("Foreign cash", 1),
    ("Refunds", 1),
    ("What should be in the till", 1),
    ("What should be in the till", 2),
    ("Differences", 1),
    ("What stays in the till", 1),
}
TESTED_AS_DAYS = {("Days", 1), ("A wrong close, settled", 1), ("A wrong close, settled", 2)}


def line(gross: int, rate: int) -> SaleLine:
    """Return a line of one piece, or of one that comes back."""
    quantity = -1 if gross < 0 else 1
    return SaleLine(
        sku="ANY", name="Any", quantity=quantity, unit_price=abs(gross), tax_rate=rate, gross=gross, tax=0
    )


def each(heading: str, place: int = 1) -> pytest.MarkDecorator:
    """Run a test for each row of a table."""
    rows = rows_of(heading, place)
    return pytest.mark.parametrize("row", rows, ids=[" / ".join(row.values()) for row in rows])


def test_every_table_of_the_page_is_computed_again() -> None:
    assert tables().keys() == TESTED_HERE | TESTED_AS_DAYS
    assert all(table.rows for table in tables().values())


@each("Rounding")
def test_a_half_goes_away_from_zero(row: Row) -> None:
    assert divide_half_away(int(row["amount"]), int(row["by"])) == int(row["rounded"])


@each("Tax")
def test_a_rates_tax_is_shared_by_its_lines(row: Row) -> None:
    priced = price_receipt([line(gross, int(row["rate"])) for gross in amounts(row["lines"])])

    assert [tax.tax for tax in priced.taxes] == [int(row["tax"])]
    assert [one.tax for one in priced.lines] == amounts(row["shares"])


def test_each_rate_of_a_receipt_is_taxed_on_its_own_sum() -> None:
    rows = rows_of("Tax", 2)
    lines = [line(gross, int(row["rate"])) for row in rows for gross in amounts(row["lines at this rate"])]

    taxes = [(tax.rate, tax.gross, tax.tax) for tax in price_receipt(lines).taxes]

    assert taxes == [(int(row["rate"]), int(row["gross"]), int(row["tax"])) for row in rows]


@each("Discounts")
def test_a_discount_on_a_receipt_is_shared_by_its_lines(row: Row) -> None:
    assert list(shared_discount(int(row["discount"]), amounts(row["lines"]))) == amounts(row["parts"])


@each("Paying")
def test_the_cash_part_is_rounded_before_change(row: Row) -> None:
    rest = int(row["total"]) - int(row["card"])
    rounding = cash_rounding(rest, int(row["cash rounding"]))
    due = rest + rounding
    paid = cash_payment("cash", due=due, tendered=int(row["cash handed over"])) if due else None

    assert rounding == int(row["rounding"])
    assert (paid.amount if paid else None, paid.change if paid else None) == (
        amount(row["cash"]),
        amount(row["change"]),
    )


@each("Foreign cash")
def test_foreign_cash_is_taken_at_its_worth(row: Row) -> None:
    value = foreign_value(int(row["tendered"]), rate_of(row["rate"]))

    assert value == int(row["worth"])
    assert (int(row["total"]) - value or None) == amount(row["cash"])


@each("Refunds")
def test_a_refund_is_told_apart_from_sales(row: Row) -> None:
    folded = fold_tenders(receipt(row)).get("cash", TenderTotals())

    assert (folded.sales, folded.refunds) == (int(row["sales"]), int(row["refunds"]))
    assert folded.expected == (amount(row["cash"]) or 0)


def receipt(row: Row) -> Sale:
    """Return a receipt that is paid in cash as a row says."""
    priced = price_receipt([line(int(row["total"]), 1900)])
    cash = amount(row["cash"])
    given = {"tendered": amount(row["cash tendered"]) or 0, "change": amount(row["change"]) or 0}
    paid = () if cash is None else (Payment(tender="cash", amount=cash, **given),)
    content = {"lines": priced.lines, "taxes": priced.taxes, "total": priced.total, "payments": paid}
    return Sale.model_validate({**sale().model_dump(), **content, "refund_of": None})


@each("What should be in the till")
def test_the_expected_amount_is_the_formula(row: Row) -> None:
    parts = {name.replace(" ", "_"): int(cell) for name, cell in row.items()}
    expected = parts.pop("expected")

    assert TenderTotals(**parts).expected == expected


@each("What should be in the till", 2)
def test_a_movement_changes_the_till_and_where_it_came_from(row: Row) -> None:
    example = entry_examples()["entry.movement"].model_dump()
    kind = row["movement"].replace(" ", "_")
    moved = Movement.model_validate({**example, "kind": kind, "amount": int(row["amount"])})

    assert (fold_movement(moved).expected, moved_to_safe(moved)) == (int(row["till"]), int(row["safe"]))


Mode = Literal["fixed", "variable", "keep_all", "move_all"]


@each("What stays in the till")
def test_counted_is_kept_and_moved(row: Row) -> None:
    assert row["rule"] in get_args(Mode)
    rule = KeepRule.model_validate({"mode": row["rule"], "amount": amount(row["amount"]) or 0})
    kept = kept_amount(rule, int(row["counted"]), amount(row["chosen"]))

    assert (kept, int(row["counted"]) - kept) == (int(row["kept"]), int(row["moved"]))
