"""A cash-up report on a screen, drawn like the paper that came out of the till's printer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tillday_contracts.entries import TenderCount
from tillday_contracts.money import plain_minor
from tillday_contracts.report_messages import CashUp, TenderFigures
from tillday_local.operator.tables import headed_table, minute

COLUMNS: Final = 48
_WHOSE: Final = {
    "terminal": "",
    "typed": "closed in the back office, as typed from paper",
    "scanned": "closed in the back office, as scanned",
    "none": "closed in the back office, nobody counted",
}
_UNTIL: Final = {False: "", True: "provisional until the terminal's own close"}
_MOVED: Final = (
    ("Sales", "sales", 1),
    ("Refunds", "refunds", -1),
    ("Paid in", "paid_in", 1),
    ("Paid out", "paid_out", -1),
    ("Loans", "loans", 1),
    ("Pickups", "pickups", -1),
)


def cash_up_paper(report: CashUp, *, products: bool = False) -> RenderableType:
    """Return one cash-up report as it was printed; `products` adds what was sold in the session."""
    text = Text("\n").join(_lines(report))
    paper = Panel(text, width=COLUMNS + 4, style="default")
    return Group(paper, *([_products(report)] if products else []))


def _lines(report: CashUp) -> Iterator[Text]:
    yield Text(report.store_name.center(COLUMNS), style="bold")
    yield Text("CASH-UP REPORT (Z)".center(COLUMNS), style="bold")
    yield from _back_office(report)
    if report.copy_no:
        yield Text(f"copies printed: {report.copy_no}".center(COLUMNS))
    yield Text()
    yield _pair("Report", report.number, style="bold")
    yield _pair("Business date", report.business_date.isoformat())
    yield _pair("Terminal / till", f"{report.terminal} / {report.till}")
    yield _pair(f"Opened by {report.opened_by or '-'}", minute(report.opened_at))
    yield _pair(f"Closed by {report.closed_by} ({report.closed_from})", minute(report.closed_at))
    yield _pair("Receipts", str(report.receipts))
    if report.refunds:
        yield _pair("of them refunds", str(report.refunds))
    yield _pair(f"Turnover {report.currency}", plain_minor(report.total, report.currency))
    yield _rule()
    for figures in report.figures:
        if figures.opening or _moved(figures) or _printed(report, figures):
            yield from _figures(report, figures)
    if report.tenders:
        yield from _counts(report)
    yield from _pieces(report)
    yield from _approvals(report)
    yield from _compared(report)


def _back_office(report: CashUp) -> Iterator[Text]:
    """Yield what a close from the back office makes of the report; nothing for the terminal's own close."""
    for words in (_WHOSE[report.source], _UNTIL[report.provisional]):
        if words:
            yield Text(words.center(COLUMNS), style="yellow")


def _compared(report: CashUp) -> Iterator[Text]:
    """Yield the close from the back office and, tender by tender, how the printed report was told."""
    back = report.back
    if back is None:
        return
    yield _rule()
    yield _pair(f"Back-office close {back.number}", f"by {back.by}", style="bold")
    yield _pair(f"  {back.reason}", minute(back.at))
    if back.no_close_by is not None:
        yield _pair("  no other close will come, says", back.no_close_by)
    if report.source != "terminal":
        return
    for told in back.tenders:
        currency = _currency(report, told.tender)
        amounts = [plain_minor(one, currency) for one in (told.counted, told.own_counted or 0)]
        words = f"  {_name(report, told.tender)} {back.source} {amounts[0]}"
        yield _pair(words, f"counted {amounts[1]}", style="yellow" if told.differs else "")


def _figures(report: CashUp, figures: TenderFigures) -> Iterator[Text]:
    currency = figures.currency or report.currency
    yield Text(f"{_name(report, figures.tender)} {currency}", style="bold")
    yield _pair("  Opening", plain_minor(figures.opening, currency))
    for name, amount in _moved(figures):
        yield _pair(f"  {name}", _signed(amount, currency))
    expected = _printed(report, figures)
    yield _pair("  Expected", plain_minor(expected, currency))
    if expected != figures.expected:
        yield _pair("  as the ledger has it now", plain_minor(figures.expected, currency), style="yellow")
    yield _rule()


