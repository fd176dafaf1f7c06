"""Printers of the USB printer class, found and claimed through python-escpos.

The library is imported where such a printer is opened: no other terminal pays for it.
"""

import threading
import time
from typing import Any, Final

from terminal_agent.hardware.addresses import UsbAddress
from terminal_agent.hardware.ports import DeviceUnreachable
from terminal_agent.hardware.wires import SLICE_SECONDS, WireGone

_PRINTER_CLASS: Final = 7
_DIRECTION_IN: Final = 0x80
_TRANSFER_KIND: Final = 0x03
_BULK: Final = 0x02
_CHUNK_BYTES: Final = 64
_READ_BYTES: Final = 64
_SHORTEST_MS: Final = 1
_NO_SUCH_DEVICE: Final = 19


class UsbWire:
    """A Wire to the bulk pipes of a printer.

    A write that runs out of time may have delivered its portion or not: it counts as delivered, for a second
    original is worse than a question.
    """

    def __init__(self, device: Any, pipes: tuple[int, int | None], stop: threading.Event, drop: Any) -> None:
        """`pipes`: out, and in where the printer has a way back. `drop()` releases the device."""
        self._device = device
        self._out, self._in = pipes
        self._stop = stop
        self._drop = drop
        self._gone = False

    def write(self, data: bytes, seconds: float) -> int:
        """As Wire promises, but a shutdown does not end the wait: the transfer could not be taken back."""
        from usb.core import USBError  # noqa: PLC0415 - see above

        portion = data[:_CHUNK_BYTES]
        try:
            return int(self._device.write(self._out, portion, _milliseconds(seconds)))
        except USBError as error:
            self._gone = error.errno == _NO_SUCH_DEVICE
            reason = "the printer is disconnected" if self._gone else "the printer takes no more data"
            raise WireGone(reason, perhaps=0 if self._gone else len(portion)) from error

    def read(self, seconds: float) -> bytes:
        """As Wire promises."""
        if self._in is None:
            return b""
        end = time.monotonic() + seconds
        while not self._stop.is_set():
            left = end - time.monotonic()
            data = self._read_once(min(left, SLICE_SECONDS))
            if data or left <= 0:
                return data
        return b""

    def _read_once(self, seconds: float) -> bytes:
        from usb.core import USBError, USBTimeoutError  # noqa: PLC0415

        try:
            return bytes(self._device.read(self._in, _READ_BYTES, _milliseconds(seconds)))
        except USBTimeoutError:
            return b""
        except USBError as error:
            self._gone = True
            raise WireGone from error

    @property
    def is_hung_up(self) -> bool:
        """As Wire promises: known once a transfer has failed."""
        return self._gone

    @property
    def waiting(self) -> int:
        """Nothing waits: a write ends when the printer has taken it."""
        return 0

    def close(self, *, discard: bool) -> None:
        """As Wire promises; there is nothing to discard."""
        self._drop()


def open_usb(address: UsbAddress, stop: threading.Event, *, backend: Any = None) -> UsbWire:
    """Claim the printer; raises DeviceUnreachable where it is not plugged in or may not be used.

    `backend` is another access to the bus than the system's.
    """
    from escpos.exceptions import Error  # noqa: PLC0415
    from escpos.printer import Usb  # noqa: PLC0415
    from usb.core import NoBackendError, USBError  # noqa: PLC0415

    wanted = {"serial_number": address.serial} if address.serial else {}
    found = {"backend": backend} if backend is not None else {}
    printer = Usb(address.vendor, address.product, usb_args={**wanted, **found})
    try:
        printer.open()
        pipes = _pipes(printer.device)
    except NoBackendError:
        raise DeviceUnreachable("USB printers need the library libusb-1.0 on this machine") from None
    except (Error, USBError, NotImplementedError) as error:
        raise DeviceUnreachable(f"the printer {address} cannot be opened: is it plugged in?") from error
    return UsbWire(printer.device, pipes, stop, printer.close)


def _pipes(device: Any) -> tuple[int, int | None]:
    """Return the bulk endpoints of the printer's interface. Raises DeviceUnreachable."""
    for interface in device.get_active_configuration():
        if interface.bInterfaceClass != _PRINTER_CLASS:
            continue
        bulk = [end.bEndpointAddress for end in interface if end.bmAttributes & _TRANSFER_KIND == _BULK]
        out = [end for end in bulk if not end & _DIRECTION_IN]
        back = [end for end in bulk if end & _DIRECTION_IN]
        if out:
            return out[0], back[0] if back else None
    raise DeviceUnreachable("the USB device is no printer")


def _milliseconds(seconds: float) -> int:
    return max(_SHORTEST_MS, int(seconds * 1000))  # 0 would wait for ever
