"""Twenty terminals bring thousands of entries each after the ledger was away, while one more sells live."""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from faults.campaign.played_day import passable_folder
from tillday_contracts.topics import TerminalAddress
from tillday_local.bench.fleet import journal_of, register
from tillday_local.bench.journal import Journal
from tillday_local.bench.terminal import RESEND_SECONDS, BenchTerminal
from tillday_local.database import connect
from tillday_local.demo_store import STORE
from tillday_local.folder import DataFolder
from tillday_local.system import LocalSystem, Plan

TERMINALS = 20
SALES = 2_500
"""Of each: twice as many entries, since every receipt was printed."""
LIVE_SALES = 3
WITHIN = 240.0
LEDGER = "till_service"
COUNT = "SELECT terminal, count(*) AS n FROM till.journal WHERE type = 'SALE' GROUP BY terminal"


@asynccontextmanager
async def connected(system: LocalSystem, journals: Sequence[Journal]) -> AsyncIterator[list[BenchTerminal]]:
    async with AsyncExitStack() as stack:
        terminals = []
        for journal in journals:
            password = system.guest_password(journal.owner.address)
            terminal = BenchTerminal(journal, system.mqtt_url, password, lambda _: None)
            terminal.trust(system.broker_ca)
            stack.push_async_callback(terminal.disconnect)
            await terminal.connect()
            terminal.send(1, journal.opening_length)
            terminals.append(terminal)
        until = time.perf_counter() + WITHIN
        await asyncio.gather(*(one.settle(one.journal.opening_length, until=until) for one in terminals))
        yield terminals


async def sell_live(terminal: BenchTerminal, until: float) -> None:
    for _ in range(LIVE_SALES):
        first = len(terminal.journal.entries) + 1
        terminal.journal.sell(1)
        last = len(terminal.journal.entries)
        while terminal.heard.acked < last and time.perf_counter() < until:
            terminal.send(first, last)
            await terminal.settle(last, until=min(until, time.perf_counter() + RESEND_SECONDS))
        assert terminal.heard.acked >= last, "a live sale was never acknowledged"


@pytest.mark.timeout(600)
async def test_a_rush_of_history_starves_nobody_and_live_sales_get_through() -> None:
    guests = [TerminalAddress(STORE, f"B{n}") for n in range(1, TERMINALS + 2)]
    journals = [journal_of(address, random.Random(n)) for n, address in enumerate(guests, start=1)]

    async def prepare(system: LocalSystem) -> None:
        await register(system, journals)

    plan = Plan(terminals=(), guests=guests, services=(LEDGER,), prepare=prepare)
    with passable_folder() as folder:
        async with (
            LocalSystem(DataFolder(folder / "rush"), plan) as system,
            connected(system, journals) as (*rushing, live),
        ):
            os.kill(system.pids[LEDGER], signal.SIGSTOP)
            for one in rushing:
                one.journal.sell(SALES)
            until = time.perf_counter() + WITHIN
            drains = [asyncio.create_task(one.drain(until=until)) for one in rushing]
            await asyncio.sleep(RESEND_SECONDS + 1)
            os.kill(system.pids[LEDGER], signal.SIGCONT)
            await sell_live(live, until)
            waiting = [one for one in rushing if one.heard.acked < len(one.journal.entries)]
            await asyncio.wait(drains, return_when=asyncio.FIRST_COMPLETED)
            shares = [one.heard.acked / len(one.journal.entries) for one in rushing]
            await asyncio.gather(*drains)
            held = await ledger_of(system)

    assert waiting, "the live sales were through while history was still on its way"
    assert min(shares) > 0.25, f"when the first one was done, others had hardly begun: {shares}"
    assert held == {address.terminal: SALES for address in guests[:-1]} | {guests[-1].terminal: LIVE_SALES}


async def ledger_of(system: LocalSystem) -> dict[str, int]:
    connection = await connect(system.database)
    try:
        return {row["terminal"]: row["n"] for row in await connection.fetch(COUNT)}
    finally:
        await connection.close()
