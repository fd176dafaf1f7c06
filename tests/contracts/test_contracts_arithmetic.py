"""The arithmetic that terminal and ledger share: receipts, tenders, expected amounts, what is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tillday_contracts.arithmetic import (
    KeepRule,
    TenderTotals,
    cash_payment,
    cash_rounding,
    fold_products,
    fold_tenders,
    kept_amount,
    price_receipt,
)
from tillday_contracts.entries import MAX_LINES, Payment, Sale, SaleLine, approval_subject
from tillday_contracts.example_entries import sale


def line(
    *, sku: str = "A", quantity: int = 1, price: int = 100, discount: int = 0, rate: int = 1900
) -> SaleLine:
    return SaleLine(
        sku=sku,
        name=f"Product {sku}",
        quantity=quantity,
        unit_price=price,
        discount=discount,
        tax_rate=rate,
        gross=quantity * price - discount,
        tax=0,
    )


LINES = st.lists(
    st.builds(
        line,
        sku=st.sampled_from("ABC"),
        quantity=st.integers(1, 20),
        price=st.integers(0, 10_000),
        rate=st.sampled_from([0, 700, 1900, 2000]),
    ),
    min_size=1,
    max_size=12,
)


def receipt(lines: list[SaleLine], **changes: object) -> Sale:
    priced = price_receipt(lines)
    paid = (Payment(tender="cash", tendered=priced.total, amount=priced.total),) if priced.total else ()
    content = sale().model_dump() | {"lines": priced.lines, "taxes": priced.taxes, "total": priced.total}
    return Sale.model_validate(content | {"payments": paid} | changes)


def mirrored(lines: list[SaleLine]) -> list[SaleLine]:
    return [
        line(sku=one.sku, quantity=-one.quantity, price=one.unit_price, rate=one.tax_rate) for one in lines
    ]


@given(LINES)
def test_lines_tax_table_and_total_agree_to_the_unit(lines: list[SaleLine]) -> None:
    priced = price_receipt(lines)

    assert sum(one.gross for one in priced.lines) == priced.total == sum(tax.gross for tax in priced.taxes)
    for tax in priced.taxes:
        assert sum(one.tax for one in priced.lines if one.tax_rate == tax.rate) == tax.tax


@given(LINES)
def test_a_full_refund_mirrors_its_receipt(lines: list[SaleLine]) -> None:
    sold, refunded = price_receipt(lines), price_receipt(mirrored(lines))

    assert refunded.total == -sold.total
    assert [one.tax for one in refunded.lines] == [-one.tax for one in sold.lines]
    assert [tax.tax for tax in refunded.taxes] == [-tax.tax for tax in sold.taxes]


@given(LINES)
def test_a_sale_and_its_refund_leave_the_till_and_the_products_as_they_were(lines: list[SaleLine]) -> None:
    sold, refunded = receipt(lines), receipt(mirrored(lines), refund_of="T1-00000-1")

    cash = (
        fold_tenders(sold)
        .get("cash", TenderTotals())
        .plus(fold_tenders(refunded).get("cash", TenderTotals()))
    )
    there, back = fold_products(sold), fold_products(refunded)

    assert cash.expected == 0
    assert {sku: one.quantity + back[sku].quantity for sku, one in there.items()} == dict.fromkeys(there, 0)
    assert sum(one.gross for one in there.values()) == sold.total


def test_the_expected_amount_is_the_formula() -> None:
    totals = TenderTotals(
        opening=15_000, sales=4_000, refunds=500, paid_in=70, paid_out=30, loans=2_000, pickups=900
    )

    assert totals.expected == 15_000 + 4_000 - 500 + 70 - 30 + 2_000 - 900
    assert totals.plus(totals).expected == 2 * totals.expected


def test_change_never_counts_as_sold() -> None:
    paid = cash_payment("cash", due=320, tendered=500)

    assert (paid.amount, paid.change) == (320, 180)
    assert fold_tenders(sale())["cash"].sales == 320


def test_too_little_cash_pays_nothing() -> None:
    with pytest.raises(ValueError, match="300 does not pay 320"):
        cash_payment("cash", due=320, tendered=300)


@pytest.mark.parametrize(
    ("part", "step", "rounding"),
    [(502, 5, -2), (503, 5, 2), (5, 10, 5), (-5, 10, -5), (-502, 5, 2), (7, 0, 0), (2, 5, -2)],
)
def test_cash_is_rounded_half_away_from_zero(part: int, step: int, rounding: int) -> None:
    assert cash_rounding(part, step) == rounding
    assert cash_rounding(-part, step) == -rounding


@pytest.mark.parametrize(
    ("rule", "counted", "kept"),
    [
        (KeepRule(mode="fixed", amount=15_000), 19_000, 15_000),
        (KeepRule(mode="fixed", amount=15_000), 12_000, 12_000),
        (KeepRule(mode="fixed", amount=15_000), 0, 0),
        (KeepRule(mode="keep_all"), 4_000, 4_000),
        (KeepRule(mode="move_all"), 4_000, 0),
    ],
)
def test_what_stays_in_the_drawer_follows_the_rule(rule: KeepRule, counted: int, kept: int) -> None:
    assert kept_amount(rule, counted) == kept


@pytest.mark.parametrize("chosen", [None, -1, 4_001])
def test_a_free_choice_stays_between_nothing_and_everything(chosen: int | None) -> None:
    assert kept_amount(KeepRule(mode="variable"), 4_000, 1_500) == 1_500
    with pytest.raises(ValueError, match="between 0 and 4000"):
        kept_amount(KeepRule(mode="variable"), 4_000, chosen)


@pytest.mark.parametrize(
    "wrong",
    [
        {"total": 321},
        {"rounding": 1},
        {"payments": ()},
        {"payments": (Payment(tender="cash", tendered=500, change=170, amount=320),)},
        {"taxes": ()},
        {"lines": ()},
        {"lines": (line(price=320).model_copy(update={"gross": 320, "quantity": 2}),)},
    ],
)
def test_a_receipt_whose_figures_contradict_each_other_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Sale.model_validate(sale().model_dump() | wrong)


def test_the_151st_line_is_refused() -> None:
    assert len(receipt([line()] * MAX_LINES).lines) == 150
    with pytest.raises(ValidationError):
        receipt([line()] * (MAX_LINES + 1))


def test_a_receipt_of_nothing_has_no_payment() -> None:
    free = receipt([line(price=0)])

    assert free.payments == ()
    assert fold_tenders(free) == {}
    assert fold_products(free)["A"].quantity == 1


def test_an_approval_is_bound_to_tender_count_and_both_amounts() -> None:
    bound = {"session_id": "0" * 32, "count": "initial", "tender": "cash"}
    subjects = {
        approval_subject(**bound, expected=100, counted=90),
        approval_subject(**bound, expected=100, counted=80),
        approval_subject(**bound, expected=90, counted=80),
        approval_subject(**{**bound, "tender": "card"}, expected=100, counted=90),
        approval_subject(**{**bound, "count": "cash_up"}, expected=100, counted=90),
    }

    assert len(subjects) == 5
