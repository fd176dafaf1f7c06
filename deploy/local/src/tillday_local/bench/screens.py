"""A day on a terminal's screens: how long a tap waits for its answer, and what memory the agent keeps."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import httpx
import psutil

from tillday_local.bench.agent import MOST_MIB
from tillday_local.bench.figures import percentile
from tillday_local.folder import DataFolder
from tillday_local.preparation import demo_terminals, prepare_demo
from tillday_local.system import LocalSystem, Plan

MOST_TAP_MS: Final = 100.0
LOOK_EVERY: Final = 50
"""The memory is looked at after so many sales, and at the end of the day."""
_MIB: Final = 1024 * 1024
_PEOPLE: Final = {"CASHIER-1": "1001", "SUPERVISOR-1": "900001"}
_NOTES: Final = (5000, 5000, 5000)


class ScreensOdd(Exception):
    """A screen showed something else than the day needs; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenFigures:
    """A day of `sales` receipts. Milliseconds from sending a tap to having its whole answer; resident memory
    at the first sale, every LOOK_EVERY sales, and after the cash-up.
    """

    sales: int
    taps: int
    tap_p50_ms: float
    tap_p99_ms: float
    tap_max_ms: float
    processor_ms: float
    """What a tap costs the agent in processor time, and all that it does meanwhile."""
    resident_mib: tuple[float, ...]

    @property
    def is_within_limits(self) -> bool:
        """Say whether fingers are answered at once, and a small terminal can live with it all day."""
        return self.tap_p99_ms <= MOST_TAP_MS and max(self.resident_mib) <= MOST_MIB


@dataclass(slots=True)
class Fingers:
    """One browser's taps, each timed."""

    http: httpx.AsyncClient
    times_ms: list[float] = field(default_factory=list)
    shown: str = ""

    async def tap(self, name: str, **form: object) -> None:
        """Tap something; what is shown then is kept."""
        began = time.perf_counter()
        answer = await self.http.post(f"/screens/do/{name}", data={key: str(form[key]) for key in form})
        self.times_ms.append((time.perf_counter() - began) * 1000)
        self.shown = answer.text

    async def approve(self) -> None:
        """A supervisor's word on what was just tapped."""
        await self.tap("approve", person="SUPERVISOR-1", pin=_PEOPLE["SUPERVISOR-1"], reason="counted")

    def on(self, screen: str) -> None:
        """Make sure of the screen that is shown. Raises ScreensOdd."""
        found = re.search(r'<main id="screen-([a-z-]+)"', self.shown)
        if found is None or found[1] != screen:
            raise ScreensOdd(f"the screen is {found[1] if found else 'none'}, not {screen}")


async def measure_screens(folder: DataFolder, *, sales: int, step: Callable[[str], None]) -> ScreenFigures:
    """Work a day on the screens of the demo's one terminal, every part of it real. Raises ScreensOdd."""
    plan = Plan(terminals=demo_terminals(1), prepare=prepare_demo)
    async with LocalSystem(folder, plan) as system, _at_the_screens(system) as fingers:
        agent = psutil.Process(system.pids["terminal-T1"])
        step("opening")
        await _opens(fingers)
        fingers.times_ms.clear()  # PINs are slow on purpose
        step("selling")
        resident = [_resident(agent)]
        worked = _worked(agent)
        for sale in range(1, sales + 1):
            await _sells(fingers, sale)
            if sale % LOOK_EVERY == 0:
                resident.append(_resident(agent))
        times = sorted(fingers.times_ms)
        worked = _worked(agent) - worked
        step("cash-up")
        await _cashes_up(fingers)
        resident.append(_resident(agent))
    return ScreenFigures(
        sales=sales,
        taps=len(times),
        tap_p50_ms=percentile(times, 0.5),
        tap_p99_ms=percentile(times, 0.99),
        tap_max_ms=times[-1] if times else 0.0,
        processor_ms=worked * 1000 / max(len(times), 1),
        resident_mib=tuple(resident),
    )


@asynccontextmanager
async def _at_the_screens(system: LocalSystem) -> AsyncIterator[Fingers]:
    url = system.terminal_url(system.plan.terminals[0])
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http:
        await http.get("/")
        yield Fingers(http)


def _resident(agent: psutil.Process) -> float:
    return float(agent.memory_info().rss) / _MIB


def _worked(agent: psutil.Process) -> float:
    """Seconds of processor time so far."""
    times = agent.cpu_times()
    return float(times.user + times.system)


async def _opens(fingers: Fingers) -> None:
    await fingers.tap("sign-in", person="CASHIER-1", pin=_PEOPLE["CASHIER-1"])
    days = re.findall(r'name="date" value="([0-9-]+)" checked', fingers.shown)
    if not days:
        raise ScreensOdd("the terminal cannot be opened here")
    await fingers.tap("open-terminal", date=days[0])
    await fingers.approve()
    await fingers.tap("start-till")
    for note in _NOTES:
        await fingers.tap("tap", tender="cash", value=note)
    await fingers.tap("confirm-float")
    await fingers.approve()
    fingers.on("sell")


async def _sells(fingers: Fingers, sale: int) -> None:
    for sku in ("COF-01", "BAK-04", "COF-01")[: 1 + sale % 3]:
        await fingers.tap("add", sku=sku)
    await fingers.tap("to-pay")
    await fingers.tap("tender", tender="card" if sale % 4 else "cash")
    if "data-done" not in fingers.shown:
        raise ScreensOdd(f"sale {sale} was not done")


async def _cashes_up(fingers: Fingers) -> None:
    await fingers.tap("x-report")
    await fingers.tap("start-cash-up")
    for tender in ("cash", "cash_usd"):
        fingers.on("count")
        await fingers.tap("count-cash", tender=tender)
        if 'form id="ask-' in fingers.shown:
            await fingers.approve()
    fingers.on("tenders")
