"""Many terminals in one process, each with the agent's own link and journal, on real servers."""

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import httpx

from agent_bench import PORT, TOKEN, Bench
from agent_shop import TestClock
from terminal_agent.agent import open_book, put_together, screens_of, world_of
from terminal_agent.enrolment import place_bundle
from terminal_agent.hardware.escpos_bytes import kick_pulse
from terminal_agent.hardware.memory_printer import MemoryPrinter
from terminal_agent.http.api import application
from terminal_agent.http.guard import Door
from terminal_agent.link.enrolling import redeem
from terminal_agent.screens.routes import screen_routes
from terminal_agent.settings import AgentSettings
from tillday_checker.check import check
from tillday_contracts.business_dates import business_today
from tillday_contracts.enrolment import EnrolmentBundle, Invitation
from tillday_local.database import connect
from tillday_local.day.back_office import BackOffice
from tillday_local.demo_store import demo_content
from tillday_local.folder import DataFolder
from tillday_local.store_content import StoreSetUp
from tillday_local.system import LocalSystem, Plan

AT_ONCE: Final = 8
"""Terminals that enrol or count at a time: one process stands for all of them."""
WITHIN: Final = 240.0
PATIENCE: Final = 60.0
LOOK_SECONDS: Final = 0.2
LOW_DESCRIPTORS: Final = 1024
SOLD: Final = "SELECT terminal, count(*) AS n FROM till.sale GROUP BY terminal"


@dataclass(frozen=True, slots=True)
class FleetDay:
    """What came of it, in seconds since the store was opened: all have the date, all is in the ledger."""

    terminals: int
    sales: int
    dated: float
    acknowledged: float


async def open_sell_and_report(
    folder: Path, terminals: int, *, sales: int, say: Callable[[str], None]
) -> FleetDay:
    """Open one store for so many terminals, let each sell, and see all of it in the ledger."""
    codes = [f"T{n}" for n in range(1, terminals + 1)]
    bundles: list[EnrolmentBundle] = []

    async def prepare(system: LocalSystem) -> None:
        bundles.extend(await _enrolled(system, codes))

    async with AsyncExitStack() as stack:
        system = await stack.enter_async_context(
            LocalSystem(DataFolder(folder), Plan(terminals=(), prepare=prepare))
        )
        say(f"{terminals} terminals are enrolled")
        started = (_terminal(system.folder.terminal(one.terminal), one) for one in bundles)
        with _high_numbers():
            benches = [await stack.enter_async_context(bench) for bench in started]
        await _each(benches, lambda bench: _until(lambda: bench.agent.courier.online, bench))
        say("all of them are online")
        return await _day(system, benches, sales, say)


@contextmanager
def _high_numbers() -> Iterator[None]:
    """Files opened meanwhile get high descriptors: the MQTT library waits by select(), which knows 1024."""
    low = [os.open(os.devnull, os.O_RDONLY) for _ in range(LOW_DESCRIPTORS)]
    try:
        yield
    finally:
        for one in low:
            os.close(one)


async def _day(
    system: LocalSystem, benches: Sequence[Bench], sales: int, say: Callable[[str], None]
) -> FleetDay:
    settings = demo_content(1).settings
    today = business_today(datetime.now(UTC), time_zone=settings.time_zone, rollover=settings.rollover)
    began = time.monotonic()
    async with system.operator() as client:
        await BackOffice(client, settings.store, now=lambda: datetime.now(UTC)).open_store(today)
    await _each(benches, lambda bench: _until(lambda: bench.book.memory.business_date == today, bench))
    dated = time.monotonic() - began
    say(f"all of them have the date {today} after {dated:.1f} s")
    await _each(benches, lambda bench: _sell(bench, today, sales))
    await _each(benches, _handed_over)
    acknowledged = time.monotonic() - began
    say(f"all they sold is acknowledged after {acknowledged:.1f} s")
    await _look_at(system, benches, sales)
    return FleetDay(len(benches), len(benches) * sales, dated, acknowledged)


