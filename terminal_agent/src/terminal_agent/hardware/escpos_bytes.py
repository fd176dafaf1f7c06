"""Lines to ESC/POS bytes, through python-escpos and without a device.

The library is imported at the first document (it costs half a second); `preload` pays that price at a calm
moment.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, Literal, assert_never

from terminal_agent.hardware.code_pages import CODE_PAGES, CODECS, FIRST_PAGE
from terminal_agent.hardware.commands import RESYNCHRONISE
from terminal_agent.paper.lines import Columns, Cut, Feed, Line, Lines, Picture, Qr, Rule, Text
from terminal_agent.paper.rows import row_text
from terminal_agent.paper.words import clean

DrawerPin = Literal[2, 5]

_PULSE_MS: Final = 100
_QR_LEVEL_M: Final = 1
_QUIET_MODULES: Final = 4
_DOTS_PER_COLUMN: Final = 12
_LONGEST_CODE: Final = len(RESYNCHRONISE) - 24
"""A command is never longer than what is sent to complete one that was cut off."""


def preload() -> None:
    """Import what the first document needs."""
    _blank_document()


def encode(lines: Lines, *, columns: int, partial_cut: bool = True) -> bytes:
    """Return the bytes that print `lines` on paper of `columns` characters; the same lines give the same
    bytes.

    Begins with a reset, so that nothing of an earlier document shows through.
    """
    printer = _blank_document()
    printer.hw("INIT")
    _select_page(printer)
    style: tuple[str, bool, bool] | None = None
    for line in lines:
        wanted = _style(line)
        if wanted != style:
            _apply(printer, *wanted)
            style = wanted
        _write(printer, line, columns, partial_cut=partial_cut)
    return bytes(printer.output)


def kick_pulse(pin: DrawerPin = 2, *, on_ms: int = _PULSE_MS, off_ms: int = _PULSE_MS) -> bytes:
    """Return the bytes that open the drawer on that pin of the printer's socket (times in steps of 2 ms)."""
    printer = _blank_document()
    printer.cashdraw([0x1B, 0x70, 0 if pin == 2 else 1, on_ms // 2, off_ms // 2])
    return bytes(printer.output)


def _blank_document() -> Any:
    from escpos.magicencode import Encoder  # noqa: PLC0415 - costs half a second, and some callers never print
    from escpos.printer import Dummy  # noqa: PLC0415

    pages = Encoder({name: str(number) for name, number in CODE_PAGES.items()})
    return Dummy(magic_encode_args={"encoder": pages})


def _select_page(printer: Any) -> None:
    """Select the page that most documents never leave; others follow by themselves where a letter needs
    them.
    """
    printer.charcode(FIRST_PAGE)
    printer.charcode("AUTO")
    printer.magic.encoder.used_encodings.add(FIRST_PAGE)


def _style(line: Line) -> tuple[str, bool, bool]:
    match line:
        case Text():
            return line.align, line.bold, line.double
        case Columns():
            return "left", line.bold, line.double
        case Qr() | Picture():
            return "center", False, False
        case Rule() | Feed() | Cut():
            return "left", False, False
        case _:
            assert_never(line)


def _apply(printer: Any, align: str, bold: bool, double: bool) -> None:
    # The size command resets the other styles, so it is always sent, and before them.
    printer.set(align=align, bold=bold, normal_textsize=not double, double_width=double, double_height=double)


def _write(printer: Any, line: Line, columns: int, *, partial_cut: bool) -> None:
    match line:
        case Text():
            room = columns // 2 if line.double else columns
            printer.textln(printable(clean(line.text)[:room]))
        case Columns():
            printer.textln(printable(row_text(line).rstrip()))
        case Rule():
            printer.textln(("═" if line.heavy else "─") * columns)
        case Feed():
            printer.ln(line.rows)
        case Qr():
            printer.qr(_ascii(line.payload), ec=_QR_LEVEL_M, size=_dots(line, columns), native=True)
        case Picture():
            printer._raw(b"".join(_strips(line)))
        case Cut():
            printer.cut(mode="PART" if partial_cut else "FULL")
        case _:
            assert_never(line)


def _strips(picture: Picture) -> Iterator[bytes]:
    """Cut a picture into raster commands, each short enough to be completed when it was cut off."""
    across = picture.width // 8
    if picture.width % 8 or not 0 < across <= _LONGEST_CODE // 2:
        raise ValueError("a picture is a multiple of 8 dots wide, and not wider than paper")
    rows = max(1, _LONGEST_CODE // across)
    for at in range(0, len(picture.bits), across * rows):
        strip = picture.bits[at : at + across * rows]
        size = across.to_bytes(2, "little") + (len(strip) // across).to_bytes(2, "little")
        yield b"\x1dv0\x00" + size + strip


def _ascii(payload: str) -> str:
    """Return the payload of a code, refusing what could be read as a command or be lost on the way."""
    if not payload.isascii() or not payload.isprintable():
        raise ValueError("a QR code holds printable ASCII only")
    if not 0 < len(payload) <= _LONGEST_CODE:
        raise ValueError(f"a QR code holds 1 to {_LONGEST_CODE} characters")
    return payload


def _dots(code: Qr, columns: int) -> int:
    """Return the size of a module in dots: the one wished for, or the largest with which the code fits."""
    import segno  # noqa: PLC0415 - few documents carry a code

    modules = len(segno.make_qr(code.payload, error="m", boost_error=False).matrix) + 2 * _QUIET_MODULES
    return min(code.size, columns * _DOTS_PER_COLUMN // modules)


def printable(text: str) -> str:
    """Return `text` with each character that no code page holds replaced by its plain letter or a question
    mark.
    """
    return "".join(char if char in _alphabet() else _plain(char) for char in text)


def _plain(char: str) -> str:
    first = unicodedata.normalize("NFKD", char)[:1]
    return first if first in _alphabet() else "?"


@cache
def _alphabet() -> frozenset[str]:
    upper = "".join(
        bytes(range(0x80, 0x100)).decode(codec, "ignore") for codec in CODECS.values() if codec != "cp437"
    )
    return frozenset(map(chr, range(0x20, 0x7F))) | frozenset(upper)
