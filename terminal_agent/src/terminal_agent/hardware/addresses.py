"""Where a printer is, as a technician writes it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

RAW_PORT: Final = 9100
STANDARD_BAUDRATE: Final = 115_200
_USB: Final = re.compile(r"usb:([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::(.+))?")
_SERIAL: Final = re.compile(r"(?:serial:)?(/[^?]+)(?:\?baud=(\d{3,7}))?")


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """A serial port, or a printer behind USB that shows itself as one."""

    path: Path
    baudrate: int = STANDARD_BAUDRATE

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class UsbAddress:
    """A printer of the USB printer class; `serial` tells two of the same kind apart."""

    vendor: int
    product: int
    serial: str | None = None

    def __str__(self) -> str:
        return f"usb:{self.vendor:04x}:{self.product:04x}" + (f":{self.serial}" if self.serial else "")


@dataclass(frozen=True, slots=True)
class NetworkAddress:
    """A printer that takes bytes on a TCP port."""

    host: str
    port: int = RAW_PORT

    def __str__(self) -> str:
        return f"tcp://{self.host}:{self.port}"


PrinterAddress = SerialAddress | UsbAddress | NetworkAddress


def printer_address(text: str) -> PrinterAddress:
    """Return the address that `text` names. Raises ValueError, whose text shows what can be written."""
    if match := _USB.fullmatch(text):
        return UsbAddress(int(match[1], 16), int(match[2], 16), match[3])
    if text.startswith("tcp://"):
        return _network(text)
    if match := _SERIAL.fullmatch(text):
        return SerialAddress(Path(match[1]), int(match[2] or STANDARD_BAUDRATE))
    raise ValueError(
        f"{text!r} names no printer: write /dev/ttyUSB0, /dev/ttyS0?baud=9600, usb:04b8:0e15 or "
        "tcp://192.0.2.7:9100"
    )


def _network(text: str) -> NetworkAddress:
    parts = urlsplit(text)
    try:
        port = parts.port or RAW_PORT
    except ValueError:
        raise ValueError(f"{text!r} has no port between 1 and 65535") from None
    if not parts.hostname or parts.path not in ("", "/") or parts.username:
        raise ValueError(f"{text!r} names no printer on the network: write tcp://192.0.2.7:9100")
    return NetworkAddress(parts.hostname, port)
