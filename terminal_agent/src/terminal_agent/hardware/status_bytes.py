"""The one-byte language of a printer's status: DLE EOT n asked at once, GS r n asked in the order of the
data.

python-escpos waits out its whole time limit for an answer of one byte and takes silence for "enough paper";
this layer reads one byte and takes silence for silence.
"""

from dataclasses import dataclass
from typing import Final

from terminal_agent.hardware.ports import Cover, DrawerPosition, Paper, PrinterStatus

REAL_TIME: Final = b"\x10\x04"
IN_ORDER: Final = b"\x1dr"

ASK_PRINTER: Final = REAL_TIME + b"\x01"
ASK_OFFLINE_CAUSE: Final = REAL_TIME + b"\x02"
ASK_PAPER: Final = REAL_TIME + b"\x04"
ASK_ALL_TAKEN: Final = IN_ORDER + b"\x01"
"""Answered only when everything sent before it has been processed."""

_FIXED: Final = 0x12
_DRAWER_LEVEL: Final = 0x04
_OFFLINE: Final = 0x08
_COVER_OPEN: Final = 0x04
_STOPPED_BY_PAPER: Final = 0x20
_ERROR: Final = 0x40
_PAPER_LOW: Final = 0x0C
_PAPER_OUT: Final = 0x60


@dataclass(frozen=True, slots=True)
class Condition:
    """The state of a device that knows itself: what the status bytes are made from."""

    online: bool = True
    paper: Paper = Paper.ENOUGH
    cover_open: bool = False
    drawer_open: bool = False


def is_real_time(byte: int) -> bool:
    """Say whether a byte can be an answer to DLE EOT; flow control and answers in order cannot."""
    return byte & 0x93 == _FIXED


def is_in_order(byte: int) -> bool:
    """Say whether a byte can be an answer to GS r."""
    return byte & 0x90 == 0 and byte not in (0x11, 0x13)


def real_time_answer(n: int, condition: Condition) -> bytes:
    """Return a device's answer to DLE EOT n; nothing for an n that does not exist."""
    out = condition.paper is Paper.OUT
    match n:
        case 1:
            flags = _OFFLINE * (not condition.online) | _DRAWER_LEVEL * condition.drawer_open
        case 2:
            flags = _COVER_OPEN * condition.cover_open | _STOPPED_BY_PAPER * out
        case 3:
            flags = 0
        case 4:
            low = condition.paper in (Paper.LOW, Paper.OUT)
            flags = _PAPER_LOW * low | _PAPER_OUT * out
        case _:
            return b""
    return bytes([_FIXED | flags])


def in_order_answer(condition: Condition) -> bytes:
    """Return a device's answer to GS r 1."""
    low, out = condition.paper in (Paper.LOW, Paper.OUT), condition.paper is Paper.OUT
    return bytes([0x03 * low | 0x0C * out])


def read_status(
    printer: int | None, cause: int | None, paper: int | None, *, open_level: bool | None = True
) -> PrinterStatus:
    """Return what the answers to DLE EOT 1, 2 and 4 say; None is an answer that did not come.

    `open_level` is the level of the drawer's pin that means open: drawers are wired both ways. None: the
    drawer has no sensor, and the level says nothing.
    """
    return PrinterStatus(
        online=None if printer is None else not printer & _OFFLINE and not (cause or 0) & _ERROR,
        paper=_paper(paper),
        cover=Cover.UNKNOWN if cause is None else Cover.OPEN if cause & _COVER_OPEN else Cover.CLOSED,
        drawer=_drawer(printer, open_level=open_level),
    )


def _paper(answer: int | None) -> Paper:
    if answer is None:
        return Paper.UNKNOWN
    if answer & _PAPER_OUT:
        return Paper.OUT
    return Paper.LOW if answer & _PAPER_LOW else Paper.ENOUGH


def _drawer(answer: int | None, *, open_level: bool | None) -> DrawerPosition:
    if answer is None or open_level is None:
        return DrawerPosition.UNKNOWN
    return DrawerPosition.OPEN if bool(answer & _DRAWER_LEVEL) is open_level else DrawerPosition.CLOSED
