"""Serial ports and TCP connections: what the operating system can wait for."""

import fcntl
import os
import select
import socket
import struct
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import serial

from terminal_agent.hardware.addresses import NetworkAddress, SerialAddress
from terminal_agent.hardware.ports import DeviceUnreachable
from terminal_agent.hardware.wires import SLICE_SECONDS, WireGone

_CHUNK_BYTES: Final = 64
_READ_BYTES: Final = 256
_CONNECT_SECONDS: Final = 2.0


class DescriptorWire:
    """A Wire over an open descriptor."""

    def __init__(self, descriptor: int, stop: threading.Event, *, drop: Callable[[bool], None]) -> None:
        """`drop(discard)` closes what the descriptor belongs to."""
        self._descriptor = descriptor
        self._stop = stop
        self._drop = drop

    def write(self, data: bytes, seconds: float) -> int:
        """As Wire promises; small portions, so that what has left is known to 64 bytes."""
        end = time.monotonic() + seconds
        while self._wait(end - time.monotonic(), write=True):
            try:
                return os.write(self._descriptor, data[:_CHUNK_BYTES])
            except BlockingIOError:
                continue
            except OSError as error:
                raise WireGone from error
        return 0

    def read(self, seconds: float) -> bytes:
        """As Wire promises."""
        if not self._wait(seconds, write=False):
            return b""
        try:
            data = os.read(self._descriptor, _READ_BYTES)
        except OSError as error:
            raise WireGone from error
        if not data:
            raise WireGone
        return data

    @property
    def is_hung_up(self) -> bool:
        """As Wire promises."""
        poll = select.poll()
        poll.register(self._descriptor, select.POLLRDHUP)  # a hang-up on both sides is reported unasked
        return bool(poll.poll(0))

    @property
    def waiting(self) -> int:
        """As Wire promises; of a connection, what the other side has not confirmed."""
        try:
            answer = fcntl.ioctl(self._descriptor, termios.TIOCOUTQ, b"\0\0\0\0")
        except OSError as error:
            raise WireGone from error
        return int(struct.unpack("i", answer)[0])

    def close(self, *, discard: bool) -> None:
        """As Wire promises."""
        with suppress(OSError, termios.error):  # the device may be gone, and its buffer with it
            self._drop(discard)

    def _wait(self, seconds: float, *, write: bool) -> bool:
        line = [self._descriptor]
        end = time.monotonic() + seconds
        while not self._stop.is_set():
            left = end - time.monotonic()
            pause = max(0.0, min(left, SLICE_SECONDS))
            readable, writable, _ = select.select([] if write else line, line if write else [], [], pause)
            if readable or writable:
                return True
            if left <= 0:
                return False
        return False


def open_serial(address: SerialAddress, stop: threading.Event) -> DescriptorWire:
    """Open a port for this process alone; raises DeviceUnreachable where there is none or it is taken."""
    try:
        port = serial.Serial(str(address.path), address.baudrate, exclusive=True)
    except (OSError, termios.error) as error:
        raise DeviceUnreachable(f"the printer at {address} cannot be opened") from error

    def drop(discard: bool) -> None:
        if discard:
            with suppress(OSError, termios.error):
                port.reset_output_buffer()
        port.close()

    return DescriptorWire(port.fileno(), stop, drop=drop)


def open_network(address: NetworkAddress, stop: threading.Event) -> DescriptorWire:
    """Connect; raises DeviceUnreachable where nothing answers within two seconds."""
    try:
        connection = socket.create_connection((address.host, address.port), _CONNECT_SECONDS)
    except OSError as error:
        raise DeviceUnreachable(f"the printer at {address} does not answer") from error
    connection.setblocking(False)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def drop(discard: bool) -> None:
        if discard:  # reset instead of delivering what nobody waits for any more
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return DescriptorWire(connection.fileno(), stop, drop=drop)
