"""One open serial line, used by one thread only.

Any failure makes a line useless: whoever uses it closes it and opens another.
"""

import os
import select
import termios
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import serial

from terminal_agent.hardware.ports import DeviceUnreachable

_CHUNK_BYTES: Final = 64
_SLICE_SECONDS: Final = 0.05
_DRAIN_LOOK_SECONDS: Final = 0.01


class LineBroken(Exception):
    """The line failed; `sent` bytes of this call had left before."""

    def __init__(self, reason: str, sent: int = 0) -> None:
        super().__init__(reason)
        self.sent = sent


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """Where the printer is and how long it may take.

    `answers`: the printer answers status queries. Set to False for one that has no way back; then PRINTED
    means that the last byte has left the machine.
    """

    path: Path
    baudrate: int = 115_200
    answers: bool = True
    drawer_open_level: bool = True
    answer_seconds: float = 0.5
    stall_seconds: float = 2.0
    send_seconds: float = 10.0
    taken_seconds: float = 10.0


class SerialLine:
    """An open line to a device. Every wait ends early once `stop` is set."""

    def __init__(self, settings: SerialSettings, stop: threading.Event) -> None:
        """Open the line; raises DeviceUnreachable when there is none or another process holds it."""
        self._settings = settings
        self._stop = stop
        self._received: deque[int] = deque()
        try:
            self._port = serial.Serial(str(settings.path), settings.baudrate, exclusive=True)
        except (OSError, termios.error) as error:
            raise DeviceUnreachable(f"the printer at {settings.path} cannot be opened") from error

    def send(self, data: bytes) -> None:
        """Hand all of `data` to the line.

        Raises LineBroken when the device is gone, takes nothing for `stall_seconds`, or is not done after
        `send_seconds`. Its `sent` is exact: 0 means that not one byte left.
        """
        sent = 0
        end = time.monotonic() + self._settings.send_seconds
        while sent < len(data):
            limit = min(self._settings.stall_seconds, end - time.monotonic())
            if not self._wait(limit, write=True):
                raise LineBroken("the printer takes no more data", sent)
            try:
                sent += os.write(self._port.fileno(), data[sent : sent + _CHUNK_BYTES])
            except BlockingIOError:
                continue
            except OSError as error:
                raise LineBroken("the printer is disconnected", sent) from error

    def answer(self, accepts: Callable[[int], bool], seconds: float) -> int | None:
        """Return the next byte that is accepted, None when none comes in time; others are kept for later."""
        end = time.monotonic() + seconds
        while (found := self._take(accepts)) is None:
            left = end - time.monotonic()
            if not self._wait(left, write=False):
                return None
            self._receive()
        return found

    def forget_late_answers(self, accepts: Callable[[int], bool]) -> None:
        """Drop what the device said too late to an earlier question of the same kind."""
        while self._wait(0, write=False):
            self._receive()
        self._received = deque(byte for byte in self._received if not accepts(byte))

    @property
    def is_hung_up(self) -> bool:
        """Whether the device at the other end is gone."""
        poll = select.poll()
        poll.register(self._port.fileno(), 0)  # a hang-up is reported unasked
        return bool(poll.poll(0))

    def drain(self, seconds: float) -> bool:
        """Wait until every byte has left the machine; False when some have not in time."""
        end = time.monotonic() + seconds
        with suppress(OSError, termios.error):
            while self._port.out_waiting:
                if time.monotonic() >= end or self._stop.wait(_DRAIN_LOOK_SECONDS):
                    return False
            return True
        return False

    def close(self, *, discard: bool) -> None:
        """Give the line up, with `discard` also what has not left yet."""
        with suppress(OSError, termios.error):  # the device may be gone, and its buffer with it
            if discard:
                self._port.reset_output_buffer()
        with suppress(OSError, termios.error):
            self._port.close()

    def _take(self, accepts: Callable[[int], bool]) -> int | None:
        for index, byte in enumerate(self._received):
            if accepts(byte):
                del self._received[index]
                return byte
        return None

    def _receive(self) -> None:
        try:
            data = os.read(self._port.fileno(), 256)
        except OSError as error:
            raise LineBroken("the printer is disconnected") from error
        if not data:
            raise LineBroken("the printer is disconnected")
        self._received.extend(data)

    def _wait(self, seconds: float, *, write: bool) -> bool:
        line = [self._port.fileno()]
        end = time.monotonic() + seconds
        while not self._stop.is_set():
            left = end - time.monotonic()
            pause = max(0.0, min(left, _SLICE_SECONDS))
            readable, writable, _ = select.select([] if write else line, line if write else [], [], pause)
            if readable or writable:
                return True
            if left <= 0:
                return False
        return False
