"""One benchmark: a system of its own, terminals made up, three measurements, the figures."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import asyncpg

from tillday_contracts.topics import TerminalAddress
from tillday_local.bench.figures import Curve, Figures, History, Live, percentile
from tillday_local.bench.fleet import connected, journal_of, register
from tillday_local.bench.journal import Journal
from tillday_local.bench.limit import measure_limit
from tillday_local.bench.parts_watch import PartsWatch
from tillday_local.bench.terminal import BenchTerminal
from tillday_local.demo_store import STORE
from tillday_local.folder import DataFolder
from tillday_local.system import LocalSystem, Plan, Watchers

LEDGER_SERVICE: Final = "till_service"
COUNT_SALES: Final = "SELECT count(*) FROM till.journal WHERE type = 'SALE'"
OPENING_SECONDS: Final = 10.0
SETTLE_SECONDS: Final = 3.0
LIMIT_SECONDS: Final = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchPlan:
    """How much is offered: `rate` sales a second for `live_seconds`, then `backlog` sales per terminal."""

    terminals: int = 20
    rate: int = 100
    live_seconds: float = 6.0
    backlog: int = 1000
    history_seconds: float = 12.0
    seed: int = 1


@dataclass(slots=True)
class _Tally:
    """Acknowledged sales, and when."""

    total: int = 0
    points: list[tuple[float, int]] = field(default_factory=list)

    def add(self, sales: int) -> None:
        self.total += sales
        self.points.append((time.perf_counter(), self.total))


async def _nothing_to_prepare(_system: LocalSystem) -> None:
    """The ledger learns the terminals' keys from the benchmark itself."""


async def run_bench(
    folder: DataFolder, plan: BenchPlan, watchers: Watchers, say: Callable[[str], None]
) -> tuple[Figures, Curve]:
    """Measure; raises what LocalSystem and the service client raise where something does not start."""
    addresses = [TerminalAddress(STORE, f"B{n}") for n in range(1, plan.terminals + 1)]
    chance = random.Random(plan.seed)  # noqa: S311 - a repeatable load, not a secret
    journals = [journal_of(address, chance) for address in addresses]
    system_plan = Plan(
        terminals=(), guests=addresses, services=(LEDGER_SERVICE,), prepare=_nothing_to_prepare
    )
    async with LocalSystem(folder, system_plan, watchers) as system:
        await register(system, journals)
        watch = PartsWatch(lambda: {**system.pids, "load generator": os.getpid()})
        watching = asyncio.create_task(watch.run())
        try:
            return await _Bench(system, plan, journals, say).run(watch)
        finally:
            watching.cancel()


class _Bench:
    """The measurements, one after the other, on a system that is up."""

    def __init__(
        self, system: LocalSystem, plan: BenchPlan, journals: Sequence[Journal], say: Callable[[str], None]
    ) -> None:
        self._system = system
        self._plan = plan
        self._journals = journals
        self._say = say
        self._tally = _Tally()

    async def run(self, watch: PartsWatch) -> tuple[Figures, Curve]:
        async with connected(self._system, self._journals, self._tally.add) as terminals:
            await self._open(terminals)
            self._say(f"{self._plan.rate} sales a second, one by one")
            live, latencies = await self._live(terminals)
            self._say(f"{self._plan.backlog * len(terminals)} sales as a backlog")
            self._prepare_history()
            worked_before = watch.cpu_seconds()
            history, points = await self._history(terminals)
            worked = watch.cpu_seconds()
            odd = sum(terminal.heard.odd for terminal in terminals)
        self._say("the database alone")
        database = self._system.database
        connection = await asyncpg.connect(database.url, password=database.password)
        try:
            ledger_sales = await connection.fetchval(COUNT_SALES)
            limit = await measure_limit(connection, self._journals, seconds=LIMIT_SECONDS)
        finally:
            await connection.close()
        figures = Figures(
            terminals=len(self._journals),
            cpus=os.cpu_count() or 1,
            live=live,
            history=history,
            limit=limit,
            ratio=history.sales_per_second / limit.sales_per_second,
            memory_mib=dict(watch.most_mib),
            cores_used={
                name: (worked[name] - before) / history.seconds
                for name, before in worked_before.items()
                if name in worked
            },
            ledger_sales=ledger_sales,
            acknowledged_sales=self._tally.total,
            odd_verdicts=odd,
        )
        return figures, Curve(points, sorted(latencies))

    async def _open(self, terminals: Sequence[BenchTerminal]) -> None:
        until = time.perf_counter() + OPENING_SECONDS
        for terminal in terminals:
            terminal.send(1, terminal.journal.opening_length)
        await asyncio.gather(*(t.settle(t.journal.opening_length, until=until) for t in terminals))
        for terminal in terminals:
            terminal.heard.latencies.clear()

    async def _live(self, terminals: Sequence[BenchTerminal]) -> tuple[Live, list[float]]:
        per_terminal = max(1, int(self._plan.rate * self._plan.live_seconds / len(terminals)))
        pause = len(terminals) / self._plan.rate
        before = self._tally.total
        await asyncio.gather(
            *(
                _sell_one_by_one(terminal, per_terminal, pause=pause, delay=n / self._plan.rate)
                for n, terminal in enumerate(terminals)
            )
        )
        latencies = [1000 * value for terminal in terminals for value in terminal.heard.latencies]
        live = Live(
            offered_per_second=self._plan.rate,
            sales=per_terminal * len(terminals),
            acknowledged=self._tally.total - before,
            ack_p50_ms=percentile(latencies, 0.50),
            ack_p99_ms=percentile(latencies, 0.99),
            ack_max_ms=percentile(latencies, 1.0),
        )
        return live, latencies

    def _prepare_history(self) -> None:
        for journal in self._journals:
            journal.sell(self._plan.backlog)

    async def _history(self, terminals: Sequence[BenchTerminal]) -> tuple[History, list[tuple[float, int]]]:
        before, entries_before = self._tally.total, sum(terminal.heard.acked for terminal in terminals)
        self._tally.points.clear()
        began = time.perf_counter()
        await asyncio.gather(
            *(terminal.drain(until=began + self._plan.history_seconds) for terminal in terminals)
        )
        ended = self._tally.points[-1][0] if self._tally.points else time.perf_counter()
        sales = self._tally.total - before
        history = History(
            sales=sales,
            entries=sum(terminal.heard.acked for terminal in terminals) - entries_before,
            seconds=ended - began,
            sales_per_second=sales / (ended - began),
        )
        return history, [(at - began, total - before) for at, total in self._tally.points]


async def _sell_one_by_one(terminal: BenchTerminal, count: int, *, pause: float, delay: float) -> None:
    """Send a message per sale, on time whether or not the last one was acknowledged; then wait for acks.

    A message carries a sale and the word that the sale before was printed, as it happens at a counter.
    """
    journal, began = terminal.journal, time.perf_counter() + delay
    for n in range(count):
        await asyncio.sleep(max(0.0, began + n * pause - time.perf_counter()))
        first = len(journal.entries) + (n == 0)
        journal.sell(1)
        terminal.send(first, len(journal.entries) - 1)
    last = len(journal.entries)
    terminal.send(last, last)
    await terminal.settle(last, until=time.perf_counter() + SETTLE_SECONDS)
