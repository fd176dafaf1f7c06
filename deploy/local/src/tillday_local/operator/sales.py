"""Snapshots, flash reports and sales on a screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from tillday_contracts.money import plain_minor
from tillday_contracts.report_messages import Flash, Sales, Snapshot, TenderFigures
from tillday_local.operator.tables import headed_table, minute

_FIGURES: Final = (
    *("opening", "sales", "refunds", "paid_in", "paid_out", "loans", "pickups"),
    "expected",
)
_HEADS: Final[Mapping[str, tuple[str, str]]] = {
    "product": ("SKU", "Product"),
    "hour": ("Hour", "From"),
    "cashier": ("Person", "Name"),
    "tender": ("Tender", "Name"),
}


def snapshot_tables(snapshot: Snapshot) -> RenderableType:
    """Return an X report: its head and what makes each tender's expected amount."""
    head = Text.assemble(
        (f"X report  terminal {snapshot.terminal}, till {snapshot.till}\n", "bold"),
        f"{snapshot.business_date}  {snapshot.status}\n",
        f"opened {minute(snapshot.opened_at)} by {snapshot.opened_by or '-'}\n",
        f"{snapshot.receipts} receipts, {snapshot.refunds} of them refunds, ",
        f"turnover {plain_minor(snapshot.total, snapshot.currency)} {snapshot.currency}",
    )
    heads = ("Opening", "Sales", "Refunds", "Paid in", "Paid out", "Loans", "Pickups", "Expected")
    table = headed_table(None, "Tender", *heads)
    for figures in snapshot.figures:
        table.add_row(*_figures(figures, snapshot.currency))
    return Group(head, table)


def _figures(figures: TenderFigures, store_currency: str) -> list[str]:
    currency = figures.currency or store_currency
    amounts = [plain_minor(int(getattr(figures, name)), currency) for name in _FIGURES]
    return [f"{figures.name or figures.tender} {currency}", *amounts]


def flash_tables(flash: Flash, *, now: datetime) -> RenderableType:
    """Return what a terminal sold on its business date, up to the position that the back office knows."""
    head = Text.assemble(
        (f"Flash report  {flash.store_name}, terminal {flash.terminal}\n", "bold"),
        f"{flash.business_date}  asked {minute(now)}, up to entry {flash.head_seq} of its journal",
    )
    table = headed_table(None, "SKU", "Product", "Quantity", f"Total {flash.currency}")
    for line in flash.lines:
        table.add_row(line.sku, line.name, str(line.quantity), plain_minor(line.total, flash.currency))
    table.add_section()
    table.add_row("", "Total sales", "", plain_minor(flash.total, flash.currency))
    return Group(head, table)


def sales_tables(sales: Sales, *, by: str, title: str) -> RenderableType:
    """Return sales in groups with their sum."""
    table = headed_table(title, *_HEADS[by], "Receipts", "Quantity", f"Total {sales.currency}")
    for row in sales.rows:
        quantity = "" if by == "tender" else str(row.quantity)
        total = plain_minor(row.total, sales.currency)
        table.add_row(row.key, row.name, str(row.receipts), quantity, total)
    table.add_section()
    table.add_row("", "Total", "", "", plain_minor(sales.total, sales.currency))
    return table
