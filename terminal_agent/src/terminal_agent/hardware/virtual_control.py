"""How a virtual printer is told to misbehave: JSON lines into a named pipe, its state in a file beside it."""

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

CONTROL: Final = "printer-control"
STATE: Final = "printer-state.json"
DEVICE: Final = "printer"
TAPE: Final = "tape.bin"
DRAWER_EVENTS: Final = "drawer-events.jsonl"

_LOOK_SECONDS: Final = 0.01


@dataclass(slots=True)
class DeviceState:
    """What the virtual device says about itself; `handled` is the number of the last command it has
    followed.
    """

    pid: int
    handled: int = 0
    present: bool = True
    stalled: bool = False
    mute: bool = False
    lies: bool = False
    cover_open: bool = False
    paper: str = "enough"
    rows_left: int | None = None
    drawer: str = "closed"
    drawer_stuck: bool = False
    vanish_after: int | None = None
    paper_mm: int = 80


class NoVirtualPrinter(Exception):
    """Nobody follows the commands in that folder."""


class VirtualPrinterControl:
    """The hand at the virtual printer in a data folder."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def set(self, *, seconds: float = 2.0, **wishes: Any) -> DeviceState:
        """Set fields of DeviceState and return the state once the device follows them.

        Raises NoVirtualPrinter when it does not within `seconds`. `vanish_after=n` lets the device disappear
        after n more bytes of documents; `present=True` brings it back; `rows_left=n` lets the paper end.
        """
        number = time.monotonic_ns()
        self._write(json.dumps({"number": number, **wishes}).encode() + b"\n")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            state = self.state()
            if state is not None and state.handled == number:
                return state
            time.sleep(_LOOK_SECONDS)
        raise NoVirtualPrinter(f"the virtual printer in {self._data} does not follow")

    def state(self) -> DeviceState | None:
        """Return what the device last wrote about itself, None where there never was one."""
        return read_state(self._data)

    def _write(self, command: bytes) -> None:
        try:
            pipe = os.open(self._data / CONTROL, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            raise NoVirtualPrinter(f"no virtual printer runs in {self._data}") from error
        try:
            os.write(pipe, command)
        finally:
            os.close(pipe)


def read_state(data: Path) -> DeviceState | None:
    """Return the state in a data folder, None where there is none."""
    try:
        return DeviceState(**json.loads((data / STATE).read_bytes()))
    except FileNotFoundError:
        return None


def write_state(data: Path, state: DeviceState) -> None:
    """Replace the state file as a whole, so that nobody reads half of it."""
    new = data / f"{STATE}.new"
    new.write_text(json.dumps(asdict(state)))
    new.replace(data / STATE)
