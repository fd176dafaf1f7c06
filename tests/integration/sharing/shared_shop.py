"""Two terminals of a running store, every part real."""

import asyncio
from dataclasses import dataclass
from typing import Any

from integration.trouble.trouble_shop import SALE
from tillday_contracts.report_messages import Board, StatusBoard
from tillday_local.day.verdict import check_system
from tillday_local.demo_store import STORE
from tillday_local.system import LocalSystem
from tillday_local.terminal_client import TerminalClient

PEOPLE = {"T1": ("CASHIER-1", "1001"), "T2": ("CASHIER-2", "1002")}
API = "/api/v1"


@dataclass
class Shop:
    """Two terminals of a running store."""

    system: LocalSystem
    terminals: dict[str, TerminalClient]

    async def until(self, terminal: str, holds: str, *values: object) -> dict[str, Any]:
        """Wait until a part of a terminal's status has one of these values."""
        found: Any = None
        for _ in range(300):
            status = found = await self.terminals[terminal].status()
            for part in holds.split("."):
                found = found[part]
            if found in values:
                return status
            await asyncio.sleep(0.1)
        raise AssertionError(f"{terminal}: {holds} is {found}, not one of {values}: {status}")

    async def sign_in(self, terminal: str) -> None:
        client, (person, pin) = self.terminals[terminal], PEOPLE[terminal]
        for _ in range(150):
            known = (await client.get(f"{API}/people"))["people"]
            if person in [one["person"] for one in known]:
                break
            await asyncio.sleep(0.1)
        await client.sign_in(person, pin)

    async def sell(self, terminal: str) -> int:
        answer = await self.terminals[terminal].post(f"{API}/sales", SALE)
        return int(answer["total"])

    async def post(self, terminal: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return await self.terminals[terminal].post(f"{API}{path}", body or {})

    async def board(self) -> Board:
        """The status board once it knows of a guest: readers lag a moment behind."""
        for _ in range(150):
            board: Board = await self.ask(StatusBoard(store=STORE), Board)
            if any(terminal.guest_of for terminal in board.terminals):
                return board
            await asyncio.sleep(0.1)
        raise AssertionError(f"nobody is a guest: {board}")

    async def ask(self, message: Any, expect: Any) -> Any:
        async with self.system.operator() as client:
            return await client.ask(message, expect)


async def right(shop: Shop) -> list[str]:
    """What the checker finds wrong once everything has arrived."""
    for terminal in shop.terminals:
        await shop.until(terminal, "link.pending", 0)
    return [str(violation) for violation in (await check_system(shop.system)).violations]
