"""How answers of the services look to a person."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from tillday_contracts.messages import Refused
    from tillday_contracts.store_messages import StoreDays, StoreTask

WIDE: Final = 160
RIGHT_ALIGNED: Final = frozenset(
    {
        *("Opening", "Sales", "Refunds", "Paid in", "Paid out", "Loans", "Pickups"),
        *("Expected", "Counted", "Difference", "Kept", "To safe"),
        *("Tills active", "Unsent then", "Receipts", "Quantity", "Amount"),
    }
)


def result_console() -> Console:
    """A console on standard output, for results; wide enough where nobody looks."""
    width = None if sys.stdout.isatty() else WIDE
    # Names come from the store: nothing in them is markup.
    return Console(highlight=False, markup=False, emoji=False, width=width)


def minute(at: datetime | None) -> str:
    """Return an instant in this machine's zone, to the minute."""
    return "" if at is None else at.astimezone().strftime("%Y-%m-%d %H:%M")


def days_table(days: StoreDays, *, newest: int | None = None) -> RenderableType:
    """Return the days of a store, or as many of the newest, newest first."""
    if not days.days:
        return Text(f"{days.name} has not been opened yet.")
    table = headed_table(f"{days.name} ({days.store})", "Business date", "State", "Not heard from", "Remark")
    for day in days.days[:newest]:
        remark = "; ".join(
            part for part in ("closed automatically" if day.automatic else "", day.reason) if part
        )
        table.add_row(day.business_date.isoformat(), day.state, ", ".join(day.awaited), remark)
    return table


def tasks_tables(tasks: Sequence[StoreTask]) -> list[RenderableType]:
    """Return what of a store waits for a person, and how it is finished; nothing when nothing waits."""
    if not tasks:
        return []
    table = headed_table("Waiting for a supervisor", "Task", "Since", "Terminal", "What")
    for task in tasks:
        table.add_row(str(task.number), minute(task.raised_at), task.terminal, task.text)
    way = './tillday store finish-task NUMBER --note "what came of it" takes one off this list'
    return [table, Text(way)]


def tills_in_the_way(refusal: Refused) -> RenderableType | None:
    """Return the open tills that a refusal names, or None."""
    from tillday_contracts.till_messages import OpenTill

    named: Any = refusal.details.get("tills")
    tills = [OpenTill.model_validate(till) for till in named] if isinstance(named, list) else []
    if not tills:
        return None
    table = headed_table(
        "Tills in the way", "Terminal", "Till", "Business date", "Status", "Opened by", "Session"
    )
    for till in tills:
        status = till.status.replace("_", " ")
        date_ = till.business_date.isoformat()
        table.add_row(till.terminal, till.till, date_, status, till.opened_by or "", till.session_id)
    return table


def headed_table(title: str | None, *columns: str) -> Table:
    """Return an empty table; amounts and quantities stand right."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        right = column in RIGHT_ALIGNED or column.startswith("Total")
        table.add_column(column, justify="right" if right else "left")
    return table


def rows_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """Return any rows as a table."""
    table = headed_table(title, *columns)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    return table
