"""A running demo whose screens are touched, its back office, and what its printers' paper says."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
from playwright.sync_api import Browser

from integration.trouble.trouble_shop import command
from terminal_agent.hardware.tape import decode
from tillday_checker.check import check
from tillday_contracts.business_dates import business_today
from tillday_contracts.money import parse_minor
from tillday_contracts.store_messages import DayAnswer, OpenStore
from tillday_local.demo_store import SETTINGS
from tillday_local.operator.asking import Asking, Where
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.settings import set_setting
from tillday_local.service_client import ServiceClient
from touch import Touch, browser

READY_WITHIN = 180.0
_LOST_BIT = (
    "UPDATE journal SET data = CAST(data || ' ' AS BLOB) WHERE rowid = (SELECT max(rowid) FROM journal)"
)
Answer = TypeVar("Answer")
Said = tuple[str, tuple[int, int]]
"""The number of a receipt, its total and its change."""


@dataclass(frozen=True)
class Demo:
    """A running demo, told of by its ready-file."""

    folder: Path
    ready_file: str = "ready.json"

    @property
    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.folder / self.ready_file).read_text(encoding="utf-8"))
        return told

    @property
    def url(self) -> str:
        return self.url_of("T1")

    def url_of(self, terminal: str) -> str:
        return str(self.told["terminals"][terminal])

    def beside_of(self, terminal: str) -> str:
        """The page that shows a terminal with its printer and drawer, as the demo prints it."""
        started = psutil.Process(int(self.told["pids"][f"printer-{terminal}"])).cmdline()
        return f"http://127.0.0.1:{started[started.index('--http-port') + 1]}/beside"

    @property
    def paper(self) -> str:
        return self.paper_of("T1")

    def paper_of(self, terminal: str) -> str:
        """Everything that came out of a printer, as text."""
        tape = (self.folder / "data" / "terminals" / terminal / "tape.bin").read_bytes()
        return "\n".join("\n".join(row.text for row in one.rows) for one in decode(tape))

    def signal(self, part: str, number: int) -> None:
        os.kill(int(self.told["pids"][part]), number)

    def restarts(self, terminal: str) -> None:
        """The terminal's power fails and comes back."""
        part = f"terminal-{terminal}"
        before = self.told["pids"][part]
        self.signal(part, signal.SIGKILL)
        end = time.monotonic() + READY_WITHIN
        while self.told["pids"].get(part, before) == before:
            assert time.monotonic() < end, "the terminal was not started again"
            time.sleep(0.1)

    def loses_a_bit(self, terminal: str) -> None:
        """Its disk changes the newest entry of the terminal's journal; a restart finds that."""
        with closing(sqlite3.connect(self.folder / "data" / "terminals" / terminal / "journal.db")) as disk:
            disk.execute(_LOST_BIT)
            disk.commit()

    def arrive(self, opened: Browser, terminal: str = "T1") -> Touch:
        """A touch screen in front of a terminal, as soon as it answers."""
        for _ in range(100):
            try:
                return Touch.on(opened, self.url_of(terminal))
            except Exception:
                time.sleep(0.2)
        raise AssertionError("the terminal does not answer")

    def back_office(self, act: Callable[[ServiceClient], Awaitable[Answer]]) -> Answer:
        """Ask the services something. The browser's driver keeps this thread's event loop for itself."""

        async def asked() -> Answer:
            login = find_broker_login(Where(ready_file=self.folder / self.ready_file))
            async with login.connect() as client:
                return await act(client)

        return aside(asked)

    def opens_the_store(self) -> None:
        day = business_today(datetime.now(UTC), time_zone=SETTINGS.time_zone, rollover=SETTINGS.rollover)
        opening = command(OpenStore, business_date=day)
        self.back_office(lambda client: client.ask(opening, DayAnswer))

    def sets(self, *edits: str) -> None:
        """Change settings of the store, each written `name|value|value` as on the command line."""
        where = Where(ready_file=self.folder / self.ready_file)
        asking = Asking(where=where, store="S1", by="SUPERVISOR-1", as_json=True, say=print)

        async def set_all() -> None:
            for edit in edits:
                name, *values = edit.split("|")
                assert await set_setting(asking, name, values) == 0

        aside(set_all)

    def until(self, terminal: str, holds: Callable[[dict[str, Any]], bool]) -> None:
        """Wait until what a terminal says of itself is so."""
        token = (self.folder / "data" / "terminals" / terminal / "api-token").read_text().strip()
        url, headers = (
            f"{self.url_of(terminal).rstrip('/')}/api/v1/status",
            {"Authorization": f"Bearer {token}"},
        )
        end = time.monotonic() + READY_WITHIN
        while True:
            status: dict[str, Any] = httpx.get(url, headers=headers).json()
            if holds(status):
                return
            assert time.monotonic() < end, status
            time.sleep(0.1)

    def checker_finds(self, *terminals: str) -> list[Any]:
        """What the checker finds wrong with the ledger and these terminals' journals."""

        async def found() -> list[Any]:
            folders = [self.folder / "data" / "terminals" / name for name in terminals or ("T1",)]
            verdict = await check(self.told["database"], folders, patience=30)
            assert len(verdict.evaluated) > 20
            return list(verdict.violations)

        return aside(found)


