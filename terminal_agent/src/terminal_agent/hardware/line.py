"""One open line to a device, used by one thread only: documents out, answers in.

Any failure makes a line useless: whoever uses it closes it and opens another.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, assert_never

from terminal_agent.hardware.addresses import NetworkAddress, PrinterAddress, SerialAddress, UsbAddress
from terminal_agent.hardware.descriptor_wires import open_network, open_serial
from terminal_agent.hardware.usb_wire import open_usb
from terminal_agent.hardware.wires import Wire, WireGone

_DRAIN_LOOK_SECONDS: Final = 0.01


class LineBroken(Exception):
    """The line failed; `sent` bytes of this call had left before, or may have."""

    def __init__(self, reason: str, sent: int = 0) -> None:
        super().__init__(reason)
        self.sent = sent


@dataclass(frozen=True, slots=True)
class LineSettings:
    """Where the printer is and how long it may take.

    `answers`: the printer answers status queries. Set to False for one that has no way back; then PRINTED
    means that the last byte has left the machine. `drawer_open_level`: the level of the drawer's pin that
    means open, None where the drawer has no sensor.
    """

    address: PrinterAddress
    answers: bool = True
    drawer_open_level: bool | None = True
    answer_seconds: float = 0.5
    stall_seconds: float = 2.0
    send_seconds: float = 10.0
    taken_seconds: float = 10.0
    now: Callable[[], float] = time.monotonic


def open_wire(address: PrinterAddress, stop: threading.Event) -> Wire:
    """Open the way to a printer. Raises DeviceUnreachable."""
    match address:
        case SerialAddress():
            return open_serial(address, stop)
        case NetworkAddress():
            return open_network(address, stop)
        case UsbAddress():
            return open_usb(address, stop)
        case _:
            assert_never(address)


WireOpening = Callable[[PrinterAddress, threading.Event], Wire]
"""Opens the way to a printer. Raises DeviceUnreachable."""


class Line:
    """An open line to a device. Every wait ends early once `stop` is set."""

    def __init__(
        self, settings: LineSettings, stop: threading.Event, opening: WireOpening = open_wire
    ) -> None:
        """Open the line; raises DeviceUnreachable when there is none or another process holds it."""
        self._settings = settings
        self._stop = stop
        self._received: deque[int] = deque()
        self._wire = opening(settings.address, stop)
        self._now = settings.now

    def send(self, data: bytes) -> None:
        """Hand all of `data` to the line.

        Raises LineBroken when the device is gone, takes nothing for `stall_seconds`, or is not done after
        `send_seconds`. Where its `sent` is 0, not one byte left.
        """
        sent = 0
        end = self._now() + self._settings.send_seconds
        while sent < len(data):
            limit = max(0.0, min(self._settings.stall_seconds, end - self._now()))
            try:
                taken = self._wire.write(data[sent:], limit)
            except WireGone as gone:
                raise LineBroken(str(gone), sent + gone.perhaps) from gone
            if taken == 0:
                raise LineBroken("the printer takes no more data", sent)
            sent += taken

    def answer(self, accepts: Callable[[int], bool], seconds: float) -> int | None:
        """Return the next byte that is accepted, None when none comes in time; others are kept for later."""
        end = self._now() + seconds
        while (found := self._take(accepts)) is None:
            if not self._receive(max(0.0, end - self._now())):
                return None
        return found

    def forget_late_answers(self, accepts: Callable[[int], bool]) -> None:
        """Drop what the device said too late to an earlier question of the same kind."""
        while self._receive(0):
            pass
        self._received = deque(byte for byte in self._received if not accepts(byte))

    @property
    def is_hung_up(self) -> bool:
        """Whether the device at the other end is gone."""
        return self._wire.is_hung_up

    def drain(self, seconds: float) -> bool:
        """Wait until every byte has left the machine; False when some have not in time."""
        end = self._now() + seconds
        try:
            while self._wire.waiting:
                if self._now() >= end or self._stop.wait(_DRAIN_LOOK_SECONDS):
                    return False
        except WireGone:
            return False
        return True

    def close(self, *, discard: bool) -> None:
        """Give the line up, with `discard` also what has not left yet."""
        self._wire.close(discard=discard)

    def _take(self, accepts: Callable[[int], bool]) -> int | None:
        for index, byte in enumerate(self._received):
            if accepts(byte):
                del self._received[index]
                return byte
        return None

    def _receive(self, seconds: float) -> bool:
        """Wait for bytes and keep them; False when none came in time."""
        try:
            data = self._wire.read(seconds)
        except WireGone as gone:
            raise LineBroken(str(gone)) from gone
        self._received.extend(data)
        return bool(data)
