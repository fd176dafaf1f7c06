"""A receipt printer with a cash drawer, as a process of its own on a pseudo terminal.

`python -m terminal_agent.hardware.virtual --data DIR` keeps in DIR: `printer`, a symbolic link to the
serial device (made anew at each start and each time the device "is plugged in"); `tape.bin`, every byte
that reached the paper; `drawer-events.jsonl`, a line for each opening and closing; `printer-state.json` and
the pipe `printer-control` (see virtual_control). Ready once the link exists and the state file names the
process. With `--http-port` a page on the loopback interface shows paper and drawer (see virtual_page).
"""

import argparse
import errno
import fcntl
import json
import os
import selectors
import signal
import sys
import time
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from terminal_agent.hardware.ports import Paper
from terminal_agent.hardware.virtual_control import (
    CONTROL,
    DEVICE,
    DRAWER_EVENTS,
    TAPE,
    DeviceState,
    read_state,
    write_state,
)
from terminal_agent.hardware.virtual_printer import Effects, VirtualPrinter

if TYPE_CHECKING:
    from terminal_agent.hardware.virtual_page import Page

_IDLE_SECONDS: Final = 0.25
_READ_BYTES: Final = 1024
_EXIT_BAD_USE: Final = 2


class VirtualDevice:
    """The printer's electronics around its pure part: line, tape, drawer, control pipe."""

    def __init__(self, data: Path, *, drawer_closes_after: float, paper_mm: int = 80) -> None:
        """Take the folder; raises BlockingIOError when another virtual device has it."""
        data.mkdir(parents=True, exist_ok=True)
        self._data = data
        self._drawer_seconds = drawer_closes_after
        self._lock = _locked(data / f"{DEVICE}.lock")
        self._printer = VirtualPrinter()
        self._state = DeviceState(pid=os.getpid(), paper_mm=paper_mm)
        self._tape: BinaryIO = (data / TAPE).open("ab", buffering=0)
        self._events: BinaryIO = (data / DRAWER_EVENTS).open("ab", buffering=0)
        self._selector = selectors.DefaultSelector()
        self._line: tuple[int, int] | None = None
        self._drawer_opened_at = 0.0
        self._vanish_at: int | None = None
        self._running = True
        self._control = self._open_control()

    def run(self) -> None:
        """Serve until `stop`; then the link is gone."""
        self._appear()
        self._save()
        while self._running:
            self._listen()
            for key, _ in self._selector.select(_IDLE_SECONDS):
                key.data()
            self._close_drawer_in_time()
        self._vanish()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """End `run` soon; fit to be a signal handler."""
        self._running = False

    def _open_control(self) -> int:
        path = self._data / CONTROL
        path.unlink(missing_ok=True)
        os.mkfifo(path, 0o600)
        pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)  # read and write: the pipe never ends
        self._selector.register(pipe, selectors.EVENT_READ, self._follow)
        return pipe

    def _appear(self) -> None:
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        self._line = master, slave  # the slave stays open, else reading fails while nobody else has it
        link = self._data / f"{DEVICE}.new"
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(slave))
        link.replace(self._data / DEVICE)
        self._state.present = True

    def _vanish(self) -> None:
        if self._line is None:
            return
        (self._data / DEVICE).unlink(missing_ok=True)
        self._deafen()
        for end in self._line:
            os.close(end)
        self._line = None
        self._printer.lose_power()
        self._state.present = False

    def _listen(self) -> None:
        """Read from the line only while there is room: a full buffer must block whoever writes."""
        self._deafen()
        if self._line is not None and not self._state.stalled and not self._printer.is_full:
            self._selector.register(self._line[0], selectors.EVENT_READ, self._read_line)

    def _deafen(self) -> None:
        if self._line is not None:
            with suppress(KeyError):
                self._selector.unregister(self._line[0])

    def _read_line(self) -> None:
        if self._line is None:
            return
        try:
            data = os.read(self._line[0], _READ_BYTES)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EIO):
                raise
            return
        if self._vanish_at is None:
            self._show(self._printer.receive(data))
        else:
            self._take_until_gone(data)

    def _take_until_gone(self, data: bytes) -> None:
        for byte in data:
            self._show(self._printer.receive(bytes([byte])))
            if self._vanish_at is not None and self._printer.taken >= self._vanish_at:
                self._vanish_at = self._state.vanish_after = None
                self._vanish()
                self._save()
                return

    def _show(self, effects: Effects) -> None:
        if effects.tape:
            self._tape.write(effects.tape)
        for pin in effects.pulses:
            self._drawer("opened", pin=pin)
        if effects.answers and self._line is not None:
            with suppress(BlockingIOError):  # nobody reads the answers: they are lost, as on a real line
                os.write(self._line[0], effects.answers)
        if self._printer.paper.value != self._state.paper:
            self._save()

    def _drawer(self, what: str, **more: int) -> None:
        event = {"event": what, "at": datetime.now(UTC).isoformat(), **more}
        self._events.write(json.dumps(event).encode() + b"\n")
        self._printer.drawer_open = what == "opened"
        self._drawer_opened_at = time.monotonic()
        self._save()

    def _close_drawer_in_time(self) -> None:
        open_for = time.monotonic() - self._drawer_opened_at
        if self._printer.drawer_open and not self._state.drawer_stuck and open_for >= self._drawer_seconds:
            self._drawer("closed")

    def _follow(self) -> None:
        for line in os.read(self._control, 65536).splitlines():
            with suppress(ValueError):  # half a line of a writer that was killed
                self._obey(json.loads(line))
            self._save()

    def _obey(self, wishes: dict[str, Any]) -> None:
        self._state.handled = wishes.pop("number", self._state.handled)
        for name, value in wishes.items():
            match name:
                case "present":
                    self._vanish()
                    if value:
                        self._appear()
                case "paper":
                    self._set_paper(Paper(value))
                case "rows_left" | "cover_open" | "mute" | "lies":
                    setattr(self._printer, name, value)
                case "drawer":
                    self._drawer("opened" if value == "open" else "closed")
                case "vanish_after":
                    self._set_vanish(value)
                case "stalled" | "drawer_stuck":
                    setattr(self._state, name, bool(value))
        self._show(self._printer.advance())

    def _set_paper(self, paper: Paper) -> None:
        if paper is Paper.ENOUGH:
            self._show(self._printer.refill())
        else:
            self._printer.paper = paper

    def _set_vanish(self, more: int | None) -> None:
        self._state.vanish_after = more
        self._vanish_at = None if more is None else self._printer.taken + more
        if more == 0:
            self._vanish()

    def _save(self) -> None:
        self._state.paper = self._printer.paper.value
        self._state.rows_left = self._printer.rows_left
        self._state.cover_open = self._printer.cover_open
        self._state.mute, self._state.lies = self._printer.mute, self._printer.lies
        self._state.drawer = "open" if self._printer.drawer_open else "closed"
        write_state(self._data, self._state)


