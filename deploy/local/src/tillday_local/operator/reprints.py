"""What `tillday report reprint` does: have a terminal print a copy, and say how far that came."""

from __future__ import annotations

import asyncio
from typing import Final

from pydantic import ValidationError

from tillday_contracts.command_messages import (
    CommandOrdered,
    OrderedCommand,
    OrderReprint,
    TerminalCommandList,
    TerminalCommands,
)
from tillday_contracts.report_messages import Board
from tillday_local.operator.asking import Asking, NothingToAsk
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.tables import minute, rows_table
from tillday_local.operator.whole_board import whole_board
from tillday_local.service_client import CommandRefused, ServiceClient

LOOK_SECONDS: Final = 0.3
FAILED: Final = 1
WORDS: Final = {
    "queued": "waits for the terminal to hear of it",
    "delivered": "is at the terminal, and comes when its printer can",
    "done": "is printed",
    "failed": "cannot be printed",
    "expired": "was not printed in time",
}


async def reprint(asking: Asking, number: str, *, terminal: str | None, patience: float) -> int:
    """Order a copy and wait up to `patience` seconds for it. One that waits comes by itself later."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            chosen = terminal or terminal_of(await whole_board(client, asking.store), number)
            ordered = await client.ask(_order(asking, chosen, number), CommandOrdered)
            command = await _followed(client, asking.store, ordered.command_id, patience)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    why = f": {command.reason}" if command.reason else ""
    asking.show(command, f"The copy of {number} {WORDS[command.state]} at {command.terminal}{why}.")
    return FAILED if command.state in ("failed", "expired") else 0


async def show_reprints(asking: Asking) -> int:
    """Show what was ordered at the terminals of a store, newest first."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            answer = await client.ask(TerminalCommands(store=asking.store), TerminalCommandList)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    columns = ("Ordered", "By", "Terminal", "Document", "State", "Until", "Finished", "Remark")
    asking.show(answer, rows_table("Copies", columns, [_row(one) for one in answer.commands]))
    return 0


def terminal_of(board: Board, number: str) -> str:
    """Return the terminal that printed a document: its number begins with its code, or its till's.

    Raises NothingToAsk.
    """
    owner = number.rsplit("-", 2)[0]
    for terminal in board.terminals:
        if owner == terminal.terminal or any(owner == session.till for session in terminal.sessions):
            return terminal.terminal
    raise NothingToAsk(f"nobody knows which terminal printed {number}: name it, --terminal")


def _order(asking: Asking, terminal: str, number: str) -> OrderReprint:
    try:
        return OrderReprint.model_validate({**asking.command(), "terminal": terminal, "document": number})
    except ValidationError:
        raise NothingToAsk(
            f"{number[:40]!r} is no number of a receipt or a cash-up report: they look like T1-AB12C-7"
        ) from None


async def _followed(client: ServiceClient, store: str, command_id: str, patience: float) -> OrderedCommand:
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        listed = await client.ask(TerminalCommands(store=store), TerminalCommandList)
        command = next(one for one in listed.commands if one.command_id == command_id)
        if command.finished_at is not None or asyncio.get_running_loop().time() >= deadline:
            return command
        await asyncio.sleep(LOOK_SECONDS)


def _row(one: OrderedCommand) -> tuple[str, ...]:
    until = minute(one.not_after) if one.finished_at is None else ""
    ordered = (minute(one.ordered_at), one.ordered_by, one.terminal, one.document or "")
    return (*ordered, one.state, until, minute(one.finished_at), one.reason or "")
