"""The lines of a document, before any printer is thought of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

Align = Literal["left", "center", "right"]
Amounts = Callable[[int, str], str]
"""Writes an amount of minor units in a currency for a column: digits alone, no sign of the currency."""

COLUMNS_58_MM: Final = 32
COLUMNS_80_MM: Final = 48


@dataclass(frozen=True, slots=True)
class Text:
    """One printed row; `double` doubles height and width, so that half as many characters fit."""

    text: str
    bold: bool = False
    double: bool = False
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a row, exactly `width` columns wide; text that is longer is cut."""

    text: str
    width: int
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells side by side in one row."""

    cells: tuple[Cell, ...]
    bold: bool = False
    double: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""

    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """Blank rows."""

    rows: int = 1


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code, drawn by the printer; `payload` is printable ASCII."""

    payload: str
    size: int = 5


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing in the middle of the paper: rows of `width` dots, a bit each, the first in the highest.

    `width` is a multiple of 8; a bit that is set is black.
    """

    width: int
    bits: bytes

    @property
    def height(self) -> int:
        """How many rows of dots it has."""
        return len(self.bits) * 8 // self.width


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of a document."""


Line = Text | Columns | Rule | Feed | Qr | Picture | Cut
Lines = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper a document is laid out for: its width in characters of the normal font, and how amounts
    look.
    """

    amounts: Amounts
    columns: int = COLUMNS_80_MM
