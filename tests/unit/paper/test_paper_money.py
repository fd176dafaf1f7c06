"""Refunds, foreign cash and snapshots on paper of both widths; the code of a close."""

from datetime import UTC, datetime

import pytest

from terminal_agent.desk.papers import MAX_CODE, printable_code
from terminal_agent.paper.amounts import amounts_in
from terminal_agent.paper.cash_up import CountedTender
from terminal_agent.paper.lines import Sheet
from terminal_agent.paper.receipt import Receipt, ReceiptLine, ReceiptPayment, ReceiptTax, receipt_lines
from terminal_agent.paper.rows import render
from terminal_agent.paper.snapshots import (
    FlashReport,
    FlashRow,
    Moment,
    XReport,
    flash_lines,
    x_report_lines,
)
from tillday_contracts.close_evidence import close_code
from tillday_contracts.entries import ManifestMember, TenderCount, TillClosed
from tillday_contracts.journal import strict_json

NOON = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)
WIDTHS = pytest.mark.parametrize("columns", [32, 48])
MOMENT = Moment("Tillday Café", "T1", "Supervisor 1", "2031-05-06", NOON)


def sheet(columns: int) -> Sheet:
    return Sheet(amounts_in("en_GB"), columns)


def receipt(total: int, *payments: ReceiptPayment, refund_of: str | None = None) -> Receipt:
    quantity = 1 if total >= 0 else -1
    return Receipt(
        store="Tillday Café",
        terminal="T1",
        cashier="Cashier 1",
        number="T1-ABCDE-9",
        business_date="2031-05-06",
        sold_at=NOON,
        currency="EUR",
        lines=(ReceiptLine("Mug", quantity, abs(total), total),),
        taxes=(ReceiptTax(2100, total, 0),),
        payments=payments,
        total=total,
        refund_of=refund_of,
    )


def rows_of(text: str) -> list[str]:
    return [" ".join(row.split()) for row in text.splitlines()]


@WIDTHS
def test_foreign_cash_shows_its_own_amount_its_value_and_the_change(columns: int) -> None:
    dollars = ReceiptPayment("US cash", 2000, 0, "USD", 1840)
    change = ReceiptPayment("Cash", 0, 340, "EUR")

    text = render(receipt_lines(receipt(1500, dollars, change), sheet(columns)), columns)

    assert "US cash 20.00 USD 18.40" in rows_of(text)
    assert "Change 3.40" in rows_of(text)
    assert not any(row.startswith("Cash") for row in rows_of(text)[8:])
    assert max(len(row) for row in text.splitlines()) <= columns


@WIDTHS
def test_a_refund_says_so_and_what_is_paid_out(columns: int) -> None:
    paid = (ReceiptPayment("Cash", -1000), ReceiptPayment("Card", -250))

    text = render(receipt_lines(receipt(-1250, *paid, refund_of="T1-ABCDE-3"), sheet(columns)), columns)

    rows = rows_of(text)
    assert "REFUND" in rows
    assert "Refund of T1-ABCDE-3" in rows
    assert "Cash -10.00" in rows
    assert "Card -2.50" in rows
    unknown = render(receipt_lines(receipt(-1250, *paid), sheet(columns)), columns)
    assert "REFUND" in rows_of(unknown)


@WIDTHS
def test_a_flash_report_names_each_product_once_and_what_is_missing(columns: int) -> None:
    rows = (FlashRow("BAK-04", "Sourdough loaf", 420), FlashRow("COF-01", "Espresso", -160))
    report = FlashReport(MOMENT, "EUR", rows, 260, missing=3, head=42)

    text = render(flash_lines(report, sheet(columns)), columns)

    assert "BAK-04 Sourdough loaf 4.20" in rows_of(text)
    assert "COF-01 Espresso -1.60" in rows_of(text)
    assert "T1, Supervisor 1 2031-05-06 12:00" in " ".join(rows_of(text))
    assert "Up to entry 42 of this terminal. Without the last 3 entries" in " ".join(rows_of(text))
    assert "entries" not in render(
        flash_lines(FlashReport(MOMENT, "EUR", rows, 260), sheet(columns)), columns
    )


@WIDTHS
def test_an_x_report_shows_each_tender_and_says_that_the_session_goes_on(columns: int) -> None:
    moves = (("Sales", 500), ("Pickups", -2000))
    cash = CountedTender("Cash", "EUR", 15000, 13500, 0, 0, movements=moves)
    report = XReport(MOMENT, "TILL1", NOON, "Cashier 1", 4, (cash,))

    text = render(x_report_lines(report, sheet(columns)), columns)

    rows = rows_of(text)
    assert "Pickups -20.00" in rows
    assert "Expected 135.00" in rows
    assert "The session goes on" in " ".join(rows)


def closed(members: int) -> TillClosed:
    tenders = tuple(
        TenderCount(tender=name, opening=0, expected=10**9, counted=10**9, difference=0, kept=0, moved=10**9)
        for name in ("cash", "card", "voucher", "cash_usd")
    )
    manifest = tuple(
        ManifestMember(terminal="T1", epoch=f"{n:016x}", to_seq=10**6, to_hash="a" * 64)
        for n in range(members)
    )
    return TillClosed(
        session_id="5" * 32,
        till="TILL1",
        business_date=NOON.date(),
        number="TILL1-ABCDE-1",
        by="CASHIER-1",
        tenders=tenders,
        manifest=manifest,
    )


def test_the_code_of_a_close_holds_its_number_its_tenders_and_its_manifest() -> None:
    code = close_code(closed(1))

    content = strict_json(code.encode())
    assert content["number"] == "TILL1-ABCDE-1"
    assert content["tenders"] == [
        [n, 10**9, 10**9, 0, 10**9] for n in ("cash", "card", "voucher", "cash_usd")
    ]
    assert content["manifest"] == [["T1", "0" * 16, 10**6, "a" * 16]]


def test_a_close_of_many_journals_has_no_code_that_a_printer_could_not_draw() -> None:
    code = printable_code(closed(10))
    assert code is not None
    assert len(code) <= MAX_CODE
    assert printable_code(closed(40)) is None
