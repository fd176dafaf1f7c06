"""A person with nothing but the command line takes a store from opening to closing, on the real parts."""

import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tillday_local.folder import DataFolder
from tillday_local.preparation import demo_terminals, prepare_demo
from tillday_local.system import LocalSystem, Plan
from typed_commands import typed

FLOAT = "5000x2,1000x5"
PINS = {"TILLDAY_PIN": "1001", "TILLDAY_APPROVER_PIN": "900001"}


@dataclass
class Shell:
    """Runs ./tillday on one data folder."""

    data: Path

    async def __call__(self, *arguments: str, code: int = 0) -> str:
        ended = await typed(*arguments, "--data", str(self.data), environment={**os.environ, **PINS})
        assert ended.code == code, (arguments, ended)
        return ended.out + ended.err

    async def until(self, text: str, *arguments: str) -> str:
        """Look again until it says so: what is said in one place takes a moment to be known in another."""
        for _ in range(30):
            seen = await self(*arguments)
            if text in seen:
                return seen
            await asyncio.sleep(0.3)
        pytest.fail(f"{arguments} never said {text!r}: {seen}")


@pytest.fixture
async def tillday() -> AsyncIterator[Shell]:
    # Not below pytest's own folder: PostgreSQL runs as another account where we are root.
    with tempfile.TemporaryDirectory(prefix="tillday-walk-", ignore_cleanup_errors=True) as folder:
        plan = Plan(terminals=demo_terminals(1), prepare=prepare_demo)
        async with LocalSystem(DataFolder(Path(folder)), plan):
            yield Shell(Path(folder))


async def test_a_day_by_hand_from_opening_to_closing(tillday: Shell) -> None:
    assert "The store is closed" in await tillday("pos", "status")
    await tillday("store", "open")
    assert "is cancelled" in await tillday("store", "cancel", "--reason", "It was only to try")
    await tillday.until("The store is closed", "pos", "status")
    assert "cancelled" in await tillday("store", "days")
    await tillday("store", "open")
    await tillday.until("initial_count", "pos", "status")

    assert "sign-in" in await tillday("pos", "start", code=1)
    await tillday.until("CASHIER-1", "pos", "people")
    await tillday("pos", "sign-in", "CASHIER-1")
    await tillday("pos", "start")
    assert "150.00" in await tillday("pos", "count", "--count", FLOAT, code=1)
    await tillday("pos", "count", "--count", FLOAT, "--approve", "SUPERVISOR-1", "--reason", "First float")

    sold = await tillday("pos", "sell", "COF-01", "BAK-01x2", "--tendered", "20")
    assert "5.10 EUR, change 14.90" in sold
    assert "12.50 EUR, change 0.00" in await tillday("pos", "sell", "MUG-01", "--tender", "card")
    abroad = ("pos", "sell", "MUG-01", "COF-02", "TEA-01", "TEA-02", "--tender", "cash_usd")
    assert "how much USD" in await tillday(*abroad, code=1)
    assert "18.40 EUR, change 0.00" in await tillday(*abroad, "--tendered", "20")
    assert "MUG-99" in await tillday("pos", "sell", "MUG-99", code=1)

    await _money_moves_and_comes_back(tillday)

    board = await tillday.until("Open in Front-office", "report", "board")
    assert "Opened in back-office" in board
    assert "tills were started" in await tillday("store", "cancel", "--reason", "Too late", code=1)
    refused = await tillday("store", "close", code=1)
    assert 'Cannot close the store "Tillday Café" because there are open tills' in refused
    assert "Tills in the way" in refused

    x_report = await tillday.until("12.50", "report", "x")
    assert "155.10" in x_report
    assert "36.00" in await tillday("report", "flash")

    short = (
        "--count",
        f"{FLOAT},500x1",
        "--foreign",
        "cash_usd=1000x2",
        "--approve",
        "SUPERVISOR-1",
        "--reason",
        "A coin is missing",
    )
    closed = await tillday("pos", "cash-up", *short)
    assert "155.10" in closed
    assert "12.50" in closed
    await tillday.until("Closed in Front-office", "report", "board")
    report = await tillday("report", "cash-up", "--products")
    assert "155.10" in report
    assert "SUPERVISOR-1: A coin is missing" in report
    assert "Croissant" in report

    await _copies_come_from_the_terminal_and_the_safe_is_told(tillday)

    assert "No till is open at T1" in await tillday("report", "x", code=1)
    by_tender = json.loads(await tillday("report", "sales", "--by", "tender", "--json"))
    assert {row["key"]: row["total"] for row in by_tender["rows"]} == {
        "cash": 510,
        "card": 1250,
        "cash_usd": 1840,
    }
    before = await tillday("report", "cash-up", "--json")
    assert "made again" in await tillday("report", "rebuild")
    assert await tillday("report", "cash-up", "--json") == before

    assert "is closed" in await tillday("store", "close")
    await tillday.until("Closed ", "report", "board")
    assert json.loads(await tillday("store", "status", "--json"))["days"][0]["state"] == "closed"
    assert "never opened again" in await tillday("store", "open", code=1)


async def _money_moves_and_comes_back(tillday: Shell) -> None:
    """Everything that a person can do with money beside selling; in the end the drawer holds what it held."""
    allowed = ("--allow", "SUPERVISOR-1")
    loan = ("pos", "move", "loan", "50.00", "--reason", "Change")
    assert "no right" in await tillday(*loan, code=1)
    assert "Loan: 50.00 EUR (cash)" in await tillday(*loan, *allowed)
    assert "Pickup: 50.00" in await tillday(
        "pos", "move", "pickup", "50.00", "--reason", "To the safe", *allowed
    )
    sold = json.loads(await tillday("pos", "sell", "COF-01", "--json"))
    back = await tillday("pos", "refund", "--of", sold["number"], *allowed)
    assert f"{sold['total'] / 100:.2f} EUR" in back
    again = await tillday("pos", "refund", "--of", sold["number"], *allowed, code=1)
    assert "refunded already" in again
    assert "Copy 1 of" in await tillday("pos", "reprint", sold["number"])
    assert "155.10" in await tillday("pos", "x-report", "--print")
    assert "drawer is open" in await tillday("pos", "no-sale", "--reason", "A coin is stuck")
    assert "no right" in await tillday("pos", "flash", code=1)


async def _copies_come_from_the_terminal_and_the_safe_is_told(tillday: Shell) -> None:
    number = json.loads(await tillday("report", "cash-up", "--json"))["reports"][0]["number"]
    assert "is printed at T1" in await tillday("report", "reprint", number, "--wait", "30")
    assert "cannot be printed" in await tillday("report", "reprint", "T1-ABCDE-9", "--wait", "30", code=1)
    copies = json.loads(await tillday("report", "reprints", "--json"))["commands"]
    assert [(copy["document"], copy["state"]) for copy in copies] == [
        ("T1-ABCDE-9", "failed"),
        (number, "done"),
    ]
    safe = json.loads(await tillday("safe", "--json"))
    assert safe["balance"] == {"card": 1250, "cash": 500, "cash_usd": 2000}
    assert "pickup from the till" in await tillday("safe", "--tender", "cash")
