"""Printer and drawer on a line - serial, USB or network - owned by one thread.

The order of a print: ask the printer for its state (silence or an obstacle: nothing was sent), send the
document, then ask in the order of the data whether all of it was taken.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from terminal_agent.hardware.commands import RESYNCHRONISE
from terminal_agent.hardware.line import Line, LineBroken, LineSettings, WireOpening, open_wire
from terminal_agent.hardware.ports import (
    DeviceError,
    DeviceUnreachable,
    DrawerPosition,
    Outcome,
    PrinterStatus,
    PrintResult,
)
from terminal_agent.hardware.status_bytes import (
    ASK_ALL_TAKEN,
    ASK_OFFLINE_CAUSE,
    ASK_PAPER,
    ASK_PRINTER,
    is_in_order,
    is_real_time,
    read_status,
)

Answer = TypeVar("Answer")

_OPEN_ATTEMPTS: Final = 2
_LOOK_EVERY_SECONDS: Final = 0.5


class LinePrinter:
    """A ReceiptPrinter and CashDrawer on a line; survives unplugging, power cuts, a moved device."""

    def __init__(self, settings: LineSettings, *, pulse: bytes, opening: WireOpening = open_wire) -> None:
        """Nothing is opened yet; `pulse` opens the drawer."""
        self._pulse = pulse
        self._stop = threading.Event()
        self._work = _DeviceWork(settings, self._stop, opening)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="printer")

    async def print(self, data: bytes) -> PrintResult:
        """As ReceiptPrinter promises."""
        return await self._on_thread(lambda: self._work.print(data))

    async def status(self) -> PrinterStatus:
        """As ReceiptPrinter promises."""
        return await self._on_thread(self._work.status)

    async def kick(self) -> None:
        """As CashDrawer promises."""
        await self._on_thread(lambda: self._work.kick(self._pulse))

    async def position(self) -> DrawerPosition:
        """As CashDrawer promises."""
        return (await self.status()).drawer

    async def close(self) -> None:
        """Stop: a print under way ends as it stands, waiting ones end with nothing sent. Returns within a
        second.
        """
        self._stop.set()
        await asyncio.to_thread(self._thread.shutdown)
        self._work.drop_line(discard=False)

    async def _on_thread(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.wrap_future(self._thread.submit(work))


class _DeviceWork:
    """What the device's thread does. Only that thread calls it, but for `drop_line` after its end."""

    def __init__(self, settings: LineSettings, stop: threading.Event, opening: WireOpening) -> None:
        self._settings = settings
        self._opening = opening
        self._stop = stop
        self._line: Line | None = None
        self._in_doubt = False

    def print(self, data: bytes) -> PrintResult:
        try:
            line = self._ready_line()
            self._send(line, data)
        except DeviceUnreachable as unreachable:
            return PrintResult(Outcome.NOTHING_SENT, str(unreachable))
        except DeviceError as error:
            return PrintResult(Outcome.UNKNOWN, str(error))
        if doubt := self._doubt_after(line):
            self._doubt()
            return PrintResult(Outcome.UNKNOWN, doubt)
        return PrintResult(Outcome.PRINTED)

    def kick(self, pulse: bytes) -> None:
        self._send(self._ready_line(), pulse)

    def status(self) -> PrinterStatus:
        try:
            return self._answered_status() if self._settings.answers else PrinterStatus()
        except DeviceUnreachable:
            return PrinterStatus()

    def drop_line(self, *, discard: bool = True) -> None:
        """Close the line; the next use opens a fresh one.

        What has not left yet is thrown away, but at an orderly end: waiting for a blocked device would take
        half a minute, and its document is in doubt anyway.
        """
        line, self._line = self._line, None
        if line is not None:
            line.close(discard=discard)

    def _open_line(self) -> Line:
        if self._stop.is_set():
            raise DeviceUnreachable("the till is shutting down")
        if self._line is None:
            self._line = Line(self._settings, self._stop, self._opening)
        return self._line

    def _ready_line(self) -> Line:
        """Return a line whose printer says that it can print, or raise DeviceUnreachable.

        A printer that cannot answer is believed to be there as long as the line does not hang up.
        """
        if not self._settings.answers:
            if self._line is not None and self._line.is_hung_up:
                self.drop_line()
        elif obstacle := self._answered_status().obstacle:
            raise DeviceUnreachable(obstacle)
        return self._open_line()

    def _answered_status(self) -> PrinterStatus:
        """Ask until an answer comes, on a fresh line the second time; raises DeviceUnreachable without a
        line.
        """
        for _ in range(_OPEN_ATTEMPTS):
            try:
                status = self._ask_status(self._open_line())
            except LineBroken:
                status = PrinterStatus()
            if status.online is not None:
                return status
            self.drop_line()  # perhaps the device was plugged in anew: a fresh line finds it
        return PrinterStatus()

    def _send(self, line: Line, data: bytes) -> None:
        """Send a document or pulse; raises DeviceUnreachable if no byte of it left, DeviceError if some
        did.
        """
        try:
            if self._in_doubt:
                line.send(RESYNCHRONISE)
                self._in_doubt = False
        except LineBroken as broken:
            self.drop_line()
            raise DeviceUnreachable(str(broken)) from broken
        try:
            line.send(data)
        except LineBroken as broken:
            if broken.sent == 0:
                self.drop_line()
                raise DeviceUnreachable(str(broken)) from broken
            self._doubt()
            raise DeviceError(str(broken)) from broken

    def _doubt(self) -> None:
        self._in_doubt = True
        self.drop_line()

    def _doubt_after(self, line: Line) -> str:
        """Return nothing once the document is out, else why that is not sure."""
        if self._settings.answers:
            return self._wait_until_taken(line)
        return "" if line.drain(self._settings.stall_seconds) else "the printer takes no more data"

    def _wait_until_taken(self, line: Line) -> str:
        """Return nothing once the printer has taken everything sent, else the reason for doubt."""
        end = self._settings.now() + self._settings.taken_seconds
        try:
            line.forget_late_answers(is_in_order)
            line.send(ASK_ALL_TAKEN)
            while self._settings.now() < end and not self._stop.is_set():
                if line.answer(is_in_order, _LOOK_EVERY_SECONDS) is not None:
                    return ""
                status = self._ask_status(line)
                if status.online is not None and status.obstacle:
                    return status.obstacle
        except LineBroken as broken:
            return str(broken)
        return "the printer did not confirm the document"

    def _ask_status(self, line: Line) -> PrinterStatus:
        printer = self._ask(line, ASK_PRINTER)
        if printer is None:
            return PrinterStatus()
        cause, paper = self._ask(line, ASK_OFFLINE_CAUSE), self._ask(line, ASK_PAPER)
        return read_status(printer, cause, paper, open_level=self._settings.drawer_open_level)

    def _ask(self, line: Line, question: bytes) -> int | None:
        line.forget_late_answers(is_real_time)
        line.send(question)
        return line.answer(is_real_time, self._settings.answer_seconds)
