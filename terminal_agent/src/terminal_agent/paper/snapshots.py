"""What is printed without a number: the X report of a till, and the flash report of a terminal."""

from dataclasses import dataclass
from datetime import datetime

from terminal_agent.paper.cash_up import CountedTender, each, movements_of
from terminal_agent.paper.lines import Cut, Feed, Lines, Rule, Sheet
from terminal_agent.paper.rows import big_pair, minute, pair, paragraph, title


@dataclass(frozen=True, slots=True)
class Moment:
    """Where and when a snapshot was taken, and by whom."""

    store: str
    terminal: str
    user: str
    business_date: str
    at: datetime


@dataclass(frozen=True, slots=True)
class XReport:
    """The figures of a session that runs; `counted` of its tenders means nothing here."""

    moment: Moment
    till: str
    opened_at: datetime
    opened_by: str
    receipts: int
    tenders: tuple[CountedTender, ...]


@dataclass(frozen=True, slots=True)
class FlashRow:
    """Sales of one product, net of refunds, tax included."""

    sku: str
    name: str
    total: int


@dataclass(frozen=True, slots=True)
class FlashReport:
    """Sales per product of one terminal up to its entry `head`; `missing` entries are not in it."""

    moment: Moment
    currency: str
    rows: tuple[FlashRow, ...]
    total: int
    missing: int = 0
    head: int | None = None


def x_report_lines(report: XReport, sheet: Sheet) -> Lines:
    """Return the snapshot from its head to the cut."""
    columns = sheet.columns
    return (
        *_head("X REPORT", report.moment, columns),
        *pair("Till", report.till, columns),
        *pair(f"Opened by {report.opened_by}", minute(report.opened_at), columns),
        *pair("Receipts", str(report.receipts), columns),
        Rule(),
        *each(movements_of(tender, sheet) for tender in report.tenders),
        *paragraph("The session goes on: this is no cash-up.", columns, align="center"),
        Cut(),
    )


def flash_lines(report: FlashReport, sheet: Sheet) -> Lines:
    """Return the report from its head to the cut: per SKU its name and total, then everything."""
    columns = sheet.columns
    missing = f"Without the last {report.missing} entries of this terminal."
    reach = f"Up to entry {report.head} of this terminal."
    return (
        *_head("FLASH REPORT", report.moment, columns),
        Rule(),
        *each(_row(row, report.currency, sheet) for row in report.rows),
        Rule(),
        *big_pair(f"TOTAL {report.currency}", sheet.amounts(report.total, report.currency), columns),
        *(paragraph(reach, columns) if report.head is not None else ()),
        *(paragraph(missing, columns) if report.missing else ()),
        Cut(),
    )


def _head(name: str, moment: Moment, columns: int) -> Lines:
    return (
        *title(moment.store, columns),
        *paragraph(name, columns, bold=True, align="center"),
        Feed(),
        *pair("Business date", moment.business_date, columns),
        *pair(f"{moment.terminal}, {moment.user}", minute(moment.at), columns),
    )


def _row(row: FlashRow, currency: str, sheet: Sheet) -> Lines:
    return pair(f"{row.sku}  {row.name}", sheet.amounts(row.total, currency), sheet.columns)