@dataclass(frozen=True)
class Shop:
    """A demo of two terminals, and a screen in front of each."""

    demo: Demo
    browser: Browser
    first: Touch
    second: Touch


def signed_in(demo: Demo, opened: Browser, number: str) -> Touch:
    """A touch screen at which the terminal's cashier is signed in; its till is not started."""
    touch = demo.arrive(opened, f"T{number}")
    touch.sign_in(f"Cashier {number}", f"100{number}")
    touch.sees("Start the till and count its float.")
    return touch


def aside(act: Callable[[], Awaitable[Answer]]) -> Answer:
    """Run something asynchronous on a thread of its own."""

    async def acted() -> Answer:
        return await act()

    with ThreadPoolExecutor() as thread:
        return thread.submit(lambda: asyncio.run(acted())).result()


@contextmanager
def running_demo(*more: str) -> Iterator[Demo]:
    """The demo as a person starts it, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="tillday-screens-"))
    folder.chmod(0o755)  # the database runs under another account when we are root
    plain = ("demo", "--no-history", "--quiet", "--data", str(folder / "data"))
    start = [sys.executable, "-m", "tillday_local", *plain, *more]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*start, "--ready-file", str(folder / "ready.json")],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        end = time.monotonic() + READY_WITHIN
        while not (folder / "ready.json").exists():
            assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
            assert time.monotonic() < end, "the demo did not come up"
            time.sleep(0.1)
        yield Demo(folder)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_shop() -> Iterator[Shop]:
    """A demo of two terminals whose store is open, with a screen in front of each."""
    with running_demo("--terminals", "2") as demo, browser() as opened:
        demo.opens_the_store()
        yield Shop(demo, opened, signed_in(demo, opened, "1"), signed_in(demo, opened, "2"))


_RECEIPT = re.compile(
    r"^Receipt +(\S+)$.*?^TOTAL [A-Z]{3} +(\S+)$(.*?)(?=^Tax +Net|^Receipt |\Z)", re.M | re.S
)
_CHANGE = re.compile(r"^Change +(\S+)$", re.M)


def sold_on_paper(paper: str) -> dict[str, tuple[int, int]]:
    """Return what the paper says of each receipt: its total and its change, in minor units."""
    found = {}
    for number, total, rest in _RECEIPT.findall(paper):
        change = _CHANGE.search(rest)
        found[number] = (minor(total), minor(change[1]) if change is not None else 0)
    return found


def shown_minor(text: str) -> int:
    """Return an amount that a screen shows, in minor units."""
    return minor(re.sub(r"[^0-9.−-]", "", text))


def minor(text: str) -> int:
    """Return an amount that stands on paper, in minor units."""
    return parse_minor(text.replace("−", "-").replace(",", "").replace("+", ""), "EUR")


def the_screen_said(touch: Touch) -> Said:
    """Return the number, total and change of the receipt that the screen has just ended."""
    done = touch.page.locator("[data-done]")
    number = done.locator("[data-number]").inner_text()
    large = shown_minor(done.locator("[data-change]").inner_text())
    paid = done.locator("[data-paid]")
    return number, (shown_minor(paid.inner_text()), large) if paid.count() else (-large, 0)