def _printed(report: CashUp, figures: TenderFigures) -> int:
    """Return the expected amount that was printed; a tender that was not counted has none."""
    counted = (count.expected for count in report.tenders if count.tender == figures.tender)
    return next(counted, figures.expected)


def _moved(figures: TenderFigures) -> list[tuple[str, int]]:
    amounts = [(name, sign * int(getattr(figures, field))) for name, field, sign in _MOVED]
    return [(name, amount) for name, amount in amounts if amount]


def _counts(report: CashUp) -> Iterator[Text]:
    yield from _block(
        report, ("Tender", "Expected", "Counted", "Difference"), ("expected", "counted", "difference")
    )
    yield _rule()
    yield from _block(report, ("Tender", "Opening", "Kept", "To safe"), ("opening", "kept", "moved"))


def _block(report: CashUp, heads: Sequence[str], fields: Sequence[str]) -> Iterator[Text]:
    yield Text(_row(heads), style="bold")
    for count in report.tenders:
        currency = _currency(report, count.tender)
        amounts = [
            _signed(int(getattr(count, field)), currency)
            if field == "difference"
            else plain_minor(int(getattr(count, field)), currency)
            for field in fields
        ]
        wrong = "difference" in fields and count.difference != 0
        yield Text(
            _row((f"{_name(report, count.tender)} {currency}", *amounts)), style="yellow" if wrong else ""
        )


def _pieces(report: CashUp) -> Iterator[Text]:
    counted = [(count, piece) for count in report.tenders for piece in count.denominations if piece.quantity]
    if counted:
        yield _rule()
    for count, piece in sorted(counted, key=lambda one: (one[0].tender, -one[1].value)):
        currency = _currency(report, count.tender)
        value, amount = (plain_minor(one, currency) for one in (piece.value, piece.value * piece.quantity))
        yield Text(_row((f"{currency} {value}", "", f"x {piece.quantity}", amount)))


def _approvals(report: CashUp) -> Iterator[Text]:
    for count in report.tenders:
        if count.approval is not None:
            yield _rule()
            yield _approved(report, count)
            yield Text(f"approved by {count.approval.by}: {count.approval.reason or '-'}", overflow="fold")


def _approved(report: CashUp, count: TenderCount) -> Text:
    difference = _signed(count.difference, _currency(report, count.tender))
    return _pair(f"Difference {_name(report, count.tender)}", difference, style="bold")


def _products(report: CashUp) -> Table:
    table = headed_table("Sold", "SKU", "Product", "Quantity", f"Total {report.currency}")
    for line in report.products:
        table.add_row(line.sku, line.name, str(line.quantity), plain_minor(line.total, report.currency))
    table.add_section()
    table.add_row("", "Total", "", plain_minor(report.total, report.currency))
    return table


def _name(report: CashUp, tender: str) -> str:
    return next((one.name for one in report.figures if one.tender == tender and one.name), tender)


def _currency(report: CashUp, tender: str) -> str:
    return next(
        (one.currency for one in report.figures if one.tender == tender and one.currency), report.currency
    )


def _signed(amount: int, currency: str) -> str:
    return f"{'+' if amount > 0 else ''}{plain_minor(amount, currency)}"


def _pair(left: str, right: str, *, style: str = "") -> Text:
    room = COLUMNS - len(right) - 1
    return Text(f"{left[:room]:<{room}} {right}", style=style)


def _row(cells: Sequence[str]) -> str:
    first, *others = cells
    width = 11
    room = COLUMNS - width * len(others)
    return f"{first[:room]:<{room}}" + "".join(f"{cell:>{width}}" for cell in others)


def _rule() -> Text:
    return Text("─" * COLUMNS)
