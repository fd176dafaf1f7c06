"""What the sales page shows and exports: groups with bars, and a table for a spreadsheet."""

import csv
import io
from dataclasses import dataclass
from typing import Final

from tillday_contracts.money import plain_minor
from tillday_contracts.report_messages import Sales, SalesRow

WIDEST: Final = 100
_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Bar:
    """A group and how long its bar is, in hundredths of the longest one."""

    row: SalesRow
    width: int


def bars_of(sales: Sales) -> list[Bar]:
    """Return the groups with bars; what was paid back more than sold is as long as its amount."""
    longest = max((abs(row.total) for row in sales.rows), default=0)
    return [Bar(row, abs(row.total) * WIDEST // longest if longest else 0) for row in sales.rows]


def spreadsheet(sales: Sales) -> str:
    """Return the groups as CSV with a head line; no text in it is a formula to any spreadsheet."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(("key", "name", "receipts", "quantity", "total", "currency"))
    for row in sales.rows:
        total = plain_minor(row.total, sales.currency)
        lines.writerow(
            (as_text(row.key), as_text(row.name), row.receipts, row.quantity, total, sales.currency)
        )
    return text.getvalue()


def as_text(cell: str) -> str:
    """Return what a spreadsheet shows as it stands; a formula's beginning gets an apostrophe before it."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_BEGINS_A_FORMULA) else cell
