"""A whole agent without its link: a real journal on disk, a printer in memory, the API through ASGI."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from agent_shop import GOODS, PEOPLE, PINS, TODAY, TestClock, bundle, desired, store_settings
from terminal_agent.agent import Agent, open_book, put_together, screens_of
from terminal_agent.core.drain import connected
from terminal_agent.desk.book import Book
from terminal_agent.desk.printing import Device
from terminal_agent.hardware.escpos_bytes import kick_pulse
from terminal_agent.hardware.memory_printer import MemoryPrinter
from terminal_agent.http.api import application
from terminal_agent.http.guard import Door
from terminal_agent.screens.routes import screen_routes
from terminal_agent.settings import AgentSettings
from tillday_contracts.wishes import Settings

PORT, TOKEN = 7400, "t" * 64


@dataclass
class Bench:
    """One running agent and a front end of it."""

    agent: Agent
    printer: MemoryPrinter
    clock: TestClock
    http: httpx.AsyncClient

    @property
    def book(self) -> Book:
        return self.agent.book

    async def status(self) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.http.get("/api/v1/status")).json()
        return answer

    async def post(self, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return await self.http.post(f"/api/v1{path}", json={} if body is None else body, headers=headers)

    async def sign_in(self, person: str = "CASHIER-1") -> None:
        answer = await self.post("/sign-in", {"person": person, "pin": PINS[person]})
        assert answer.status_code == 200, answer.text
        self.http.headers["X-Tillday-Person"] = answer.json()["person_session"]

    def go_online(self) -> None:
        """The back office answered just now."""
        drain = connected(self.agent.courier.drain, at=self.clock.mono)
        self.agent.courier.drain = drain._replace(heard_at=self.clock.mono)

    async def open_till(self, amount: int = 15000) -> None:
        await self.sign_in()
        await self.post("/till/start")
        approval = {"person": "SUPERVISOR-1", "pin": PINS["SUPERVISOR-1"], "reason": "first float"}
        counted = [{"value": 1, "quantity": amount}]
        answer = await self.post("/till/initial-count", {"denominations": counted, "approval": approval})
        assert answer.status_code == 200, answer.text

    async def sell(self, key: str, sku: str = "COF-01", tendered: int = 200) -> httpx.Response:
        body = {
            "lines": [{"sku": sku, "quantity": 1}],
            "payments": [{"tender": "cash", "tendered": tendered}] if tendered else [],
        }
        return await self.post("/sales", body, key)


def agent_settings(folder: Path) -> AgentSettings:
    return AgentSettings(data=folder, http_port=PORT, printer=None)


@asynccontextmanager
async def running_agent(
    folder: Path,
    *,
    clock: TestClock | None = None,
    store: Settings | None = None,
    online: bool = True,
    device: Device | None = None,
) -> AsyncIterator[Bench]:
    """An agent on this folder, its store open today where `online`."""
    clock = clock or TestClock()
    settings = agent_settings(folder)
    async with open_book(settings, bundle(), clock.world) as book:
        printer = MemoryPrinter(pulse=kick_pulse())
        agent = put_together(settings, bundle(), book, device or printer)
        printing = asyncio.create_task(agent.printing.run())
        door = Door(PORT, TOKEN)
        screens = screen_routes(screens_of(settings, agent, door))
        transport = httpx.ASGITransport(app=application(agent.parts, door, screens))
        headers = {"Authorization": f"Bearer {TOKEN}"}
        base = f"http://127.0.0.1:{PORT}"
        async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as http:
            bench = Bench(agent, printer, clock, http)
            if online and book.broken is None:
                await open_store(bench, store or store_settings())
            try:
                yield bench
            finally:
                printing.cancel()
                # It may have ended by a power cut that a test planted.
                await asyncio.wait([printing])
                with suppress(BaseException):
                    printing.result()


async def open_store(bench: Bench, store: Settings) -> None:
    """The back office has sent everything and wishes the terminal open today."""
    book = bench.book
    bench.go_online()
    await book.hold(store)
    await book.hold_people(1, PEOPLE)
    await book.hold_catalogue(1, tuple(GOODS.values()))
    await book.hold(desired(business_date=TODAY))
    await book.heard()
    await bench.agent.follow()
