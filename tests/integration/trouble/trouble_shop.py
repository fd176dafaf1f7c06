"""A whole store on real parts, and every door through which a person or a program comes to it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest

from tillday_contracts.business_dates import business_today
from tillday_contracts.messages import Command, Done, Question, Refused
from tillday_contracts.store_messages import DayAnswer, OpenStore, StoreDays, StoreDayStatus
from tillday_contracts.topics import TerminalAddress
from tillday_local import parts, postgres
from tillday_local.broker import BrokerPorts, find_broker
from tillday_local.children import Child
from tillday_local.demo_store import SETTINGS, STORE
from tillday_local.folder import DataFolder
from tillday_local.preparation import demo_terminals, prepare_demo
from tillday_local.service_client import CommandRefused
from tillday_local.system import LocalSystem, Plan
from tillday_local.terminal_client import TerminalClient, TerminalRefused
from typed_commands import typed

T1: Final = TerminalAddress(STORE, "T1")
STRANGER: Final = TerminalAddress(STORE, "T9")
"""May connect to the broker, but no store knows it."""
FLOAT: Final = ({"value": 5000, "quantity": 2}, {"value": 1000, "quantity": 5})
SUPERVISOR: Final = {"person": "SUPERVISOR-1", "pin": "900001", "reason": "First float"}
ESPRESSO: Final = 160
SALE: Final = {
    "lines": [{"sku": "COF-01", "quantity": 1}],
    "payments": [{"tender": "cash", "tendered": ESPRESSO}],
}
PINS: Final = {"TILLDAY_PIN": "1001", "TILLDAY_APPROVER_PIN": "900001"}


@dataclass(frozen=True)
class Said:
    """What a program printed, and its exit code."""

    code: int
    words: str


async def run_program(*arguments: str, **environment: str) -> Said:
    """Run `python -m …` to its end; what it prints must be for people."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *arguments),
        env={**os.environ, **PINS, "COLUMNS": "200", **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode is not None
    return said_to_people(process.returncode, output.decode())


async def run_command(*arguments: str, **environment: str) -> Said:
    """Run a command of `./tillday` to its end; what it prints must be for people."""
    variables = {**os.environ, **PINS, "COLUMNS": "200", **environment}
    ended = await typed(*arguments, environment=variables)
    return said_to_people(ended.code, ended.out + ended.err)


def said_to_people(code: int, output: str) -> Said:
    """What was printed, as one line. Fails where it is meant for programmers."""
    words = " ".join(output.replace("│", " ").split())
    for jargon in ("Traceback", "Errno", "Value error", "pydantic", "Input should be"):
        assert jargon not in words, words
    return Said(code, words)


@dataclass
class Shop:
    """A running store with one terminal."""

    system: LocalSystem
    terminal: TerminalClient
    sold: list[int] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The business date that opens today."""
        zone, rollover = SETTINGS.time_zone, SETTINGS.rollover
        return business_today(datetime.now(UTC), time_zone=zone, rollover=rollover)

    # --- the command line ---------------------------------------------------------------------------

    async def tillday(self, *arguments: str, **environment: str) -> Said:
        """Run a command of `./tillday` on this store."""
        return await run_command(*arguments, "--data", str(self.data), **environment)

    async def all_say(self, *lines: str) -> list[tuple[int, str]]:
        """Run several commands at once, and return their exit codes and words."""
        answers = await asyncio.gather(*(self.tillday(*line.split()) for line in lines))
        return [(said.code, said.words.removeprefix("tillday: ")) for said in answers]

    @property
    def data(self) -> Path:
        """The store's data folder."""
        return self.system.folder.root

    # --- requests to the services -------------------------------------------------------------------

    async def ask(self, message: Command | Question, expect: type[Done]) -> Any:
        """Ask a service and return its answer."""
        async with self.system.operator() as client:
            return await client.ask(message, expect)

    async def refusal(self, message: Command | Question) -> Refused:
        """Ask a service for something that it refuses."""
        with pytest.raises(CommandRefused) as caught:
            await self.ask(message, Done)
        return caught.value.refusal

    async def open_store(self, day: date | None = None) -> DayAnswer:
        """Open the store."""
        answer: DayAnswer = await self.ask(command(OpenStore, business_date=day or self.today), DayAnswer)
        return answer

    async def days(self) -> StoreDays:
        """How the store's days stand."""
        answer: StoreDays = await self.ask(StoreDayStatus(store=STORE), StoreDays)
        return answer

    # --- the terminal -------------------------------------------------------------------------------

    async def problem(self, path: str, body: Mapping[str, Any]) -> TerminalRefused:
        """Ask the terminal for something that it refuses; what it says is a problem document."""
        with pytest.raises(TerminalRefused) as caught:
            await self.terminal.post(f"/api/v1{path}", body)
        assert {"type", "title", "status", "detail", "code"} <= set(caught.value.problem)
        return caught.value

    async def send(self, path: str, content: Any, **headers: str) -> httpx.Response:
        """Send the terminal bytes as they are, with every right to do so."""
        token = (self.system.folder.terminal("T1") / "api-token").read_text().strip()
        mine = {
            "Authorization": f"Bearer {token}",
            "X-Tillday-Person": self.terminal.person_session or "",
            "Idempotency-Key": uuid4().hex,
            "Content-Type": "application/json",
        }
        async with httpx.AsyncClient(base_url=self.terminal.url, trust_env=False) as client:
            return await client.post(f"/api/v1{path}", content=content, headers={**mine, **headers})

    async def until(self, holds: str, value: object, *, seconds: float = 30) -> dict[str, Any]:
        """Wait until a part of the terminal's status (`link.pending`) has a value."""
        found: Any = None
        for _ in range(int(seconds * 10)):
            status = found = await self.terminal.status()
            for part in holds.split("."):
                found = found[part]
            if found == value:
                return status
            await asyncio.sleep(0.1)
        raise AssertionError(f"{holds} is {found}, not {value}")

    async def count_the_float(self) -> None:
        """Begin the day at the terminal, as far as the initial count."""
        await self.open_store()
        await self.until("outcome.code", "initial_count")
        await self.knows("CASHIER-1")
        await self.terminal.sign_in("CASHIER-1", "1001")
        await self.terminal.post("/api/v1/till/start", {})

    async def knows(self, person: str) -> None:
        """Wait until the terminal has heard of a person."""
        for _ in range(100):
            people = (await self.terminal.get("/api/v1/people"))["people"]
            if person in [known["person"] for known in people]:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"the terminal never heard of {person}")

    async def begin_selling(self) -> None:
        """Open store and till, unless that is done."""
        if not self.sold:
            await self.count_the_float()
            await self.confirm_the_float()
            await self.sell()

    async def confirm_the_float(self) -> None:
        """Confirm the initial count with a supervisor's word: the till is open."""
        body = {"denominations": list(FLOAT), "approval": SUPERVISOR}
        await self.terminal.post("/api/v1/till/initial-count", body)

    async def sell(self) -> None:
        """Sell one espresso for cash."""
        answer = await self.terminal.post("/api/v1/sales", SALE)
        self.sold.append(int(answer["total"]))

    async def cash_up(self) -> dict[str, Any]:
        """Count what was sold and close the till; nothing is missing."""
        await self.terminal.post("/api/v1/cash-up/start", {})
        coins = [{"value": 10, "quantity": sum(self.sold) // 10}]
        body = {"tender": "cash", "denominations": [*FLOAT, *coins]}
        await self.terminal.post("/api/v1/cash-up/tender", body)
        for tender in ("card", "voucher"):
            await self.terminal.post("/api/v1/cash-up/tender", {"tender": tender, "counted": 0})
        await self.terminal.post("/api/v1/cash-up/tender", {"tender": "cash_usd", "denominations": []})
        return await self.terminal.post("/api/v1/cash-up/confirm", {})

    # --- what goes away -----------------------------------------------------------------------------

    @asynccontextmanager
    async def without(self, part: str) -> AsyncIterator[None]:
        """Inside, the broker or the database is away for good; afterwards it is there again."""
        child = self._child(part)
        await self.system.supervisor.stop_one(part)
        try:
            yield
        finally:
            await self.system.supervisor.start(child)

    def _child(self, part: str) -> Child:
        system, ports = self.system, self.system.ports
        if part == "broker":
            where = BrokerPorts(nats=ports["nats"], mqtt=ports["mqtt"], monitor=ports["monitor"])
            return parts.broker_child(
                find_broker(), system.folder.broker / "nats.conf", where, system.folder.broker_ca
            )
        secret = system.folder.secret(f"database-{postgres.SUPERUSER}")
        administrator = replace(
            system.database, user=postgres.SUPERUSER, password=secret, database="postgres"
        )
        cluster, account = system.folder.database / "cluster", postgres.account_for_postgres()
        return parts.database_child(postgres.find_programs(), cluster, administrator, account)

    async def kill(self, *names: str) -> None:
        """Kill parts outright and wait until each has a new process."""
        before = self.system.pids
        for name in names:
            os.kill(before[name], signal.SIGKILL)
        for _ in range(100):
            now = self.system.pids
            if all(now.get(name, before[name]) != before[name] for name in names):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{names} did not come back")

    async def ready(self) -> None:
        """Wait until every part says that it is."""
        for name in (*self.system.services, "terminal-T1"):
            await self.system.supervisor.answered(name)

    # --- what was not lost --------------------------------------------------------------------------

    @asynccontextmanager
    async def nothing_changes(self) -> AsyncIterator[None]:
        """Inside, whatever is asked for changes neither the store's days nor the till or its money."""
        before = await self._settled()
        yield
        assert await self._account() == before

    async def _settled(self) -> str:
        """How all stands, once what happened before has come everywhere."""
        account = await self._account()
        for _ in range(60):
            await asyncio.sleep(0.3)
            before, account = account, await self._account()
            if account == before:
                return account
        raise AssertionError(f"it goes on changing: {account}")

    async def _account(self) -> str:
        status = await self.terminal.status()
        days = await self.days()
        till = status["till_state"], status["business_date"]
        return json.dumps([till, days.model_dump(mode="json")])


def command(kind: type[Any], **content: Any) -> Any:
    """A supervisor's command about the store."""
    message_id = uuid4()
    told = {"store": STORE, "by": "SUPERVISOR-1", **content}
    return kind(message_id=message_id, correlation_id=message_id, occurred_at=datetime.now(UTC), **told)


@asynccontextmanager
async def running_shop() -> AsyncIterator[Shop]:
    """The demo store with one terminal, on every real part."""
    async with AsyncExitStack() as stack:
        # Not below pytest's own folder: PostgreSQL runs as another account where we are root.
        folder = stack.enter_context(
            TemporaryDirectory(prefix="tillday-trouble-", ignore_cleanup_errors=True)
        )
        plan = Plan(terminals=demo_terminals(1), prepare=prepare_demo, guests=(STRANGER,))
        system = await stack.enter_async_context(LocalSystem(DataFolder(Path(folder) / "data"), plan))
        terminal = TerminalClient(system.terminal_url(T1), system.folder.terminal("T1"), patience=10)
        stack.push_async_callback(terminal.close)
        yield Shop(system, terminal)
