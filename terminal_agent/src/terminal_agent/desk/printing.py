"""The way to the printer: in order, on its own time, so that a stuck printer never stops a sale.

A document is entered as `sending` with its entry, so that a restart finds it and asks a person instead of
printing a second original. A drawer is kicked at most once: what a restart finds undone stays undone.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from terminal_agent.crash import crash_point
from terminal_agent.desk.book import Aside, Book
from terminal_agent.hardware.drawer_watch import DrawerWatch, left_open, observe, told
from terminal_agent.hardware.ports import (
    CashDrawer,
    DeviceError,
    DeviceUnreachable,
    Outcome,
    PrinterStatus,
    PrintResult,
    ReceiptPrinter,
)
from terminal_agent.journal import rows
from terminal_agent.journal.failures import JournalError
from terminal_agent.journal.rows import Effect, PrintState
from tillday_contracts.entries import DrawerLeftOpen, EntryBody, Printed

log = structlog.get_logger()
_PATIENCE_SECONDS = (0.5, 1.0, 2.0, 5.0)
_LOOK_SECONDS = 5.0
_ALARM_SECONDS = 60.0


class Device(ReceiptPrinter, CashDrawer, Protocol):
    """A printer that a drawer hangs on."""


@dataclass(slots=True, eq=False)
class Job:
    """A document of the entry with that hash, a kick of the drawer, or both: the kick follows the print.

    A copy (`copy_no` from 1) and a slip without number are tried once: who wants them asks again. `result`
    says how that went, once `done`. `also` is written with the word that a copy came out.
    """

    entry: str
    document: str | None = None
    data: Callable[[], bytes] = bytes
    kick: bool = False
    copy_no: int = 0
    slip: bool = False
    also: tuple[EntryBody, ...] = ()
    done: asyncio.Event = field(default_factory=asyncio.Event)
    result: PrintResult | None = None

    @property
    def original(self) -> bool:
        """Whether this is a document that must come out once."""
        return self.document is not None and self.copy_no == 0


class Printing:
    """Takes jobs at once and works them off one after the other."""

    def __init__(self, book: Book, device: Device, *, drawer_alarm_seconds: float = _ALARM_SECONDS) -> None:
        self._book = book
        self._device = device
        self._tolerated = drawer_alarm_seconds
        self._drawer = DrawerWatch()
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        self._status = PrinterStatus()
        self._stuck = False
        self._waiting: set[str] = set()
        self.unfinished: dict[str, Effect] = {}
        """Documents that did not certainly come out, by number."""

    async def restore(self) -> None:
        """Take over what a former run left: nothing of it is printed again by itself."""
        await rows.forget_senders(self._book.database)
        left = await rows.unfinished_prints(self._book.database)
        self.unfinished = {effect.document: effect for effect in left if effect.document is not None}

    def account(self) -> dict[str, object]:
        """Return how the printer is and which documents did not certainly come out."""
        status = self._status
        return {
            "state": status.obstacle or "ok",
            "paper": status.paper.value,
            "drawer": status.drawer.value,
            "unfinished": [
                {"document": number, "state": self.state(number), "reason": effect.reason}
                for number, effect in self.unfinished.items()
            ],
        }

    async def watch(self) -> None:
        """Ask the printer how it is, now and then, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> None:
        """Ask the printer how it is, and tell of a drawer that stands open for too long: in the journal once,
        on the screens and to the back office until it is closed.
        """
        self._status = await self._device.status()
        at = self._book.world.monotonic()
        self._drawer = observe(self._drawer, self._status.drawer, at=at)
        if not self._drawer.told:
            self._book.notes.pop("drawer", None)
        seconds = left_open(self._drawer, at=at, tolerated=self._tolerated)
        if seconds is None:
            return
        self._drawer = told(self._drawer)
        self._book.notes["drawer"] = "The drawer stands open: close it."
        try:
            await self._tell_of_drawer(seconds)
        except JournalError as error:
            log.error("the journal does not take that the drawer stands open", reason=str(error))

    async def _tell_of_drawer(self, seconds: int) -> None:
        async with self._book.turn:
            session = self._book.memory.till.session
            session_id = session.session_id if session is not None else None
            await self._book.write((DrawerLeftOpen(session_id=session_id, seconds=seconds),))

    def add(self, job: Job) -> None:
        """Take a job whose entry is committed."""
        if job.document is not None and job.original:
            self.unfinished[job.document] = Effect(job.entry, "print", "sending", job.document)
            self._waiting.add(job.document)
        self._jobs.put_nowait(job)

    def waits(self, document: str) -> bool:
        """Say whether a document is on its way to the printer by itself."""
        return document in self._waiting

    async def once(self, job: Job, *, within: float | None) -> PrintResult:
        """Print a copy or a slip, and return how that went; None waits for its turn however long."""
        self.add(job)
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await job.done.wait()
        return job.result or PrintResult(Outcome.NOTHING_SENT, "the printer has not come to it yet")

    async def came_out(self, document: str) -> None:
        """A person saw the whole document: it is printed."""
        effect = self.unfinished.pop(document)  # at once, so that two who say it are written once
        try:
            await self._printed(effect.entry, document, 0)
        except JournalError:
            self.unfinished[document] = effect
            raise

    async def state_of(self, job: Job, *, within: float) -> PrintState:
        """Return how far a document came, waiting a short moment for good news where there may be any."""
        if not self._stuck:
            with suppress(TimeoutError):
                async with asyncio.timeout(within):
                    await job.done.wait()
        return self.state(job.document)

    def state(self, document: str | None) -> PrintState:
        """Return how far a document came: `printed`, `unknown`, or `pending` while it waits."""
        left = self.unfinished.get(document or "")
        if left is None:
            return "printed"
        return "pending" if left.state == "sending" else left.state

    async def run(self) -> None:
        """Work jobs off until cancelled."""
        await self.restore()
        while True:
            job = await self._jobs.get()
            try:
                await self._work(job)
            except JournalError as error:
                log.error("the journal does not take what was printed", reason=str(error))
            job.done.set()

    async def _work(self, job: Job) -> None:
        if job.slip or job.copy_no:
            await self._try_once(job)
        elif job.document is not None:
            await self._print(job, job.document)
        if job.kick:
            await self._kick()

    async def _try_once(self, job: Job) -> None:
        job.result = await self._device.print(await asyncio.to_thread(job.data))
        if job.result.outcome is Outcome.PRINTED and job.document is not None:
            await self._printed(job.entry, job.document, job.copy_no, job.also)

    async def _print(self, job: Job, document: str) -> None:
        data = await asyncio.to_thread(job.data)
        crash_point("before_print")
        for attempt in range(10**9):
            result = await self._device.print(data)
            if result.outcome is not Outcome.NOTHING_SENT:
                break
            await self._waits(job, document, result)
            await asyncio.sleep(_PATIENCE_SECONDS[min(attempt, len(_PATIENCE_SECONDS) - 1)])
        self._stuck = False
        self._waiting.discard(document)
        crash_point("after_print")
        if result.outcome is Outcome.PRINTED:
            await self._printed(job.entry, document, 0)
        else:
            await self._note(job, document, "unknown", result.reason)

    async def _waits(self, job: Job, document: str, result: PrintResult) -> None:
        """Nothing of it left: it stays first in the line, and whoever waits for it is told."""
        self._stuck = True
        if self.unfinished[document].state != "pending":
            await self._note(job, document, "pending", result.reason)
        job.done.set()

    async def _printed(self, entry: str, document: str, copy_no: int, also: Sequence[EntryBody] = ()) -> None:
        crash_point("before_printed_commit")
        printed = Printed(document=document, entry=entry, copy_no=copy_no)
        done = () if copy_no else (Effect(entry, "print", "printed", document),)
        async with self._book.turn:
            await self._book.write((printed, *also), Aside(effects=lambda _: done))
        if not copy_no:
            self.unfinished.pop(document, None)
        crash_point("after_printed_commit")

    async def _note(self, job: Job, document: str, state: PrintState, reason: str) -> None:
        log.warning("a document is not printed", document=document, state=state, reason=reason)
        effect = Effect(job.entry, "print", state, document, reason)
        self.unfinished[document] = effect
        await self._book.set_effects((effect,))

    async def _kick(self) -> None:
        crash_point("before_kick")
        try:
            await self._device.kick()
        except (DeviceUnreachable, DeviceError) as error:
            log.warning("the drawer did not open by itself", reason=str(error))
        crash_point("after_kick")
