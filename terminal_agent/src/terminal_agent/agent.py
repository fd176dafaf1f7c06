"""The agent put together: journal, desk, printer, link and API, from the first line to the last."""

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
import uvicorn

from terminal_agent import __version__
from terminal_agent.allocation import look_only_among_what_is_new
from terminal_agent.core.chain import Head
from terminal_agent.core.keys import turning
from terminal_agent.desk.book import Book
from terminal_agent.desk.clocks import World
from terminal_agent.desk.desk import Desk
from terminal_agent.desk.documents import Documents
from terminal_agent.desk.drafts import Drafts
from terminal_agent.desk.memory import read_memory
from terminal_agent.desk.no_printer import NoPrinter
from terminal_agent.desk.orders import Orders
from terminal_agent.desk.papers import Papers
from terminal_agent.desk.people import People
from terminal_agent.desk.printing import Device, Printing
from terminal_agent.desk.reports import Reports
from terminal_agent.desk.sharing import Sharing
from terminal_agent.desk.standing import STOP_BYTES, Link, Standing
from terminal_agent.desk.tidying import Tidying
from terminal_agent.enrolment import api_token, enrolled, given_up_keys, identity_of
from terminal_agent.hardware.escpos_bytes import kick_pulse, preload
from terminal_agent.hardware.line import LineSettings
from terminal_agent.hardware.line_printer import LinePrinter
from terminal_agent.hardware.logo import LogoUnusable, read_logo
from terminal_agent.http.api import application
from terminal_agent.http.guard import Door
from terminal_agent.http.parts import Parts
from terminal_agent.http.status import Status
from terminal_agent.journal import rows
from terminal_agent.journal.anchor import Anchor
from terminal_agent.journal.ballast import Ballast
from terminal_agent.journal.database import Database
from terminal_agent.journal.lock import FolderLock
from terminal_agent.journal.opening import JOURNAL_FILE, examine
from terminal_agent.link.connection import Address
from terminal_agent.link.courier import Call, Courier
from terminal_agent.paper.lines import Picture
from terminal_agent.screens.entrance import Entrance, Threshold
from terminal_agent.screens.routes import Screens, screen_routes
from terminal_agent.settings import AgentSettings
from terminal_agent.watchdog import READY, STOPPING, Supervision
from tillday_contracts.enrolment import EnrolmentBundle
from tillday_contracts.replay_clock import wall_clock
from tillday_contracts.topics import TerminalAddress

log = structlog.get_logger()
ANCHOR_SECONDS: Final = 0.5
GRACE_SECONDS: Final = 3.0


class PortTaken(Exception):
    """Somebody else listens where the API should."""


@dataclass(frozen=True, slots=True)
class Agent:
    """The running parts. `follow` writes what the terminal does by itself as link and wishes change."""

    book: Book
    follow: Callable[[], Coroutine[Any, Any, None]]
    courier: Courier
    printing: Printing
    orders: Orders
    tidying: Tidying
    people: People
    parts: Parts


def world_of(settings: AgentSettings) -> World:
    """Return the real clocks and the system's random source."""
    return World(wall_clock(settings.clock_file), time.monotonic, os.urandom)


