"""Where a printer is, as a technician writes it."""

from pathlib import Path

import pytest

from terminal_agent.hardware.addresses import NetworkAddress, SerialAddress, UsbAddress, printer_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("/dev/ttyUSB0", SerialAddress(Path("/dev/ttyUSB0"))),
        ("serial:/dev/ttyS1?baud=9600", SerialAddress(Path("/dev/ttyS1"), 9600)),
        ("usb:04b8:0E15", UsbAddress(0x04B8, 0x0E15)),
        ("usb:04b8:0e15:X3A", UsbAddress(0x04B8, 0x0E15, "X3A")),
        ("tcp://192.0.2.7", NetworkAddress("192.0.2.7")),
        ("tcp://printer.example:9101", NetworkAddress("printer.example", 9101)),
    ],
)
def test_each_kind_of_printer_has_a_way_to_be_written(text: str, address: object) -> None:
    assert printer_address(text) == address


@pytest.mark.parametrize(
    "text", ["ttyUSB0", "usb:4b8", "tcp://", "tcp://host:0x", "tcp://h:99999", "tcp://h/p"]
)
def test_what_names_no_printer_is_refused_with_what_can_be_written(text: str) -> None:
    with pytest.raises(ValueError, match=r"tcp://|port"):
        printer_address(text)


@pytest.mark.parametrize("text", ["/dev/ttyUSB0", "usb:04b8:0e15:X3A", "tcp://192.0.2.7:9100"])
def test_an_address_is_shown_as_it_is_written(text: str) -> None:
    assert str(printer_address(text)) == text
