"""A store of very many terminals at the back office: how long a page is, and how soon it shows a change.

The terminals are registered with the store service like any others. Some connect over MQTT: of them some open
their tills while others sell, and together they say HELLO as often as all of them would. The rest was never
heard. What is measured is what a browser waits for, and what it costs all parts in processor time.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Final

import httpx

from tillday_contracts.link import HELLO_SECONDS
from tillday_contracts.topics import TerminalAddress
from tillday_local.bench.board_pages import (
    WINDOW,
    BoardSilent,
    asked,
    looks_within,
    signed_in,
    until_all_are_there,
    until_shown,
)
from tillday_local.bench.figures import percentile
from tillday_local.bench.fleet import connected, journal_of, register
from tillday_local.bench.journal import Journal
from tillday_local.bench.parts_watch import PartsWatch
from tillday_local.bench.terminal import BenchTerminal
from tillday_local.demo_logins import define_logins
from tillday_local.demo_store import STORE, demo_content
from tillday_local.folder import DataFolder
from tillday_local.parts import SERVICES
from tillday_local.store_content import StoreSetUp
from tillday_local.system import LocalSystem, Plan, Watchers

__all__ = ["MOST_BYTES", "MOST_SECONDS", "QUICK_SECONDS", "BoardFigures", "BoardSilent", "measure_board"]

OPENING: Final = 10
"""Terminals that open their tills, one after the other."""
SELLING: Final = 5
SALES_A_SECOND: Final = 5
SALES_EACH: Final = 100
PAGES: Final = 15
AT_ONCE: Final = 8
QUIET_SECONDS: Final = 8.0
"""Less than a page waits before it looks by itself."""
MOST_BYTES: Final = 250_000
MOST_SECONDS: Final = 1.0
QUICK_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFigures:
    """What was measured: bytes as they travel, milliseconds; processor time is that of all parts together."""

    terminals: int
    page_bytes: int
    part_bytes: int
    page_p50_ms: float
    page_max_ms: float
    page_processor_ms: float
    search_ms: float
    hellos: int
    looks_at_hellos: int
    update_p50_ms: float
    update_max_ms: float
    update_processor_ms: float
    sales: int
    registered_ms: float
    registered_processor_ms: float

    @property
    def is_within_limits(self) -> bool:
        """Whether the page is small and quick, and a change shows within a second."""
        quick = self.page_p50_ms <= QUICK_SECONDS * 1000 and self.update_p50_ms <= MOST_SECONDS * 1000
        return quick and self.page_bytes <= MOST_BYTES and self.looks_at_hellos == 0


async def measure_board(
    folder: DataFolder, terminals: int, watchers: Watchers, say: Callable[[str], None]
) -> BoardFigures:
    """Measure. Raises BoardSilent, and what LocalSystem raises where something does not start."""
    addresses = [TerminalAddress(STORE, f"B{n}") for n in range(1, OPENING + SELLING + 1)]
    chance = random.Random(1)  # noqa: S311 - a repeatable load, not a secret
    journals = [journal_of(address, chance) for address in addresses]
    for journal in journals[OPENING:]:
        journal.sell(SALES_EACH)
    run = BoardRun(terminals, journals, say)
    plan = Plan(terminals=(), guests=addresses, services=SERVICES, prepare=run.prepare)
    async with LocalSystem(folder, plan, watchers) as system:
        await register(system, journals)
        return await run.measure(system)


class Costs:
    """Wall time and processor time of all parts of a system, in milliseconds."""

    def __init__(self, system: LocalSystem) -> None:
        self._watch = PartsWatch(lambda: system.pids)
        self._began, self._before = time.perf_counter(), self._processor()

    def each(self, times: int) -> tuple[float, float]:
        """Return wall and processor time since the beginning, divided by `times`."""
        wall, processor = time.perf_counter() - self._began, self._processor() - self._before
        return wall * 1000 / times, processor * 1000 / times

    def _processor(self) -> float:
        return sum(self._watch.cpu_seconds().values())


class BoardRun:
    """One run: registering, pages while nothing happens, then tills that open while others sell."""

    def __init__(self, terminals: int, journals: Sequence[Journal], say: Callable[[str], None]) -> None:
        self._terminals = terminals
        self._journals = journals
        self._say = say
        self._registered = (0.0, 0.0)
        self._sales = 0

    async def prepare(self, system: LocalSystem) -> None:
        """Register the terminals with a store of theirs."""
        self._say(f"registering {self._terminals} terminals")
        others = self._terminals - len(self._journals)
        async with system.operator() as client:
            store = StoreSetUp(client, demo_content(1))
            await store.define()
            costs = Costs(system)
            for first in range(1, others + 1, AT_ONCE):
                numbers = range(first, min(first + AT_ONCE, others + 1))
                await asyncio.gather(*(store.register(f"T{n}") for n in numbers))
            self._registered = costs.each(others)
            for journal in self._journals:
                await store.register(journal.owner.address.terminal)
            await define_logins(client, 1)

    async def measure(self, system: LocalSystem) -> BoardFigures:
        """Measure what a browser waits for."""
        async with signed_in(system) as office, connected(system, self._journals) as fleet:
            await until_all_are_there(office, self._terminals)
            self._say("asking for the page")
            costs = Costs(system)
            pages = [await asked(office, f"{WINDOW}?page={number % 3}") for number in range(PAGES)]
            _, page_processor = costs.each(PAGES)
            part = await asked(office, WINDOW, part=True)
            search = await asked(office, f"{WINDOW}?find=Counter%20{self._terminals // 2}")
            hellos, looks = await self._quiet(office, fleet)
            updates, update_processor = await self._busy(system, office, fleet)
        times = sorted(one.seconds for one in pages)
        return BoardFigures(
            terminals=self._terminals,
            page_bytes=max(one.size for one in pages),
            part_bytes=part.size,
            page_p50_ms=percentile(times, 0.5) * 1000,
            page_max_ms=times[-1] * 1000,
            page_processor_ms=page_processor,
            search_ms=search.seconds * 1000,
            hellos=hellos,
            looks_at_hellos=looks,
            update_p50_ms=percentile(updates, 0.5) * 1000,
            update_max_ms=max(updates) * 1000,
            update_processor_ms=update_processor,
            sales=self._sales,
            registered_ms=self._registered[0],
            registered_processor_ms=self._registered[1],
        )

    async def _quiet(self, office: httpx.AsyncClient, fleet: Sequence[BenchTerminal]) -> tuple[int, int]:
        """Return how many signs of life there were, as many as of all terminals, and how many looks."""
        self._say("hearing every terminal's signs of life")
        said = 0

        async def greet() -> None:
            nonlocal said
            while True:
                fleet[said % len(fleet)].say_hello()
                said += 1
                await asyncio.sleep(HELLO_SECONDS / self._terminals)

        async with _beside(greet()):
            looks = await looks_within(office, QUIET_SECONDS)
        return said, looks

    async def _busy(
        self, system: LocalSystem, office: httpx.AsyncClient, fleet: Sequence[BenchTerminal]
    ) -> tuple[list[float], float]:
        """Return how long each opened till took to be shown while others sell, and what it cost."""
        self._say("opening tills while others sell")
        async with _beside(self._sell(fleet[OPENING:])):
            costs = Costs(system)
            updates = [await until_shown(office, terminal) for terminal in fleet[:OPENING]]
            return updates, costs.each(OPENING)[1]

    async def _sell(self, sellers: Sequence[BenchTerminal]) -> None:
        """Sell at an even pace, whether or not the last sale was acknowledged."""
        for seller in sellers:
            seller.send(1, seller.journal.opening_length)
        for turn in range(SALES_EACH * len(sellers)):
            await asyncio.sleep(1 / SALES_A_SECOND)
            seller, sold = sellers[turn % len(sellers)], turn // len(sellers)
            first = seller.journal.opening_length + 2 * sold + 1
            seller.send(first, first + 1)
            self._sales += 1


@contextlib.asynccontextmanager
async def _beside(load: Coroutine[object, object, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(load)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
