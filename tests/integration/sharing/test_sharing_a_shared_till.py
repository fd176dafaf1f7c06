"""One drawer, two terminals, every part real: a guest sells into the host's till, and tills change hands."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import pytest_asyncio

from integration.trouble.trouble_shop import FLOAT, SALE, SUPERVISOR, command, run_program
from tillday_contracts.business_dates import business_today
from tillday_contracts.report_messages import Board, StatusBoard
from tillday_contracts.sharing_messages import MoveTill, TillMoved
from tillday_contracts.store_messages import DayAnswer, OpenStore
from tillday_contracts.topics import TerminalAddress
from tillday_local.day.verdict import check_system
from tillday_local.demo_store import SETTINGS, STORE
from tillday_local.folder import DataFolder
from tillday_local.preparation import demo_terminals, prepare_demo
from tillday_local.system import LocalSystem, Plan
from tillday_local.terminal_client import TerminalClient

PEOPLE = {"T1": ("CASHIER-1", "1001"), "T2": ("CASHIER-2", "1002")}
API = "/api/v1"
pytestmark = pytest.mark.asyncio(loop_scope="session")


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


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def shop() -> AsyncIterator[Shop]:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(
            TemporaryDirectory(prefix="tillday-sharing-", ignore_cleanup_errors=True)
        )
        plan = Plan(terminals=demo_terminals(2), prepare=prepare_demo)
        system = await stack.enter_async_context(LocalSystem(DataFolder(Path(folder) / "data"), plan))
        terminals = {}
        for name in ("T1", "T2"):
            at = TerminalAddress(STORE, name)
            terminals[name] = TerminalClient(
                system.terminal_url(at), system.folder.terminal(name), patience=15
            )
            stack.push_async_callback(terminals[name].close)
        yield Shop(system, terminals)


async def test_two_cashiers_sell_into_one_drawer_and_its_host_counts_both(shop: Shop) -> None:
    today = business_today(datetime.now(UTC), time_zone=SETTINGS.time_zone, rollover=SETTINGS.rollover)
    await shop.ask(command(OpenStore, business_date=today), DayAnswer)
    for terminal in ("T1", "T2"):
        await shop.until(terminal, "outcome.code", "initial_count")
        await shop.sign_in(terminal)
    early = await shop.post("T2", "/till/join", {"till": "TILL1"})
    assert early["status"] == "asked"
    assert "not open" in early["text"] or "not answered" in early["text"]

    await shop.post("T1", "/till/start")
    await shop.post("T1", "/till/initial-count", {"denominations": list(FLOAT), "approval": SUPERVISOR})
    await shop.until("T2", "till_state.status", "joined")
    sold = [await shop.sell("T1"), await shop.sell("T2"), await shop.sell("T2")]
    await shop.until("T2", "link.pending", 0)
    await shop.until("T1", "till_state.members", ["T2"])

    host, guest = (await shop.board()).terminals
    assert (host.sessions[-1].guests, guest.guest_of) == (("T2",), "TILL1")

    started = await shop.post("T1", "/cash-up/start")
    assert [guest["terminal"] for guest in started["guests"]] == ["T2"]
    assert started["not_counted"] == []
    await shop.until("T2", "outcome.code", "host_counts")
    coins = [{"value": 10, "quantity": sum(sold) // 10}]
    cash = await shop.post("T1", "/cash-up/tender", {"tender": "cash", "denominations": [*FLOAT, *coins]})
    assert cash["difference"] == 0
    for tender in ("card", "voucher"):
        await shop.post("T1", "/cash-up/tender", {"tender": tender, "counted": 0})
    await shop.post("T1", "/cash-up/tender", {"tender": "cash_usd", "denominations": []})
    closed = await shop.post("T1", "/cash-up/confirm")
    assert closed["tenders"][0]["expected"] == 15_000 + sum(sold)

    await shop.until("T2", "till_state.status", "none")
    assert await right(shop) == []


async def right(shop: Shop) -> list[str]:
    """What the checker finds wrong once everything has arrived."""
    for terminal in shop.terminals:
        await shop.until(terminal, "link.pending", 0)
    return [str(violation) for violation in (await check_system(shop.system)).violations]


async def test_a_till_changes_hands_and_goes_on_from_what_was_left_in_it(shop: Shop) -> None:
    moved = await shop.ask(command(MoveTill, till="TILL1", terminal="T2"), TillMoved)
    assert {(one.till, one.terminal) for one in moved.tills} == {("TILL1", "T2"), ("TILL2", "T1")}

    await shop.until("T2", "till", "TILL1")
    await shop.until("T1", "till", "TILL2")
    await shop.sign_in("T2")
    started = await shop.post("T2", "/till/start")
    assert [part["amount"] for part in started["expected"] if part["tender"] == "cash"] == [15_000]
    await shop.post("T2", "/till/initial-count", {"denominations": list(FLOAT)})
    await shop.sell("T2")

    assert await right(shop) == []


async def test_the_command_line_joins_and_leaves(shop: Shop) -> None:
    data = ("--data", str(shop.system.folder.root), "--terminal", "T1")
    await run_program("tillday_local", "pos", "sign-in", "CASHIER-1", *data)

    joined = await run_program("tillday_local", "pos", "join", "TILL1", *data)
    left = await run_program("tillday_local", "pos", "leave", *data)

    assert (joined.code, joined.words) == (0, "This terminal sells into till TILL1 of terminal T2 now.")
    assert (left.code, left.words) == (0, "This terminal sells into no other till.")