def _locked(path: Path) -> BinaryIO:
    lock = path.open("ab")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return lock


def main(arguments: Sequence[str]) -> int:
    """Run the virtual device until SIGTERM or SIGINT; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m terminal_agent.hardware.virtual", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the device, made where missing")
    parser.add_argument(
        "--drawer-closes-after",
        type=float,
        default=2.0,
        metavar="SECONDS",
        help="how long the drawer stands open",
    )
    parser.add_argument("--http-port", type=int, metavar="PORT", help="show paper and drawer on a page there")
    parser.add_argument("--name", default="Printer and drawer", help="what the page is called")
    parser.add_argument(
        "--screens", default="", metavar="URL", help="show this terminal beside it, at /beside"
    )
    parser.add_argument("--width", type=int, choices=(58, 80), default=80, help="width of the paper in mm")
    options = parser.parse_args(arguments)
    try:
        device = VirtualDevice(
            options.data, drawer_closes_after=options.drawer_closes_after, paper_mm=options.width
        )
    except BlockingIOError:
        other = read_state(options.data)
        who = f" (process {other.pid})" if other else ""
        return _refuse(
            f"another virtual printer{who} runs in {options.data}: end it or choose another --data"
        )
    except OSError as error:
        return _refuse(f"the folder {options.data} cannot be used: {error.strerror}; choose another --data")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, device.stop)
    try:
        with _page(options.http_port, lambda: _shown(options)):
            device.run()
    except _PortTaken as taken:
        return _refuse(str(taken))
    return 0


class _PortTaken(Exception):
    """Somebody else listens where the page should be."""


@contextmanager
def _page(port: int | None, shown: Callable[[], "Page"]) -> Iterator[None]:
    """Show the page while the block runs, where a port is given. Raises _PortTaken."""
    if port is None:
        yield
        return
    from terminal_agent.hardware.virtual_page import PageServer, listen  # noqa: PLC0415

    try:
        door = listen(port)
    except OSError as error:
        raise _PortTaken(
            f"port {port} cannot be used ({error.strerror}): choose another --http-port"
        ) from None
    server = PageServer(shown(), door)
    server.start()
    try:
        yield
    finally:
        server.stop()


def _shown(options: argparse.Namespace) -> "Page":
    from terminal_agent.hardware.virtual_page import Page  # noqa: PLC0415

    return Page(options.data, options.name, options.screens)


def _refuse(reason: str) -> int:
    sys.stderr.write(f"virtual printer: {reason}\n")
    return _EXIT_BAD_USE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
