"""A store of very many terminals at the back office: how long a page is, and how soon it shows a change.

The terminals are registered with the store service like any others; some of them connect over MQTT and open
their tills, the others were never heard. What is measured is what a browser waits for.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import httpx

from tillday_contracts.topics import TerminalAddress
from tillday_local.bench.figures import percentile
from tillday_local.bench.fleet import connected, journal_of, register
from tillday_local.bench.journal import Journal
from tillday_local.bench.terminal import BenchTerminal
from tillday_local.demo_logins import define_logins, demo_logins
from tillday_local.demo_store import STORE, demo_content
from tillday_local.folder import DataFolder
from tillday_local.parts import SERVICES
from tillday_local.store_content import StoreSetUp
from tillday_local.system import LocalSystem, Plan, Prepare, Watchers

PRESENT: Final = 10
"""Terminals that connect and open their tills, one after the other."""
PAGES_EACH: Final = 5
AT_ONCE: Final = 8
PATIENCE_SECONDS: Final = 20.0
MOST_BYTES: Final = 250_000
MOST_SECONDS: Final = 1.0
QUICK_SECONDS: Final = 0.5


class BoardSilent(Exception):
    """The board did not show what happened; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFigures:
    """What was measured: bytes as they travel, milliseconds of the answers and of updates."""

    terminals: int
    page_bytes: int
    part_bytes: int
    page_p50_ms: float
    page_max_ms: float
    search_ms: float
    update_p50_ms: float
    update_max_ms: float

    @property
    def is_within_limits(self) -> bool:
        """Whether the page is small and quick, and a change shows within a second."""
        quick = self.page_p50_ms <= QUICK_SECONDS * 1000 and self.update_p50_ms <= MOST_SECONDS * 1000
        return quick and self.page_bytes <= MOST_BYTES


async def measure_board(
    folder: DataFolder, terminals: int, watchers: Watchers, say: Callable[[str], None]
) -> BoardFigures:
    """Measure. Raises BoardSilent, and what LocalSystem raises where something does not start."""
    addresses = [TerminalAddress(STORE, f"B{n}") for n in range(1, PRESENT + 1)]
    chance = random.Random(1)  # noqa: S311 - a repeatable load, not a secret
    journals = [journal_of(address, chance) for address in addresses]
    plan = Plan(terminals=(), guests=addresses, services=SERVICES, prepare=_prepare(terminals, say))
    async with LocalSystem(folder, plan, watchers) as system:
        await register(system, journals)
        return await _measure(system, terminals, journals, say)


def _prepare(terminals: int, say: Callable[[str], None]) -> Prepare:
    async def prepare(system: LocalSystem) -> None:
        say(f"registering {terminals} terminals")
        async with system.operator() as client:
            store = StoreSetUp(client, demo_content(1))
            await store.define()
            for first in range(PRESENT + 1, terminals + 1, AT_ONCE):
                numbers = range(first, min(first + AT_ONCE, terminals + 1))
                await asyncio.gather(*(store.register(f"T{n}") for n in numbers))
            for n in range(1, PRESENT + 1):
                await store.register(f"B{n}")
            await define_logins(client, 1)

    return prepare


async def _measure(
    system: LocalSystem, terminals: int, journals: Sequence[Journal], say: Callable[[str], None]
) -> BoardFigures:
    address = f"/stores/{STORE}/terminals"
    async with _signed_in(system) as office, connected(system, journals) as fleet:
        await _until_all_are_there(office, address, terminals)
        say("asking for the page")
        pages = [await _asked(office, f"{address}?page={number % 3}") for number in range(PAGES_EACH * 3)]
        part = await _asked(office, address, part=True)
        search = await _asked(office, f"{address}?find=Counter%20{terminals}")
        say("opening tills")
        updates = [await _until_shown(office, address, terminal) for terminal in fleet]
    times = sorted(one.seconds for one in pages)
    return BoardFigures(
        terminals=terminals,
        page_bytes=max(one.size for one in pages),
        part_bytes=part.size,
        page_p50_ms=percentile(times, 0.5) * 1000,
        page_max_ms=times[-1] * 1000,
        search_ms=search.seconds * 1000,
        update_p50_ms=percentile(sorted(updates), 0.5) * 1000,
        update_max_ms=max(updates) * 1000,
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    size: int
    seconds: float


async def _asked(office: httpx.AsyncClient, address: str, *, part: bool = False) -> _Answer:
    headers = {"HX-Request": "true", "HX-Target": "board"} if part else {}
    began = time.perf_counter()
    answer = await office.get(address, headers=headers)
    answer.raise_for_status()
    return _Answer(answer.text, answer.num_bytes_downloaded, time.perf_counter() - began)


@contextlib.asynccontextmanager
async def _signed_in(system: LocalSystem) -> AsyncIterator[httpx.AsyncClient]:
    login = next(one for one in demo_logins(1) if one.role == "supervisor")
    base = system.service_url("backoffice_service")
    async with httpx.AsyncClient(base_url=base, timeout=PATIENCE_SECONDS, trust_env=False) as office:
        form = {"name": login.person, "password": login.password}
        answer = await office.post("/sign-in", data=form, headers={"Origin": base})
        # The cookie asks for TLS, which this machine's loopback does without.
        office.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]
        yield office


async def _until_all_are_there(office: httpx.AsyncClient, address: str, terminals: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS * 6
    while f"/ {terminals}<" not in (await _asked(office, address)).text:
        if time.monotonic() > end:
            raise BoardSilent(f"the board does not show {terminals} terminals")
        await asyncio.sleep(0.5)


async def _until_shown(office: httpx.AsyncClient, address: str, terminal: BenchTerminal) -> float:
    """Return how long it takes from a terminal's message to the page that a browser would show."""
    code = terminal.journal.owner.address.terminal
    query = f"{address}?only=open&find={code}"
    async with office.stream("GET", f"/stores/{STORE}/events") as events:
        lines = events.aiter_lines()
        await anext(lines)
        began = time.perf_counter()
        terminal.send(1, terminal.journal.opening_length)
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for line in lines:
                if not line.startswith("data:"):
                    continue
                if f'id="terminal-{code}"' in (await _asked(office, query, part=True)).text:
                    return time.perf_counter() - began
    raise BoardSilent(f"the board does not show that {code} opened its till")
