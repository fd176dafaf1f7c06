"""A paper tape's bytes read back as documents: rows with their styles, QR codes, drawer pulses.

Needs the standard library alone. `python -m terminal_agent.hardware.tape TAPE` writes the documents as JSON.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, Literal

from terminal_agent.hardware.code_pages import CODECS
from terminal_agent.hardware.commands import split

Align = Literal["left", "center", "right"]

_ALIGNS: Final[tuple[Align, Align, Align]] = ("left", "center", "right")
_STANDARD_PAGE: Final = "cp437"
_BLANKS_BEFORE_CUT: Final = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row in one style; a row whose style changes midway has the style of its first character."""

    text: str
    bold: bool = False
    wide: bool = False
    tall: bool = False
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Code:
    """A printed QR code."""

    payload: str
    size: int
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Pulse:
    """The drawer was told to open."""

    pin: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A printed raster: rows of `width` dots, a bit each."""

    width: int
    bits: bytes = field(repr=False)
    align: Align = "left"


Item = Row | Code | Pulse | Drawing


@dataclass(frozen=True, slots=True)
class Document:
    """What stands between two cuts. Not `complete`: the paper ended, or a new document began, before the
    cut.
    """

    items: tuple[Item, ...]
    complete: bool
    at: int
    raw: bytes = field(repr=False)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The printed rows."""
        return tuple(item for item in self.items if isinstance(item, Row))

    @property
    def codes(self) -> tuple[str, ...]:
        """The payloads of the QR codes."""
        return tuple(item.payload for item in self.items if isinstance(item, Code))

    @property
    def pulses(self) -> int:
        """How often the drawer was told to open in the course of the document."""
        return sum(isinstance(item, Pulse) for item in self.items)

    @property
    def text(self) -> str:
        """The rows as text, spaces at their ends removed."""
        return "\n".join(row.text.rstrip() for row in self.rows).strip("\n")

    @property
    def is_blank(self) -> bool:
        """Whether nothing can be seen: a pulse alone leaves no trace on paper."""
        return (
            not self.codes
            and not self.text.strip()
            and not any(isinstance(one, Drawing) for one in self.items)
        )


def read_tape(path: Path) -> tuple[Document, ...]:
    """Return the documents of a tape file; none where there is no file."""
    return decode(path.read_bytes()) if path.exists() else ()


def decode(data: bytes) -> tuple[Document, ...]:
    """Return the documents in `data`, in order. Never fails: what is no known command leaves no trace, as
    on paper.

    Pulses between two documents form a document of their own, which is blank.
    """
    reader = _Reader()
    pieces, _ = split(data)
    for piece in pieces:
        reader.take(piece)
    return (*reader.documents, *reader.finish())


class _Reader:
    def __init__(self) -> None:
        self.documents: list[Document] = []
        self._items: list[Item] = []
        self._raw = bytearray()
        self._at = 0
        self._text = ""
        self._first: Row | None = None
        self._stored = b""
        self._dots = 3
        self._reset()

    def take(self, piece: bytes) -> None:
        if piece == b"\x1b@":
            self._begin()
        self._raw += piece
        match piece[:1]:
            case b"\x1b":
                self._escape(piece)
            case b"\x1d":
                self._group(piece)
            case b"\n":
                self._end_row()
            case b"\x10" | b"\x1c":
                pass
            case _:
                self._print(piece)

    def finish(self) -> Iterator[Document]:
        if self._text:
            self._end_row()
        if self._items:
            yield self._document(complete=False)

    def _begin(self) -> None:
        """A reset begins a document; pulses before it stand alone, anything else was not finished."""
        self.documents.extend(self.finish())
        self._start_after(self._raw)
        self._reset()

    def _reset(self) -> None:
        self._bold = self._wide = self._tall = False
        self._align: Align = "left"
        self._codec = _STANDARD_PAGE

    def _document(self, *, complete: bool) -> Document:
        return Document(tuple(self._items), complete, self._at, bytes(self._raw))

    def _start_after(self, raw: bytearray) -> None:
        self._at += len(raw)
        self._raw = bytearray()
        self._items = []
        self._text, self._first = "", None

    def _print(self, run: bytes) -> None:
        shown = bytes(byte for byte in run if byte >= 0x20 and byte != 0x7F)
        if not shown:
            return
        if self._first is None:
            self._first = Row("", self._bold, self._wide, self._tall, self._align)
        self._text += shown.decode(self._codec, "replace")

    def _end_row(self) -> None:
        style = self._first or Row("", self._bold, self._wide, self._tall, self._align)
        self._items.append(Row(self._text, style.bold, style.wide, style.tall, style.align))
        self._text, self._first = "", None

    def _escape(self, piece: bytes) -> None:
        code, argument = piece[1:2], piece[2] if len(piece) > 2 else 0
        match code:
            case b"!":
                self._bold, self._tall, self._wide = (
                    bool(argument & 8),
                    bool(argument & 16),
                    bool(argument & 32),
                )
            case b"E":
                self._bold = bool(argument & 1)
            case b"a":
                self._align = _ALIGNS[argument % 48 % 3]
            case b"t":
                self._codec = CODECS.get(argument, _STANDARD_PAGE)
            case b"d":
                self._feed(argument)
            case b"p":
                self._items.append(Pulse(5 if argument & 1 else 2))
            case _:
                pass

    def _feed(self, rows: int) -> None:
        if self._text:
            self._end_row()
            rows -= 1
        self._items.extend(Row("") for _ in range(rows))

    def _group(self, piece: bytes) -> None:
        match piece[1:2]:
            case b"!":
                self._wide, self._tall = bool(piece[2] & 0x70), bool(piece[2] & 0x07)
            case b"V":
                self._cut()
            case b"v":
                self._items.append(Drawing(8 * int.from_bytes(piece[4:6], "little"), piece[8:], self._align))
            case b"(":
                self._two_dimensional(piece)
            case _:
                pass

    def _two_dimensional(self, piece: bytes) -> None:
        if piece[2:3] != b"k" or piece[5:6] != b"1":
            return
        match piece[6:7]:
            case b"C":
                self._dots = piece[7]
            case b"P":
                self._stored = piece[8:]
            case b"Q":
                self._items.append(Code(self._stored.decode("utf-8", "replace"), self._dots, self._align))
            case _:
                pass

    def _cut(self) -> None:
        if self._text:
            self._end_row()
        self._drop_margin()
        self.documents.append(self._document(complete=True))
        self._start_after(self._raw)

    def _drop_margin(self) -> None:
        """The feed that brings the last row past the knife is no part of the document."""
        for _ in range(_BLANKS_BEFORE_CUT):
            if self._items and self._items[-1] == Row(""):
                self._items.pop()


def as_json(documents: tuple[Document, ...]) -> str:
    """Return the documents as a JSON list."""
    return json.dumps(
        [
            {
                "at": document.at,
                "complete": document.complete,
                "text": document.text,
                "codes": document.codes,
                "pulses": document.pulses,
                "rows": [asdict(row) for row in document.rows],
            }
            for document in documents
        ],
        ensure_ascii=False,
        indent=1,
    )


if __name__ == "__main__":
    sys.stdout.write(as_json(read_tape(Path(sys.argv[1]))) + "\n")
