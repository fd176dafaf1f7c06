"""One suite for the printer in memory and those on lines: what tests assume is what the lines do."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from printers_on_wires import FarEnd, NetworkPrinter, UsbBus
from terminal_agent.hardware.addresses import PrinterAddress, UsbAddress
from terminal_agent.hardware.escpos_bytes import encode, kick_pulse
from terminal_agent.hardware.line import LineSettings, WireOpening
from terminal_agent.hardware.line_printer import LinePrinter
from terminal_agent.hardware.memory_printer import MemoryPrinter
from terminal_agent.hardware.ports import DeviceUnreachable, DrawerPosition, Outcome, Paper
from terminal_agent.hardware.tape import decode
from terminal_agent.hardware.usb_wire import open_usb
from terminal_agent.hardware.wires import Wire
from terminal_agent.paper.lines import Cut, Qr, Text

RECEIPT = encode((Text("Milk 1.20 €"), Qr("T1-7K3QX-1"), Cut()), columns=48)
OTHER = encode((Text("other"), Cut()), columns=48)


@dataclass(slots=True)
class Bench:
    """A printer under test, the hand that troubles it, and its paper."""

    printer: Any
    trouble: Callable[..., None]
    tape: Callable[[], bytes]


@pytest.fixture(params=["memory", "line", "network", "usb"])
def bench(request: pytest.FixtureRequest) -> Bench:
    kind: str = request.param
    if kind == "memory":
        memory = MemoryPrinter(pulse=kick_pulse())
        return Bench(memory, lambda **wishes: trouble_in_memory(memory, wishes), lambda: memory.tape)
    if kind == "line":
        device, printer = request.getfixturevalue("device"), request.getfixturevalue("printer")
        return Bench(printer, device.control.set, lambda: device.tape)
    far, printer = request.getfixturevalue(kind)
    return Bench(printer, far.trouble, lambda: far.tape)


@pytest.fixture
async def network() -> AsyncIterator[tuple[FarEnd, LinePrinter]]:
    there = NetworkPrinter()
    printer = LinePrinter(quick(there.address), pulse=kick_pulse())
    yield there.far, printer
    await printer.close()
    there.close()


@pytest.fixture
async def usb() -> AsyncIterator[tuple[FarEnd, LinePrinter]]:
    bus = UsbBus()
    printer = LinePrinter(quick(bus.address), pulse=kick_pulse(), opening=on(bus))
    yield bus.far, printer
    await printer.close()


def quick(address: PrinterAddress) -> LineSettings:
    """Short patience: nobody answers later here."""
    return LineSettings(address, answer_seconds=0.25, stall_seconds=0.4, send_seconds=1.5, taken_seconds=1.0)


def on(bus: UsbBus) -> WireOpening:
    def opening(address: PrinterAddress, stop: threading.Event) -> Wire:
        assert isinstance(address, UsbAddress)
        return open_usb(address, stop, backend=bus)

    return opening


def trouble_in_memory(memory: MemoryPrinter, wishes: dict[str, Any]) -> None:
    for name, value in wishes.items():
        if name == "vanish_after":
            memory.breaks_after = value
        elif name == "present":
            memory.connected = value
        elif name == "paper" and value == "enough":
            memory.tape += memory.device.refill().tape
        else:
            setattr(memory.device, name, Paper(value) if name == "paper" else value)


async def test_a_printed_document_is_on_the_paper_byte_for_byte(bench: Bench) -> None:
    assert (await bench.printer.print(RECEIPT)).outcome is Outcome.PRINTED
    assert bench.tape() == RECEIPT


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [
        ({"paper": "out"}, "the printer is out of paper"),
        ({"cover_open": True}, "the printer's cover is open"),
        ({"mute": True}, "the printer does not answer"),
    ],
)
async def test_an_obstacle_seen_in_time_means_nothing_sent(
    bench: Bench, wishes: dict[str, Any], reason: str
) -> None:
    bench.trouble(**wishes)
    result = await bench.printer.print(RECEIPT)
    assert (result.outcome, result.reason) == (Outcome.NOTHING_SENT, reason)
    assert bench.tape() == b""


async def test_paper_that_ends_midway_leaves_doubt(bench: Bench) -> None:
    bench.trouble(rows_left=1)
    assert (await bench.printer.print(RECEIPT)).outcome is Outcome.UNKNOWN
    bench.trouble(paper="enough")
    assert bench.tape() == RECEIPT


async def test_a_document_cut_midway_leaves_doubt_and_the_next_one_is_whole(bench: Bench) -> None:
    bench.trouble(vanish_after=len(RECEIPT) - 12)
    assert (await bench.printer.print(RECEIPT)).outcome is Outcome.UNKNOWN
    bench.trouble(present=True)
    assert (await bench.printer.print(OTHER)).outcome is Outcome.PRINTED
    assert decode(bench.tape())[-1].text == "other"


async def test_a_printer_that_is_away_gets_nothing_and_no_pulse(bench: Bench) -> None:
    bench.trouble(present=False)
    assert (await bench.printer.print(RECEIPT)).outcome is Outcome.NOTHING_SENT
    with pytest.raises(DeviceUnreachable):
        await bench.printer.kick()
    assert (await bench.printer.position()) is DrawerPosition.UNKNOWN
    bench.trouble(present=True)
    assert bench.tape() == b""


async def test_a_kick_opens_the_drawer(bench: Bench) -> None:
    await bench.printer.kick()
    async with asyncio.timeout(15):  # status is answered ahead of what waits in the printer's buffer
        while await bench.printer.position() is not DrawerPosition.OPEN:
            await asyncio.sleep(0.01)
    assert decode(bench.tape())[0].pulses == 1


async def test_a_usb_transfer_that_timed_out_may_have_arrived() -> None:
    bus = UsbBus()
    one_way = LineSettings(bus.address, answers=False, stall_seconds=0.2, send_seconds=0.4)
    printer = LinePrinter(one_way, pulse=kick_pulse(), opening=on(bus))
    bus.stuck = True
    assert (await printer.print(RECEIPT)).outcome is Outcome.UNKNOWN
    await printer.close()
