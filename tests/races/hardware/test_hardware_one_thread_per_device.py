"""Receipts of several callers never mix on paper, because one thread owns the device."""

import asyncio
import os
import threading
import tty
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from terminal_agent.hardware.addresses import SerialAddress
from terminal_agent.hardware.escpos_bytes import encode, kick_pulse
from terminal_agent.hardware.line import Line, LineSettings
from terminal_agent.hardware.line_printer import LinePrinter
from terminal_agent.hardware.ports import DeviceUnreachable, Outcome
from terminal_agent.hardware.tape import decode
from terminal_agent.paper.lines import Cut, Text

CALLERS = 6
ROWS = 400
"""More than the line's buffer holds: who sends a document has to wait in the middle of it."""


def document(caller: int) -> bytes:
    return encode((*(Text(f"caller {caller} row {row}") for row in range(ROWS)), Cut()), columns=48)


class Recorder:
    """Keeps what arrives at the far end of a pseudo terminal; answers nothing."""

    def __init__(self) -> None:
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.received = bytearray()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    @property
    def path(self) -> Path:
        return Path(os.ttyname(self.slave))

    def _read(self) -> None:
        while not self.received.endswith(b"THE END"):
            self.received += os.read(self.master, 100)

    def end(self) -> bytes:
        os.write(self.slave, b"THE END")
        self._thread.join()
        os.close(self.master)
        os.close(self.slave)
        return bytes(self.received).removesuffix(b"THE END")


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    recorder = Recorder()
    yield recorder
    if recorder._thread.is_alive():
        recorder.end()


@pytest.fixture
async def printer(recorder: Recorder) -> AsyncIterator[LinePrinter]:
    printer = LinePrinter(LineSettings(SerialAddress(recorder.path), answers=False), pulse=kick_pulse())
    yield printer
    await printer.close()


def whole_documents(tape: bytes) -> int:
    texts = {decode(document(caller))[0].text for caller in range(CALLERS)}
    return sum(printed.text in texts for printed in decode(tape))


async def test_receipts_printed_at_the_same_time_come_out_one_after_the_other(
    recorder: Recorder, printer: LinePrinter
) -> None:
    results = await asyncio.gather(*(printer.print(document(caller)) for caller in range(CALLERS)))
    assert all(result.outcome is Outcome.PRINTED for result in results)
    await printer.close()
    assert whole_documents(recorder.end()) == CALLERS


def test_the_control_threads_that_share_a_line_mix_their_receipts(recorder: Recorder) -> None:
    line = Line(LineSettings(SerialAddress(recorder.path)), threading.Event())
    start = threading.Barrier(CALLERS)

    def send(caller: int) -> None:
        start.wait()
        line.send(document(caller))

    threads = [threading.Thread(target=send, args=(caller,)) for caller in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tape = recorder.end()
    line.close(discard=False)
    assert whole_documents(tape) < CALLERS


def test_a_line_has_one_holder(recorder: Recorder) -> None:
    first = Line(LineSettings(SerialAddress(recorder.path)), threading.Event())
    with pytest.raises(DeviceUnreachable):
        Line(LineSettings(SerialAddress(recorder.path)), threading.Event())
    first.close(discard=False)
    Line(LineSettings(SerialAddress(recorder.path)), threading.Event()).close(discard=False)


async def test_a_caller_that_stops_waiting_does_not_stop_the_printer(
    recorder: Recorder, printer: LinePrinter
) -> None:
    impatient = asyncio.create_task(printer.print(document(0)))
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await printer.print(document(1))).outcome is Outcome.PRINTED
    await printer.close()
    tape = recorder.end()
    assert all(printed.complete for printed in decode(tape))
