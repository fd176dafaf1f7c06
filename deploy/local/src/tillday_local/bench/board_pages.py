"""The back office as a browser sees it: pages, their renewed part, and the stream that says when to look."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import httpx

from tillday_local.bench.terminal import BenchTerminal
from tillday_local.demo_logins import demo_logins
from tillday_local.demo_store import STORE
from tillday_local.system import LocalSystem

WINDOW: Final = f"/stores/{STORE}/terminals"
EVENTS: Final = f"/stores/{STORE}/events"
PATIENCE_SECONDS: Final = 20.0


class BoardSilent(Exception):
    """The board did not show what happened; the text says what."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A page: `size` in bytes as it travelled."""

    text: str
    size: int
    seconds: float


@contextlib.asynccontextmanager
async def signed_in(system: LocalSystem) -> AsyncIterator[httpx.AsyncClient]:
    """Give a supervisor's browser."""
    login = next(one for one in demo_logins(1) if one.role == "supervisor")
    base = system.service_url("backoffice_service")
    async with httpx.AsyncClient(base_url=base, timeout=PATIENCE_SECONDS, trust_env=False) as office:
        form = {"name": login.person, "password": login.password}
        answer = await office.post("/sign-in", data=form, headers={"Origin": base})
        # The cookie asks for TLS, which this machine's loopback does without.
        office.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]
        yield office


async def asked(office: httpx.AsyncClient, address: str, *, part: bool = False) -> Answer:
    """Ask for a page, or for the part of it that a change renews."""
    headers = {"HX-Request": "true", "HX-Target": "board"} if part else {}
    began = time.perf_counter()
    answer = await office.get(address, headers=headers)
    answer.raise_for_status()
    return Answer(answer.text, answer.num_bytes_downloaded, time.perf_counter() - began)


async def until_all_are_there(office: httpx.AsyncClient, terminals: int) -> None:
    """Wait for the reports. Raises BoardSilent."""
    end = time.monotonic() + PATIENCE_SECONDS * 6
    while f"/ {terminals}<" not in (await asked(office, WINDOW)).text:
        if time.monotonic() > end:
            raise BoardSilent(f"the board does not show {terminals} terminals")
        await asyncio.sleep(0.5)


async def until_shown(office: httpx.AsyncClient, terminal: BenchTerminal) -> float:
    """Return how long it takes from a terminal's message to the page that a browser would show."""
    code = terminal.journal.owner.address.terminal
    query = f"{WINDOW}?only=open&find={code}"
    async with office.stream("GET", EVENTS) as events:
        lines = events.aiter_lines()
        await anext(lines)
        began = time.perf_counter()
        terminal.send(1, terminal.journal.opening_length)
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for line in lines:
                if not line.startswith("data:"):
                    continue
                if f'id="terminal-{code}"' in (await asked(office, query, part=True)).text:
                    return time.perf_counter() - began
    raise BoardSilent(f"the board does not show that {code} opened its till")


async def looks_within(office: httpx.AsyncClient, seconds: float) -> int:
    """Return how often a page was asked to look within so long."""
    looks = 0
    async with office.stream("GET", EVENTS) as events:
        lines = events.aiter_lines()
        await anext(lines)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for line in lines:
                    looks += line.startswith("data:")
    return looks
