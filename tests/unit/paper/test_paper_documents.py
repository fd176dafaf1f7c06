"""Receipts, cash-up reports and opening slips as people read them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_agent.paper.amounts import amounts_in
from terminal_agent.paper.cash_up import (
    Approval,
    CashUp,
    CountedPieces,
    CountedTender,
    CoveredTerminal,
    OpeningSlip,
    cash_up_lines,
    opening_slip,
)
from terminal_agent.paper.lines import COLUMNS_58_MM, COLUMNS_80_MM, Columns, Cut, Qr, Sheet, Text
from terminal_agent.paper.receipt import (
    Receipt,
    ReceiptLine,
    ReceiptPayment,
    ReceiptTax,
    rate_text,
    receipt_lines,
)
from terminal_agent.paper.rows import pair, render, row_text

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WIDE = Sheet(amounts_in("en_GB"), COLUMNS_80_MM)
NARROW = Sheet(amounts_in("en_GB"), COLUMNS_58_MM)

RECEIPT = Receipt(
    store="Corner Shop",
    terminal="T1",
    cashier="Cashier 1",
    number="T1-7K3QX-42",
    business_date="2026-11-21",
    sold_at=NOON,
    currency="EUR",
    lines=(
        ReceiptLine("Espresso", 2, 180, 360, tax_mark="A"),
        ReceiptLine("Olive oil", 1, 1290, 1161, discount=129, tax_mark="B"),
        ReceiptLine("Paper bag", 1, 0, 0, tax_mark="A"),
    ),
    taxes=(ReceiptTax(1900, 360, 57, "A"), ReceiptTax(700, 1161, 76, "B")),
    payments=(ReceiptPayment("Cash", 2000, 479),),
    total=1521,
)
CASH = CountedTender(
    "Cash", "EUR", 15000, 91865, 90865, -1000, 15000, 75865, (("Sales", 78365), ("Paid out", -1500))
)
REPORT = CashUp(
    store="Corner Shop",
    terminal="T1",
    till="T1",
    number="T1-7K3QX-3",
    business_date="2026-11-21",
    opened_at=NOON,
    opened_by="Cashier 1",
    closed_at=NOON,
    closed_by="Cashier 1",
    tenders=(CASH, CountedTender("Card", "EUR", 0, 128440, 128440, 0, 0, 128440)),
    pieces=(CountedPieces(50, 3, "EUR"), CountedPieces(5000, 12, "EUR")),
    approvals=(Approval("Cash", "EUR", -1000, "Supervisor 1", "a ten-euro note is missing", NOON),),
    receipts=212,
    qr="TD1:S1:T1:7K3QX:3",
    covered=(CoveredTerminal("T1", "7K3QX", "8M4KQZ7T2XWA"),),
)


def shown(receipt: Receipt, sheet: Sheet = WIDE) -> list[str]:
    return render(receipt_lines(receipt, sheet), sheet.columns).splitlines()


def test_a_receipt_names_its_number_products_total_payment_and_change() -> None:
    rows = [" ".join(row.split()) for row in shown(RECEIPT)]
    assert "Receipt T1-7K3QX-42" in rows
    assert rows[rows.index("Espresso") + 1] == "2 x 1.80 3.60 A"
    assert "TOTAL EUR 15.21" in rows
    assert "Cash 20.00" in rows
    assert "Change 4.79" in rows
    assert "B 7% 10.85 0.76 11.61" in rows


def test_a_discount_stands_below_the_price_it_lowers() -> None:
    rows = [" ".join(row.split()) for row in shown(RECEIPT)]
    at = rows.index("Olive oil 12.90 B")
    assert rows[at + 1] == "Discount -1.29 B"


def test_amounts_end_at_the_right_edge() -> None:
    ends = {len(row) for row in shown(RECEIPT) if row.endswith(("20.00", "4.79", "3.60 A", "0.00 A"))}
    assert ends == {WIDE.columns}


def test_a_training_receipt_says_so_and_has_no_number() -> None:
    text = "\n".join(shown(replace(RECEIPT, number=None)))
    assert "TRAINING" in text
    assert "T1-7K3QX" not in text


def test_a_refund_names_the_receipt_it_pays_back() -> None:
    rows = [" ".join(row.split()) for row in shown(replace(RECEIPT, refund_of="T1-7K3QX-40"))]
    assert "REFUND" in rows
    assert "Refund of T1-7K3QX-40" in rows


def test_a_reprint_differs_from_the_original_by_its_mark_alone() -> None:
    original, second = shown(RECEIPT), shown(replace(RECEIPT, copy=2))
    assert [row for row in second if row not in original] == ["*** DUPLICATE 2 ***".center(48).rstrip()]
    assert [row for row in second if "DUPLICATE" not in row] == original


def test_a_long_name_wraps_before_its_price_and_loses_nothing() -> None:
    name = "Olive oil, extra virgin, first cold pressing, from the old trees of the valley"
    for sheet in (WIDE, NARROW):
        text = " ".join(shown(replace(RECEIPT, lines=(ReceiptLine(name, 1, 5, 5),)), sheet))
        assert name in " ".join(text.replace("0.05", "").split()), sheet.columns


def test_rounding_is_shown_only_where_there_is_any() -> None:
    assert not any("Rounding" in row for row in shown(RECEIPT))
    assert any(row.split() == ["Rounding", "-0.02"] for row in shown(replace(RECEIPT, rounding=-2)))


def test_amounts_follow_currency_and_locale() -> None:
    assert amounts_in("en_GB")(198405, "EUR") == "1,984.05"
    assert amounts_in("de_DE")(198405, "EUR") == "1.984,05"
    assert amounts_in("fr_FR")(198405, "EUR") == "1 984,05"
    assert amounts_in("sv_SE")(-5, "SEK") == "-0,05"
    assert amounts_in("en_GB")(1984, "JPY") == "1,984"
    assert amounts_in("en_GB")(1984, "KWD") == "1.984"


@pytest.mark.parametrize(
    ("rate", "text"), [(1900, "19%"), (550, "5.5%"), (0, "0%"), (1000, "10%"), (825, "8.25%")]
)
def test_a_tax_rate_is_written_without_idle_zeros(rate: int, text: str) -> None:
    assert rate_text(rate) == text


def test_a_cash_up_report_tells_the_whole_count() -> None:
    rows = [" ".join(row.split()) for row in render(cash_up_lines(REPORT, WIDE), 48).splitlines()]
    for expected in (
        "CASH-UP REPORT (Z)",
        "Report T1-7K3QX-3",
        "Opening 150.00",
        "Sales +783.65",
        "Paid out -15.00",
        "Cash EUR 918.65 908.65 -10.00",
        "Card EUR 1,284.40 1,284.40 0.00",
        "Cash EUR 150.00 758.65",
        "50.00 12 600.00",
        "Difference Cash EUR -10.00",
        "approved by Supervisor 1 2026-11-21 12:00",
        "Reason: a ten-euro note is missing",
        "T1 7K3QX 8M4KQZ7T2XWA",
    ):
        assert expected in rows, expected


def test_the_largest_piece_is_listed_first() -> None:
    rows = [row.split() for row in render(cash_up_lines(REPORT, WIDE), 48).splitlines()]
    assert rows.index(["50.00", "12", "600.00"]) < rows.index(["0.50", "3", "1.50"])


def test_the_code_of_a_close_is_printed_once_and_before_the_cut() -> None:
    lines = cash_up_lines(REPORT, WIDE)
    assert [line for line in lines if isinstance(line, Qr)] == [Qr("TD1:S1:T1:7K3QX:3")]
    assert lines[-1] == Cut()


def test_a_copy_of_the_report_equals_the_original_except_for_the_mark() -> None:
    copy = list(cash_up_lines(replace(REPORT, copy=1), WIDE))
    original = list(cash_up_lines(REPORT, WIDE))
    mark = [line for line in copy if isinstance(line, Text) and "DUPLICATE 1" in line.text]
    copy.remove(mark[0])
    assert copy == original


def test_large_amounts_on_narrow_paper_are_stacked_not_cut() -> None:
    rich = replace(REPORT, tenders=(replace(CASH, expected=10**12, counted=10**12 + 5, difference=5),))
    rows = [" ".join(row.split()) for row in render(cash_up_lines(rich, NARROW), 32).splitlines()]
    assert "Counted 10,000,000,000.05" in rows
    assert "Difference +0.05" in rows


def test_an_opening_slip_shows_expected_counted_and_difference() -> None:
    slip = OpeningSlip(
        "Corner Shop",
        "T1",
        "T1",
        "2026-11-21",
        NOON,
        "Cashier 1",
        replace(CASH, expected=15000, counted=15000),
        (),
    )
    rows = [" ".join(row.split()) for row in render(opening_slip(slip, WIDE), 48).splitlines()]
    assert {"INITIAL COUNT", "Expected EUR 150.00", "Counted EUR 150.00"} <= set(rows)


@given(st.text(max_size=80), st.text(max_size=30), st.sampled_from([32, 48]))
def test_both_sides_of_a_pair_stay_on_the_paper(left: str, right: str, columns: int) -> None:
    for line in pair(left, right, columns):
        assert isinstance(line, Text | Columns)
        width = len(line.text) if isinstance(line, Text) else len(row_text(line))
        assert width <= columns


@given(name=st.text(max_size=60), amount=st.integers(-(10**12), 10**12), columns=st.sampled_from([32, 48]))
def test_no_row_of_any_receipt_is_wider_than_its_paper(name: str, amount: int, columns: int) -> None:
    sheet = Sheet(WIDE.amounts, columns)
    receipt = replace(
        RECEIPT,
        store=name,
        cashier=name,
        footer=(name,),
        lines=(ReceiptLine(name, 3, amount, amount, discount=5),),
        taxes=(ReceiptTax(1900, amount, amount, "A"),),
        total=amount,
    )
    for line in receipt_lines(receipt, sheet):
        if isinstance(line, Columns):
            assert sum(cell.width for cell in line.cells) * (2 if line.double else 1) <= columns
        if isinstance(line, Text):
            assert len(line.text) * (2 if line.double else 1) <= columns
