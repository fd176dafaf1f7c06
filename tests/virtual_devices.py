"""A virtual printer as a real process on a real pseudo terminal, and the serial adapter in front of it."""

import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from read_before import Program, begin
from terminal_agent.hardware.addresses import SerialAddress
from terminal_agent.hardware.escpos_bytes import kick_pulse
from terminal_agent.hardware.line import LineSettings
from terminal_agent.hardware.line_printer import LinePrinter
from terminal_agent.hardware.virtual_control import VirtualPrinterControl, read_state


@dataclass(slots=True)
class DeviceProcess:
    """The process of a virtual printer and what it leaves in its folder."""

    data: Path
    process: Program

    @property
    def control(self) -> VirtualPrinterControl:
        return VirtualPrinterControl(self.data)

    @property
    def tape(self) -> bytes:
        return (self.data / "tape.bin").read_bytes()

    @property
    def path(self) -> Path:
        return self.data / "printer"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        self.process = start_device(self.data)


def start_device(data: Path) -> Program:
    arguments = ("--data", str(data), "--drawer-closes-after", "1.0")
    process = begin("terminal_agent.hardware.virtual", *arguments, environment=os.environ)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        state = read_state(data)
        if state is not None and state.pid == process.pid:
            return process
        time.sleep(0.01)
    process.kill()
    raise AssertionError("the virtual printer did not start")


@pytest.fixture
def device(tmp_path: Path) -> Iterator[DeviceProcess]:
    running = DeviceProcess(tmp_path, start_device(tmp_path))
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(2) == 0


@pytest.fixture
async def printer(device: DeviceProcess) -> AsyncIterator[LinePrinter]:
    settings = LineSettings(
        SerialAddress(device.path),
        answer_seconds=0.25,
        stall_seconds=0.4,
        send_seconds=1.5,
        taken_seconds=1.0,
    )
    printer = LinePrinter(settings, pulse=kick_pulse())
    yield printer
    await printer.close()
