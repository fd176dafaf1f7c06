"""ESC/POS bytes cut into commands, as a printer reads them: text runs, line feeds, and commands with their
arguments.
"""

from collections.abc import Iterator
from typing import Final

ESC: Final = 0x1B
GS: Final = 0x1D
FS: Final = 0x1C
DLE: Final = 0x10
LF: Final = 0x0A
RESYNCHRONISE: Final = bytes(1024)
"""Sent before the first document after a failure. A printer ignores NUL between commands; one that was cut
off
inside a command takes them as its missing arguments, so that it does not swallow the next document."""

_INTRODUCERS: Final = frozenset({ESC, GS, FS, DLE})

# How many argument bytes follow the two bytes of a command. What is not listed here has one.
_ESC_ARGUMENTS: Final = {b"@": 0, b"2": 0, b"i": 0, b"m": 0, b"p": 3, b"$": 2, b"\\": 2, b"c": 2}
_GS_ARGUMENTS: Final = {b"L": 2, b"W": 2, b"P": 2, b":": 0}


def split(data: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """Return the complete commands of `data` and the rest that waits for more bytes.

    A run of plain characters is one piece, every line feed is one. Nothing is ever dropped: the pieces and
    the rest joined are `data`.
    """
    pieces: list[bytes] = []
    at = 0
    for piece in _pieces(data):
        pieces.append(piece)
        at += len(piece)
    return tuple(pieces), data[at:]


def _pieces(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        length = _command_length(data, at) if data[at] in _INTRODUCERS else _run_length(data, at)
        if length is None or at + length > len(data):
            return
        yield data[at : at + length]
        at += length


def _run_length(data: bytes, at: int) -> int:
    if data[at] == LF:
        return 1
    end = at
    while end < len(data) and data[end] != LF and data[end] not in _INTRODUCERS:
        end += 1
    return end - at


def _command_length(data: bytes, at: int) -> int | None:
    """Return the length of the command at `at`, or None while that is not known yet."""
    if at + 1 >= len(data):
        return None
    code = data[at + 1 : at + 2]
    match data[at]:
        case 0x1B:
            return 2 + _ESC_ARGUMENTS.get(code, 1)
        case 0x1D:
            return _gs_length(data, at, code)
        case 0x10:
            return 5 if code == b"\x14" else 3
        case _:
            return 2 if code in (b"&", b".") else 3


def _gs_length(data: bytes, at: int, code: bytes) -> int | None:
    if code == b"(":  # GS ( x pL pH and that many bytes
        return None if at + 5 > len(data) else 5 + int.from_bytes(data[at + 3 : at + 5], "little")
    if code == b"v":  # GS v 0 m xL xH yL yH and a raster of that size
        if at + 8 > len(data):
            return None
        width = int.from_bytes(data[at + 4 : at + 6], "little")
        return 8 + width * int.from_bytes(data[at + 6 : at + 8], "little")
    if code == b"V":  # GS V m, from 65 on with a feed
        if at + 2 >= len(data):
            return None
        return 4 if data[at + 2] >= 65 else 3
    return 2 + _GS_ARGUMENTS.get(code, 1)
