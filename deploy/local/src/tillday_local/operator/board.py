"""The status board on a screen: terminals, their tills, and what was counted of the closed ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tillday_contracts.money import plain_minor
from tillday_contracts.report_messages import Board, BoardTerminal, BoardTill
from tillday_local.operator.tables import headed_table, minute, tasks_tables

SOURCES: Final = {
    "terminal": "the terminal",
    "typed": "typed from paper",
    "scanned": "scanned from paper",
    "none": "nobody counted",
}
STATUS_STYLES: Final = {"Closed": "dim", "Opened in back-office": "green", "Opened in front-office": "yellow"}


def board_tables(board: Board, *, now: datetime, details: bool = False) -> RenderableType:
    """Return the terminals of a store, their sessions and what waits; `details`: totals of closed ones."""
    terminals, waiting = _terminals(board, now), [*_rescues(board), *tasks_tables(board.tasks)]
    if not any(terminal.sessions for terminal in board.terminals):
        return Group(terminals, Text("No till was opened.", style="dim"), *waiting)
    counted = [_details(board)] if details and _counted(board) else []
    return Group(terminals, _sessions(board), *counted, *waiting)


def _terminals(board: Board, now: datetime) -> Table:
    table = headed_table(
        f"{board.name} ({board.store})",
        *("Terminal", "Name", "Status", "Business date", "Tills active", "Last heard", "Unsent then"),
    )
    for terminal in board.terminals:
        table.add_row(
            terminal.terminal,
            terminal.name,
            Text(terminal.status, style=STATUS_STYLES.get(terminal.status, "")),
            "" if terminal.business_date is None else terminal.business_date.isoformat(),
            _active(terminal),
            _last_heard(terminal, now),
            "" if terminal.waiting is None else str(terminal.waiting),
        )
    return table


def _active(terminal: BoardTerminal) -> str:
    """Return how many tills are open there, and into which one of another terminal it sells."""
    count = str(terminal.active_tills)
    return count if terminal.guest_of is None else f"{count}, sells into {terminal.guest_of}"


def _rescues(board: Board) -> list[RenderableType]:
    if not board.rescues:
        return []
    table = headed_table(
        "Rescue sessions", *("Till", "Business date", "Name", "Status", "Sales", "Others", "Undecided")
    )
    for rescue in board.rescues:
        counts = (rescue.sales, rescue.movements, rescue.undecided)
        table.add_row(
            rescue.till,
            rescue.business_date.isoformat(),
            rescue.name,
            Text(rescue.status, style="yellow"),
            *(str(count) for count in counts),
        )
    return [table, Text("./tillday rescue show NAME tells what came late; rescue close closes it")]


def _sessions(board: Board) -> Table:
    table = headed_table(
        "Tills",
        *("Terminal", "Till", "Business date", "Status", "Opened", "By", "Closed", "By", "From"),
        *("Receipts", f"Total {board.currency}"),
    )
    for terminal, till in _tills(board):
        table.add_row(
            " + ".join((terminal.terminal, *till.guests)),
            till.till,
            till.business_date.isoformat(),
            _status(till),
            minute(till.opened_at),
            till.opened_by or "",
            minute(till.closed_at),
            till.closed_by or "",
            till.closed_from or "",
            str(till.receipts),
            plain_minor(till.total, board.currency),
        )
    return table


def _status(till: BoardTill) -> str:
    marks = (("late", till.late), ("provisional", till.provisional))
    return ", ".join((till.status, *(word for word, holds in marks if holds)))


def _details(board: Board) -> Table:
    table = headed_table(
        "Totals of closed tills",
        *("Terminal", "Till", "Closed", "Tender", "Opening", "Expected", "Counted", "Difference"),
        *("Report", "From", "Session"),
    )
    for terminal, till in _tills(board):
        if till.source == "none":
            nothing = ("",) * 5
            table.add_row(terminal.terminal, till.till, minute(till.closed_at), *nothing, *_origin(till))
        for count in till.tenders:
            currency = board.currencies.get(count.tender, board.currency)
            amounts = (count.opening, count.expected, count.counted, count.difference)
            table.add_row(
                *(terminal.terminal, till.till, minute(till.closed_at), f"{count.tender} {currency}"),
                *(plain_minor(amount, currency) for amount in amounts),
                *_origin(till),
            )
    return table


def _origin(till: BoardTill) -> tuple[str, str, str]:
    numbers = ", ".join(number for number in (till.number, till.back_number) if number)
    return numbers, SOURCES.get(till.source or "", ""), till.session_id


def _counted(board: Board) -> bool:
    return any(till.source or till.tenders for _, till in _tills(board))


def _tills(board: Board) -> Iterable[tuple[BoardTerminal, BoardTill]]:
    return ((terminal, till) for terminal in board.terminals for till in terminal.sessions)


def _last_heard(terminal: BoardTerminal, now: datetime) -> Text:
    if terminal.presence == "unknown":
        return Text("not yet", style="dim")
    if terminal.last_seen is None:
        return Text("never", style="dim")
    if terminal.presence == "silent":
        return Text(f"offline since {minute(terminal.last_seen)}", style="yellow")
    return Text(f"{max(0, int((now - terminal.last_seen).total_seconds()))} s ago")
