"""A virtual printer at the far end of a TCP connection, of a made-up USB bus, or of nothing at all."""

import array
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from usb.backend import IBackend
from usb.core import USBError, USBTimeoutError

from terminal_agent.hardware.addresses import NetworkAddress, UsbAddress
from terminal_agent.hardware.ports import DeviceUnreachable, Paper
from terminal_agent.hardware.virtual_printer import VirtualPrinter
from terminal_agent.hardware.wires import WireGone

NO_DEVICE = 19


class Gone(Exception):
    """The plug is out."""


class FarEnd:
    """The printer with its paper; `vanish_at` pulls the plug after so many bytes of documents."""

    def __init__(self) -> None:
        self.device = VirtualPrinter()
        self.tape = b""
        self.present = True
        self.vanish_at: int | None = None
        self._changing = threading.Lock()

    def take(self, data: bytes) -> bytes:
        """Return the answers. Raises Gone."""
        with self._changing:
            answers = b""
            for byte in data:
                if not self.present:
                    raise Gone
                effects = self.device.receive(bytes([byte]))
                self.tape += effects.tape
                answers += effects.answers
                if self.vanish_at is not None and self.device.taken >= self.vanish_at:
                    self._vanish()
            return answers

    def trouble(self, **wishes: Any) -> None:
        with self._changing:
            for name, value in wishes.items():
                if name == "vanish_after":
                    self.vanish_at = self.device.taken + value
                elif name == "present":
                    self.present = value
                elif name == "paper" and value == "enough":
                    self.tape += self.device.refill().tape
                else:
                    setattr(self.device, name, Paper(value) if name == "paper" else value)

    def _vanish(self) -> None:
        self.present, self.vanish_at = False, None
        self.device.lose_power()


class NetworkPrinter:
    """A printer with a TCP port of its own on the loopback interface; one connection at a time."""

    def __init__(self) -> None:
        self.far = FarEnd()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = NetworkAddress("127.0.0.1", self._door.getsockname()[1])
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._door.accept()
                with connection, suppress(Gone, OSError):
                    while data := connection.recv(100):
                        connection.sendall(self.far.take(data))

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(10)


class UsbBus(IBackend):  # type: ignore[misc]  # the library has no types
    """A bus with one printer on it, as pyusb asks a bus."""

    address = UsbAddress(0x04B8, 0x0E15)

    def __init__(self) -> None:
        self.far = FarEnd()
        self.stuck = False
        self._answers = bytearray()

    def enumerate_devices(self) -> Any:
        return iter([self] if self.far.present else [])

    def get_device_descriptor(self, dev: Any) -> Any:
        return _descriptor(idVendor=0x04B8, idProduct=0x0E15, bNumConfigurations=1, bDeviceClass=0)

    def get_configuration_descriptor(self, dev: Any, config: int) -> Any:
        return _descriptor(bNumInterfaces=1, bConfigurationValue=1)

    def get_interface_descriptor(self, dev: Any, intf: int, alt: int, config: int) -> Any:
        if alt:
            raise IndexError
        return _descriptor(bInterfaceClass=7, bNumEndpoints=2, bInterfaceNumber=0, bAlternateSetting=0)

    def get_endpoint_descriptor(self, dev: Any, ep: int, intf: int, alt: int, config: int) -> Any:
        return _descriptor(bEndpointAddress=(0x03, 0x85)[ep], bmAttributes=2, wMaxPacketSize=64)

    def open_device(self, dev: Any) -> Any:
        return dev

    def close_device(self, dev_handle: Any) -> None:
        self._answers.clear()

    def set_configuration(self, dev_handle: Any, config_value: int) -> None: ...
    def get_configuration(self, dev_handle: Any) -> int:
        return 1

    def claim_interface(self, dev_handle: Any, intf: int) -> None: ...
    def release_interface(self, dev_handle: Any, intf: int) -> None: ...
    def reset_device(self, dev_handle: Any) -> None: ...

    def bulk_write(self, dev_handle: Any, ep: int, intf: int, data: Any, timeout: int) -> int:
        if self.stuck:
            raise USBTimeoutError("Operation timed out", errno=110)
        try:
            self._answers += self.far.take(bytes(data))
        except Gone:
            raise USBError("No such device", errno=NO_DEVICE) from None
        return len(data)

    def bulk_read(self, dev_handle: Any, ep: int, intf: int, buff: Any, timeout: int) -> int:
        if not self.far.present:
            raise USBError("No such device", errno=NO_DEVICE)
        if not self._answers:
            raise USBTimeoutError("Operation timed out", errno=110)
        given = bytes(self._answers[: len(buff)])
        del self._answers[: len(given)]
        buff[: len(given)] = array.array("B", given)
        return len(given)


def _descriptor(**fields: int) -> Any:
    names = ("bLength", "bDescriptorType", "bcdUSB", "bDeviceSubClass", "bDeviceProtocol", "bMaxPacketSize0")
    more = ("bcdDevice", "iManufacturer", "iProduct", "iSerialNumber", "wTotalLength", "iConfiguration")
    last = (
        "bmAttributes",
        "bMaxPower",
        "bInterfaceSubClass",
        "bInterfaceProtocol",
        "iInterface",
        "bInterval",
    )
    zeros = dict.fromkeys((*names, *more, *last, "bRefresh", "bSynchAddress"), 0)
    places = {"address": 1, "bus": 1, "port_number": 1, "port_numbers": (1,), "speed": 3}
    return SimpleNamespace(**(zeros | places | {"extra_descriptors": []} | fields))


class VirtualTime:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds


class WireInProcess:
    """A Wire straight into the printer; what waits for nothing moves the clock instead."""

    def __init__(self, far: FarEnd, time: VirtualTime) -> None:
        self._far, self._time = far, time
        self._answers = b""
        self.is_hung_up = False
        self.waiting = 0

    def write(self, data: bytes, seconds: float) -> int:
        try:
            self._answers += self._far.take(data[:1])
        except Gone:
            raise WireGone from None
        return 1

    def read(self, seconds: float) -> bytes:
        if not self._far.present:
            raise WireGone
        given, self._answers = self._answers, b""
        if not given:
            self._time.seconds += seconds
        return given

    def close(self, *, discard: bool) -> None:
        self._answers = b""


def opening_in_process(far: FarEnd, time: VirtualTime) -> Callable[[Any, threading.Event], WireInProcess]:
    def opening(_address: Any, _stop: threading.Event) -> WireInProcess:
        if not far.present:
            raise DeviceUnreachable("the printer is not there")
        return WireInProcess(far, time)

    return opening
