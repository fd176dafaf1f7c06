"""A catalogue of many pages reaches a terminal while it sells: a receipt is of the old or of the new one."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tillday_local.folder import DataFolder
from tillday_local.operator.asking import Where
from tillday_local.operator.connection import find_terminal
from tillday_local.preparation import demo_terminals, prepare_demo
from tillday_local.system import LocalSystem, Plan
from tillday_local.terminal_client import TerminalClient
from typed_commands import typed

PRODUCTS = 5000
FIRST, MIDDLE, LAST = (f"SKU-{n:05}" for n in (0, PRODUCTS // 2, PRODUCTS - 1))
PIECES = [{"value": 5000, "quantity": 3}]
FLOAT_APPROVAL = {"person": "SUPERVISOR-1", "pin": "900001", "reason": "The first float"}


@pytest.fixture
async def data() -> AsyncIterator[Path]:
    # Not below pytest's own folder: PostgreSQL runs as another account where we are root.
    with tempfile.TemporaryDirectory(prefix="tillday-swap-", ignore_cleanup_errors=True) as folder:
        plan = Plan(terminals=demo_terminals(1), prepare=prepare_demo)
        async with LocalSystem(DataFolder(Path(folder)), plan):
            yield Path(folder)


async def tillday(data: Path, *arguments: str) -> str:
    ended = await typed(*arguments, "--data", str(data), environment=os.environ)
    assert ended.code == 0, (arguments, ended)
    return ended.out


async def import_priced(data: Path, price: int) -> None:
    lines = [f"SKU-{n:05},Product {n},{price},19" for n in range(PRODUCTS)]
    file = data / f"at-{price}.csv"
    file.write_text("\n".join(("sku,name,price_minor,tax_percent", *lines)))
    assert "5000 products" in await tillday(data, "catalogue", "import", str(file))


async def until_priced(client: TerminalClient, price: int) -> None:
    for _ in range(150):
        items = {item["sku"]: item["price"] for item in (await client.get("/api/v1/catalogue"))["items"]}
        if items.get(LAST) == price:
            assert set(items.values()) == {price}
            assert len(items) == PRODUCTS
            return
        await asyncio.sleep(0.2)
    pytest.fail(f"the terminal never sold at {price}")


async def open_till(client: TerminalClient) -> None:
    for _ in range(100):
        if (await client.status())["business_date"] is not None:
            break
        await asyncio.sleep(0.2)
    await client.sign_in("CASHIER-1", "1001")
    await client.post("/api/v1/till/start", {})
    count = {"denominations": PIECES, "approval": FLOAT_APPROVAL}
    await client.post("/api/v1/till/initial-count", count)


async def sell_until(client: TerminalClient, done: asyncio.Event) -> list[int]:
    lines = [{"sku": sku, "quantity": 1} for sku in (FIRST, MIDDLE, LAST)]
    totals = []
    while not done.is_set():
        payments = [{"tender": "cash", "tendered": 1000}]
        receipt = await client.post("/api/v1/sales", {"lines": lines, "payments": payments})
        totals.append(int(receipt["total"]))
    return totals


async def test_no_receipt_mixes_the_prices_of_two_catalogues(data: Path) -> None:
    _, client = find_terminal(Where(data=data), "T1")
    try:
        await import_priced(data, 100)
        await until_priced(client, 100)
        await tillday(data, "store", "open")
        await open_till(client)
        done = asyncio.Event()
        selling = asyncio.create_task(sell_until(client, done))
        await asyncio.sleep(0.5)
        await import_priced(data, 250)
        await until_priced(client, 250)
        await asyncio.sleep(0.5)
        done.set()
        totals = await selling
    finally:
        await client.close()
    assert set(totals) == {300, 750}
    assert totals == sorted(totals), "the old prices never come back"
