"""Printing over a real line: every fault leaves a true answer, and never a second original."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from terminal_agent.hardware.addresses import SerialAddress
from terminal_agent.hardware.escpos_bytes import encode, kick_pulse
from terminal_agent.hardware.line import LineSettings
from terminal_agent.hardware.line_printer import LinePrinter
from terminal_agent.hardware.ports import (
    DeviceError,
    DeviceUnreachable,
    DrawerPosition,
    Outcome,
    Paper,
    PrinterStatus,
)
from terminal_agent.hardware.tape import decode
from terminal_agent.paper.lines import Cut, Qr, Rule, Text
from virtual_devices import DeviceProcess

RECEIPT = encode(
    (Text("SHOP", double=True), Rule(), Text("Milk 1.20 €"), Qr("T1-7K3QX-1"), Cut()), columns=48
)
OTHER = encode((Text("other"), Cut()), columns=48)


async def test_the_bytes_on_the_tape_are_the_bytes_of_the_document(
    printer: LinePrinter, device: DeviceProcess
) -> None:
    result = await printer.print(RECEIPT)
    assert result.outcome is Outcome.PRINTED
    assert device.tape == RECEIPT


async def test_a_document_larger_than_every_buffer_arrives_whole(
    printer: LinePrinter, device: DeviceProcess
) -> None:
    long = encode((*(Text(f"row {n} of a long receipt") for n in range(600)), Cut()), columns=48)
    assert len(long) > 3 * 4096
    assert (await printer.print(long)).outcome is Outcome.PRINTED
    assert device.tape == long


async def test_a_healthy_printer_says_so(printer: LinePrinter, device: DeviceProcess) -> None:
    status = await printer.status()
    assert (status.online, status.paper, status.obstacle) == (True, Paper.ENOUGH, "")


async def _seen(printer: LinePrinter, position: DrawerPosition) -> None:
    async with asyncio.timeout(30):
        while await printer.position() is not position:
            await asyncio.sleep(0.1)


async def test_the_pulse_opens_the_drawer_and_it_is_seen_open_until_closed(
    printer: LinePrinter, device: DeviceProcess
) -> None:
    assert await printer.position() is DrawerPosition.CLOSED
    device.control.set(drawer_stuck=True)
    await printer.kick()
    await _seen(printer, DrawerPosition.OPEN)
    device.control.set(drawer_stuck=False)
    await _seen(printer, DrawerPosition.CLOSED)
    events = (device.data / "drawer-events.jsonl").read_text()
    assert events.count("opened") == 1
    assert events.count("closed") == 1


async def test_a_stuck_drawer_stays_open(printer: LinePrinter, device: DeviceProcess) -> None:
    device.control.set(drawer_stuck=True)
    await printer.kick()
    await _seen(printer, DrawerPosition.OPEN)
    await asyncio.sleep(1.5)
    assert await printer.position() is DrawerPosition.OPEN


async def test_without_paper_nothing_is_sent_and_the_cashier_knows_why(
    printer: LinePrinter, device: DeviceProcess
) -> None:
    device.control.set(paper="out")
    result = await printer.print(RECEIPT)
    assert (result.outcome, result.reason) == (Outcome.NOTHING_SENT, "the printer is out of paper")
    device.control.set(paper="enough")
    assert (await printer.print(RECEIPT)).outcome is Outcome.PRINTED
    assert [document.text for document in decode(device.tape)] == [decode(RECEIPT)[0].text]


async def test_paper_that_ends_midway_is_unknown_with_its_reason(
    printer: LinePrinter, device: DeviceProcess
) -> None:
    device.control.set(rows_left=2)
    result = await printer.print(RECEIPT)
    assert (result.outcome, result.reason) == (Outcome.UNKNOWN, "the printer is out of paper")
    device.control.set(paper="enough")
    assert device.tape == RECEIPT


async def test_an_open_cover_is_named(printer: LinePrinter, device: DeviceProcess) -> None:
    device.control.set(cover_open=True)
    result = await printer.print(RECEIPT)
    assert (result.outcome, result.reason) == (Outcome.NOTHING_SENT, "the printer's cover is open")


async def test_low_paper_prints(printer: LinePrinter, device: DeviceProcess) -> None:
    device.control.set(paper="low")
    assert (await printer.status()).paper is Paper.LOW
    assert (await printer.print(RECEIPT)).outcome is Outcome.PRINTED


async def test_no_answer_is_unknown_and_nothing_is_sent(printer: LinePrinter, device: DeviceProcess) -> None:
    device.control.set(mute=True)
    assert await printer.status() == PrinterStatus()
    result = await printer.print(RECEIPT)
    assert (result.outcome, result.reason) == (Outcome.NOTHING_SENT, "the printer does not answer")
    with pytest.raises(DeviceUnreachable):
        await printer.kick()
    assert device.tape == b""


async def test_the_control_a_printer_that_never_answers_can_be_declared_so(
    printer: LinePrinter, device: DeviceProcess
) -> None:
    device.control.set(mute=True)
    settings = replace(printer._work._settings, answers=False)
    one_way = LinePrinter(settings, pulse=kick_pulse())
    assert (await one_way.print(RECEIPT)).outcome is Outcome.PRINTED
    assert await one_way.status() == PrinterStatus()
    await one_way.close()
    assert await until(lambda: device.tape == RECEIPT)


async def test_a_blocked_printer_gives_an_answer_in_time_and_holds_up_nobody_else(
    printer: LinePrinter, device: DeviceProcess
) -> None:
    device.control.set(stalled=True)
    began = time.monotonic()
    work = asyncio.create_task(printer.print(RECEIPT))
    beats = 0
    while not work.done():
        await asyncio.sleep(0.02)
        beats += 1
    assert work.result().outcome is Outcome.NOTHING_SENT
    assert time.monotonic() - began < 2
    assert beats > 10


async def test_a_printer_that_blocks_midway_times_out_within_the_limit(
    printer: LinePrinter, device: DeviceProcess
) -> None:
    settings = replace(printer._work._settings, answers=False)
    one_way = LinePrinter(settings, pulse=kick_pulse())
    device.control.set(stalled=True)
    began = time.monotonic()
    result = await one_way.print(bytes(200_000))
    assert result.outcome is Outcome.UNKNOWN
    assert time.monotonic() - began < settings.send_seconds + 0.5
    await one_way.close()


async def test_closing_does_not_wait_for_a_blocked_printer(device: DeviceProcess) -> None:
    settings = LineSettings(SerialAddress(device.path), answers=False, stall_seconds=30, send_seconds=30)
    printer = LinePrinter(settings, pulse=kick_pulse())
    device.control.set(stalled=True)
    work = asyncio.create_task(printer.print(bytes(200_000)))
    waiting = asyncio.create_task(printer.print(RECEIPT))
    await asyncio.sleep(0.2)
    began = time.monotonic()
    await printer.close()
    assert time.monotonic() - began < 1
    assert (await work).outcome is Outcome.UNKNOWN
    assert (await waiting).outcome is Outcome.NOTHING_SENT


async def test_a_missing_device_is_unreachable(tmp_path: Path) -> None:
    printer = LinePrinter(LineSettings(SerialAddress(tmp_path / "none")), pulse=kick_pulse())
    result = await printer.print(RECEIPT)
    assert result.outcome is Outcome.NOTHING_SENT
    assert "cannot be opened" in result.reason
    with pytest.raises(DeviceUnreachable):
        await printer.kick()
    await printer.close()


async def test_after_kill_9_and_return_the_next_receipt_comes_out(
    printer: LinePrinter, device: DeviceProcess
) -> None:
    await printer.print(OTHER)
    device.kill()
    assert (await printer.print(RECEIPT)).outcome is Outcome.NOTHING_SENT
    device.restart()
    assert (await printer.print(RECEIPT)).outcome is Outcome.PRINTED
    assert device.tape == OTHER + RECEIPT


async def test_a_device_plugged_in_anew_is_found_at_once(printer: LinePrinter, device: DeviceProcess) -> None:
    await printer.print(OTHER)
    device.control.set(present=True)
    assert (await printer.print(RECEIPT)).outcome is Outcome.PRINTED


async def test_a_second_process_on_the_same_line_is_refused(
    printer: LinePrinter, device: DeviceProcess
) -> None:
    await printer.print(OTHER)
    second = LinePrinter(LineSettings(SerialAddress(device.path)), pulse=kick_pulse())
    assert (await second.print(RECEIPT)).outcome is Outcome.NOTHING_SENT
    await second.close()
    assert device.tape == OTHER


async def test_wherever_the_plug_is_pulled_the_answer_is_true(
    printer: LinePrinter, device: DeviceProcess
) -> None:
    """Nothing sent means no byte on paper, printed means all of them, and the next document is always
    whole.
    """
    for taken in range(0, len(RECEIPT), 3):
        before = len(device.tape)
        await asyncio.to_thread(device.control.set, vanish_after=taken)
        result = await printer.print(RECEIPT)
        await asyncio.to_thread(device.control.set, present=True, vanish_after=None)
        left = device.tape[before:]
        match result.outcome:
            case Outcome.NOTHING_SENT:
                assert left == b"", taken
                assert taken <= 1
            case Outcome.PRINTED:
                pytest.fail(f"printed, but the plug was pulled after {taken} bytes")
            case Outcome.UNKNOWN:
                assert RECEIPT.startswith(left), taken
        assert (await printer.print(OTHER)).outcome is Outcome.PRINTED
        assert decode(device.tape)[-1].text == "other"


async def test_a_pulse_cut_midway_is_an_error_and_not_repeated(
    printer: LinePrinter, device: DeviceProcess
) -> None:
    device.control.set(vanish_after=2)
    with suppress(DeviceError):  # the line took it all: the promise is no more than "sent"
        await printer.kick()
    with pytest.raises(DeviceUnreachable):
        await printer.kick()
    assert not (device.data / "drawer-events.jsonl").read_text()


async def test_a_name_full_of_commands_opens_no_drawer(printer: LinePrinter, device: DeviceProcess) -> None:
    evil = "Milk\x1bp\x00\x32\x32\x1d\x56\x00\x10\x04\x01"
    await printer.print(encode((Text(evil), Cut()), columns=48))
    assert not (device.data / "drawer-events.jsonl").read_text()
    (document,) = decode(device.tape)
    assert document.text == "Milkp22V"


async def test_the_control_the_same_bytes_sent_raw_do_open_it(
    printer: LinePrinter, device: DeviceProcess
) -> None:
    await printer.print("Milk\x1bp\x00\x32\x32\n".encode("ascii"))
    assert await until(lambda: "opened" in (device.data / "drawer-events.jsonl").read_text())


async def test_a_lying_printer_is_believed_but_its_paper_shows_the_truth(
    printer: LinePrinter, device: DeviceProcess
) -> None:
    device.control.set(paper="out", lies=True)
    assert (await printer.print(RECEIPT)).outcome is Outcome.PRINTED
    assert device.tape == b""


def test_a_second_virtual_printer_in_the_same_folder_is_refused(device: DeviceProcess) -> None:
    command = [sys.executable, "-m", "terminal_agent.hardware.virtual", "--data", str(device.data)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    second = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert second.returncode == 2
    assert "another virtual printer" in second.stderr
    assert device.process.poll() is None


def test_the_virtual_printer_ends_within_a_second_and_leaves_no_link(device: DeviceProcess) -> None:
    began = time.monotonic()
    device.process.terminate()
    assert device.process.wait(2) == 0
    assert time.monotonic() - began < 1
    assert not device.path.is_symlink()


async def until(true: Callable[[], bool], seconds: float = 2.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        await asyncio.sleep(0.01)
    return False