async def _look_at(system: LocalSystem, benches: Sequence[Bench], sales: int) -> None:
    """Every sale is in the ledger once, and the checker finds nothing."""
    codes = [bench.book.identity.terminal for bench in benches]
    folders = [system.folder.terminal(code) for code in codes]
    for bench, folder in zip(benches, folders, strict=True):
        (folder / "tape.bin").write_bytes(bench.printer.tape)
    connection = await connect(system.database)
    try:
        held = {row["terminal"]: row["n"] for row in await connection.fetch(SOLD)}
    finally:
        await connection.close()
    assert held == dict.fromkeys(codes, sales), held
    found = await check(system.database.url, folders, password=system.database.password, patience=PATIENCE)
    assert found.holds, found.violations


async def _enrolled(system: LocalSystem, codes: Sequence[str]) -> list[EnrolmentBundle]:
    content = demo_content(1)
    assert system.broker_ca is not None
    ca = system.broker_ca.read_text(encoding="ascii")
    async with system.operator() as client:
        store = StoreSetUp(client, content)
        await store.define()
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(code: str) -> EnrolmentBundle:
            async with gate:
                await store.register(code)
                invitation = Invitation(mqtt_url=system.mqtt_url, broker_ca=ca, code=await store.invite(code))
                return await redeem(invitation, secrets.token_hex(32))

        return list(await asyncio.gather(*(one(code) for code in codes)))


@asynccontextmanager
async def _terminal(folder: Path, bundle: EnrolmentBundle) -> AsyncIterator[Bench]:
    """An agent with its own journal, printer and link; its front end is reached without a socket."""
    place_bundle(bundle, folder)
    settings = AgentSettings(data=folder, http_port=PORT, printer=None)
    async with open_book(settings, bundle, world_of(settings)) as book:
        printer = MemoryPrinter(pulse=kick_pulse())
        agent = put_together(settings, bundle, book, printer)
        door = Door(PORT, TOKEN)
        transport = httpx.ASGITransport(
            app=application(agent.parts, door, screen_routes(screens_of(settings, agent, door)))
        )
        tasks = [asyncio.create_task(part()) for part in (agent.courier.run, agent.printing.run)]
        headers = {"Authorization": f"Bearer {TOKEN}"}
        base = f"http://127.0.0.1:{PORT}"
        async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as http:
            try:
                yield Bench(agent, printer, TestClock(), http)
            finally:
                for task in tasks:
                    task.cancel()
                with suppress(asyncio.CancelledError):
                    await asyncio.wait(tasks, timeout=10)


async def _sell(bench: Bench, today: date, sales: int) -> None:
    status = bench.agent.parts.status
    await _until(lambda: status.outcome().code == "initial_count", bench)
    await _until(lambda: bool(bench.book.memory.people), bench)
    await bench.open_till()
    for n in range(sales):
        answer = await bench.sell(f"{today}-{n}")
        assert answer.status_code == 200, answer.text


async def _each(benches: Sequence[Bench], step: Callable[[Bench], Coroutine[Any, Any, None]]) -> None:
    await asyncio.gather(*(step(bench) for bench in benches))


async def _handed_over(bench: Bench) -> None:
    """Wait until the ledger has acknowledged everything. Asked rarely: 200 of them share this process."""
    end = time.monotonic() + WITHIN
    while (await bench.status())["link"]["pending"]:
        assert time.monotonic() < end, bench.agent.courier.trouble
        await asyncio.sleep(LOOK_SECONDS * 5)


async def _until(holds: Callable[[], bool], bench: Bench) -> None:
    end = time.monotonic() + WITHIN
    while not holds():
        assert time.monotonic() < end, (bench.book.identity.terminal, bench.agent.courier.trouble)
        await asyncio.sleep(LOOK_SECONDS)
