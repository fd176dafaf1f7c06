"""How answers of the services look to a person."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from tillday_contracts.entries import TenderCount
from tillday_contracts.messages import Refused
from tillday_contracts.money import plain_minor
from tillday_contracts.report_messages import Board, BoardTerminal, CashUp
from tillday_contracts.store_messages import StoreDays
from tillday_contracts.till_messages import OpenTill

WIDE: Final = 160
OFFLINE_SECONDS: Final = 150
STATUS_STYLES: Final = {"Closed": "dim", "Opened in back-office": "green", "Opened in front-office": "yellow"}


def result_console() -> Console:
    """A console on standard output, for results; wide enough where nobody looks."""
    width = None if sys.stdout.isatty() else WIDE
    # Names come from the store: nothing in them is markup.
    return Console(highlight=False, markup=False, emoji=False, width=width)


def minute(at: datetime | None) -> str:
    """Return an instant in this machine's zone, to the minute."""
    return "" if at is None else at.astimezone().strftime("%Y-%m-%d %H:%M")


def days_table(days: StoreDays) -> RenderableType:
    """Return the days of a store, newest first."""
    if not days.days:
        return Text(f"{days.name} has not been opened yet.")
    table = _table(f"{days.name} ({days.store})", "Business date", "State", "Not heard from", "Remark")
    for day in days.days:
        remark = "; ".join(
            part for part in ("closed automatically" if day.automatic else "", day.reason) if part
        )
        table.add_row(day.business_date.isoformat(), day.state, ", ".join(day.awaited), remark)
    return table


def board_tables(board: Board, *, now: datetime) -> RenderableType:
    """Return the terminals of a store and their sessions."""
    terminals = _table(
        f"{board.name} ({board.store})",
        *("Terminal", "Name", "Status", "Business date", "Tills active", "Last heard", "Unsent then"),
    )
    for terminal in board.terminals:
        terminals.add_row(
            terminal.terminal,
            terminal.name,
            Text(terminal.status, style=STATUS_STYLES.get(terminal.status, "")),
            _date(terminal.business_date),
            str(terminal.active_tills),
            _last_heard(terminal, now),
            "" if terminal.waiting is None else str(terminal.waiting),
        )
    if not any(terminal.sessions for terminal in board.terminals):
        return Group(terminals, Text("No till has been opened yet.", style="dim"))
    return Group(terminals, _sessions(board))


def cash_up_tables(report: CashUp) -> RenderableType:
    """Return one cash-up report: its head, its tenders and what was sold."""
    head = Text.assemble(
        (f"{report.store_name}  cash-up {report.number}\n", "bold"),
        f"{report.business_date}  terminal {report.terminal}, till {report.till}\n",
        f"opened {minute(report.opened_at)} by {report.opened_by or '-'}, "
        f"closed {minute(report.closed_at)} by {report.closed_by} ({report.closed_from})",
    )
    tenders = _table(None, "Tender", *_MONEY, "Difference approved by")
    for tender in report.tenders:
        tenders.add_row(tender.tender, *_amounts(tender, report.currency), _approval(tender))
    products = _table(f"{report.receipts} receipts", "SKU", "Product", "Quantity", f"Total {report.currency}")
    for line in report.products:
        products.add_row(line.sku, line.name, str(line.quantity), plain_minor(line.total, report.currency))
    products.add_section()
    products.add_row("", "Total", "", plain_minor(report.total, report.currency))
    return Group(head, tenders, products)


_MONEY: Final = ("Opening", "Expected", "Counted", "Difference", "Kept", "To safe")


def _amounts(tender: TenderCount, currency: str) -> list[str]:
    counted = (tender.opening, tender.expected, tender.counted, tender.difference)
    return [plain_minor(amount, currency) for amount in (*counted, tender.kept, tender.moved)]


def _approval(tender: TenderCount) -> str:
    if tender.approval is None:
        return ""
    return ": ".join(part for part in (tender.approval.by, tender.approval.reason) if part)


def tills_in_the_way(refusal: Refused) -> RenderableType | None:
    """Return the open tills that a refusal names, or None."""
    named: Any = refusal.details.get("tills")
    tills = [OpenTill.model_validate(till) for till in named] if isinstance(named, list) else []
    if not tills:
        return None
    table = _table("Tills in the way", "Terminal", "Till", "Business date", "Status", "Opened by", "Session")
    for till in tills:
        status = till.status.replace("_", " ")
        date_ = till.business_date.isoformat()
        table.add_row(till.terminal, till.till, date_, status, till.opened_by or "", till.session_id)
    return table


def _sessions(board: Board) -> Table:
    table = _table(
        "Tills",
        *("Terminal", "Till", "Business date", "Status", "Opened", "By", "Closed", "By", "From"),
        *("Receipts", f"Total {board.currency}"),
    )
    for terminal in board.terminals:
        for till in terminal.sessions:
            table.add_row(
                terminal.terminal,
                till.till,
                till.business_date.isoformat(),
                till.status,
                minute(till.opened_at),
                till.opened_by or "",
                minute(till.closed_at),
                till.closed_by or "",
                till.closed_from or "",
                str(till.receipts),
                plain_minor(till.total, board.currency),
            )
    return table


RIGHT_ALIGNED: Final = {*_MONEY, "Tills active", "Unsent then", "Receipts", "Quantity"}


def _table(title: str | None, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        right = column in RIGHT_ALIGNED or column.startswith("Total")
        table.add_column(column, justify="right" if right else "left")
    return table


def rows_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """Return any rows as a table."""
    table = _table(title, *columns)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    return table


def _date(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def _last_heard(terminal: BoardTerminal, now: datetime) -> Text:
    if terminal.last_seen is None:
        return Text("never", style="dim")
    seconds = max(0, int((now - terminal.last_seen).total_seconds()))
    if seconds > OFFLINE_SECONDS:
        return Text(f"offline since {minute(terminal.last_seen)}", style="yellow")
    return Text(f"{seconds} s ago")