@asynccontextmanager
async def open_book(settings: AgentSettings, bundle: EnrolmentBundle, world: World) -> AsyncIterator[Book]:
    """Open the journal for this process alone, examine it, and write this boot. Raises JournalError."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FolderLock.take(settings.data)
    try:
        database = await Database.open(settings.data / JOURNAL_FILE)
        try:
            anchor = Anchor(settings.anchor_file)
            try:
                ballast = Ballast(settings.data)
                ballast.take(leave=STOP_BYTES)
                book = Book(identity_of(bundle), database, anchor, world, ballast)
                yield await _begun(book, settings, given_up_keys(bundle))
            finally:
                anchor.close()
        finally:
            await database.close()
    finally:
        lock.release()


async def _turn_the_key(book: Book, given_up: frozenset[str]) -> str | None:
    """Take the key to write with; return why this boot begins a new epoch, where a new key is the reason."""
    epoch = await rows.newest_epoch(book.database)
    if epoch is None:
        return None
    held = (await rows.key_ids(book.database)).get(epoch, book.identity.key_id)
    pending = (await rows.view_of(book.database, epoch)).pending
    book.identity, turns = turning(book.identity, held, pending=pending, given_up=given_up)
    return "key_rotated" if turns else None


async def _begun(book: Book, settings: AgentSettings, given_up: frozenset[str]) -> Book:
    database = book.database
    reason = await _turn_the_key(book, given_up)
    condition = await examine(database, book.identity, settings.anchor_file)
    kept = await rows.people(database), await rows.products(database)
    book.memory = read_memory(await rows.states(database), *kept)
    if condition.text:
        log.error("the journal is not as it was left", state=condition.state, text=condition.text)
    if condition.state == "damaged":
        book.broken, book.damage = condition.text, condition
        book.head = condition.head or Head("")
        return book
    rolled_back = condition.state == "rolled_back"
    reason = "rolled_back" if rolled_back else reason
    await book.begin(condition.head, version=__version__, reason=reason)
    if rolled_back:
        book.notes["rolled_back"] = (
            f"{condition.text}; a new epoch was begun and nothing that was sent is lost."
        )
    return book


def put_together(settings: AgentSettings, bundle: EnrolmentBundle, book: Book, device: Device) -> Agent:
    """Connect the parts; nothing runs yet."""
    address = TerminalAddress(bundle.store, bundle.terminal)
    broker = Address(
        bundle.mqtt_url, address.client_id, bundle.mqtt_user, bundle.mqtt_password, bundle.broker_ca
    )
    people = People(book, pepper=bytes.fromhex(bundle.pepper), idle_seconds=settings.person_idle_seconds)
    people.restore_tries()
    printing = Printing(book, device, drawer_alarm_seconds=settings.drawer_alarm_seconds)
    link = Link(online=lambda: courier.online, stopped=lambda: courier.drain.stopped)
    standing = Standing(book, link, settings.data)
    courier = Courier(Call(address, broker, __version__), book, standing.follow)
    documents = Documents(book, Papers(bundle.terminal, columns=settings.paper_columns, logo=_logo(settings)))
    desk = Desk(book, standing, printing, documents)
    reports = Reports(book, printing, documents, courier.flash.ask)
    status = Status(book, standing, courier, people, printing)
    sharing = Sharing(book, desk, courier.totals.ask)
    parts = Parts(book, desk, sharing, reports, people, status, lambda: book.boot_no > 0, __version__)
    tidying = Tidying(
        book,
        lambda: courier.online and "clock_skew" not in courier.alarms,
        keep=timedelta(days=settings.keep_days),
    )
    return Agent(book, standing.follow, courier, printing, Orders(book, reports), tidying, people, parts)


def _logo(settings: AgentSettings) -> Picture | None:
    """A shop opens without its logo rather than not at all."""
    if settings.logo is None:
        return None
    try:
        return read_logo(settings.logo, columns=settings.paper_columns)
    except LogoUnusable as error:
        log.error("the logo is not printed", reason=str(error))
        return None


def device_of(settings: AgentSettings) -> Device:
    """Return the printer with its drawer."""
    if settings.printer is None:
        return NoPrinter()
    line = LineSettings(
        settings.printer, answers=settings.printer_answers, drawer_open_level=settings.drawer_open_level
    )
    pulse = kick_pulse(settings.drawer_pin, on_ms=settings.drawer_pulse_ms)
    return LinePrinter(line, pulse=pulse)


async def run_agent(settings: AgentSettings) -> None:
    """Run until SIGTERM or SIGINT. Raises what __main__ has words for."""
    bundle = enrolled(settings.data)
    world = world_of(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    listening = _listen(settings.http_port)
    async with open_book(settings, bundle, world) as book:
        device = device_of(settings)
        agent = put_together(settings, bundle, book, device)
        door = Door(settings.http_port, api_token(settings.data, world.random_bytes(32).hex()))
        screens = screens_of(settings, agent, door)
        server = _Server(_server_configuration(agent, door, screens))
        async with _running(agent, server, listening):
            log.info(
                "the terminal is ready", port=settings.http_port, epoch=book.head.epoch, boot_no=book.boot_no
            )
            look_only_among_what_is_new()
            await _supervised(stop)
            log.info("stopping")
        if isinstance(device, LinePrinter):
            await device.close()


async def _supervised(stop: asyncio.Event) -> None:
    """Wait for the end, telling the supervisor of it and of being alive."""
    supervision = Supervision()
    supervision.tell(READY)
    telling = asyncio.create_task(supervision.keep_telling())
    try:
        await stop.wait()
    finally:
        telling.cancel()
        supervision.tell(STOPPING)


def _listen(port: int) -> socket.socket:
    # Named as TCP, or the event loop leaves Nagle's algorithm on and an answer in two pieces waits 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        raise PortTaken(
            f"Port {port} is taken ({error.strerror}): set TILLDAY_AGENT_HTTP_PORT to a free one."
        ) from None
    return listening


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The agent listens to signals itself: the library would end the process by them."""
        yield


def screens_of(settings: AgentSettings, agent: Agent, door: Door) -> Screens:
    """Return the terminal's own screens; their one-time address is fresh at each start."""
    threshold = Threshold(door.port, door.token, settings.data, open_to_all=settings.screens == "open")
    entrance = Entrance(threshold, agent.book.world.random_bytes)
    entrance.renew()
    return Screens(agent.parts, Drafts(agent.book), entrance, settings.lock_seconds)


def _server_configuration(agent: Agent, door: Door, screens: Screens) -> uvicorn.Config:
    return uvicorn.Config(
        application(agent.parts, door, screen_routes(screens)),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )


@asynccontextmanager
async def _running(agent: Agent, server: _Server, listening: socket.socket) -> AsyncIterator[None]:
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    work = (agent.courier.run, agent.printing.run, agent.printing.watch, agent.orders.run, agent.tidying.run)
    tasks = [asyncio.create_task(part) for part in (_anchored(agent.book), _warm())]
    tasks += [asyncio.create_task(_once_usable(agent.book, part)) for part in work]
    try:
        yield
    finally:
        server.should_exit = True
        for task in tasks:
            task.cancel()
        await asyncio.wait([serving, *tasks], timeout=GRACE_SECONDS)


async def _once_usable(book: Book, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """A damaged journal is neither sent nor added to before a supervisor said so."""
    await book.usable.wait()
    await work()


async def _anchored(book: Book) -> None:
    while True:
        await asyncio.sleep(ANCHOR_SECONDS)
        await asyncio.to_thread(book.sync_anchor)


async def _warm() -> None:
    await asyncio.sleep(1.0)
    await asyncio.to_thread(preload)
    look_only_among_what_is_new()
