"""The tables of the money page, read as they stand there."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[3] / "docs" / "money.md"

_MILLION: Final = 10**6

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the heading that it stands under, its place there, its rows by column."""

    heading: str
    place: int
    rows: tuple[Row, ...]


def tables() -> dict[tuple[str, int], Table]:
    """Return every table of the page by heading and place, counted from 1."""
    return {(table.heading, table.place): table for table in _tables(PAGE.read_text(encoding="utf-8"))}


def rows_of(heading: str, place: int = 1) -> tuple[Row, ...]:
    """Return the rows of one table."""
    return tables()[(heading, place)].rows


def _tables(text: str) -> Iterator[Table]:
    for section in text.split("\n## ")[1:]:
        heading, _, body = section.partition("\n")
        blocks = [block.strip() for block in body.split("\n\n") if block.strip().startswith("|")]
        for place, block in enumerate(blocks, 1):
            columns, _, *rows = [_cells(line) for line in block.splitlines()]
            yield Table(heading, place, tuple(dict(zip(columns, cells, strict=True)) for cells in rows))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def amounts(cell: str) -> list[int]:
    """Return the amounts of a cell."""
    return [int(word) for word in cell.split()]


def amount(cell: str) -> int | None:
    """Return the amount of a cell, None where it is blank."""
    return int(cell) if cell else None


def rate_of(text: str) -> int:
    """Return a rate in millionths."""
    whole, _, digits = text.partition(".")
    return int(whole) * _MILLION + int(digits.ljust(6, "0"))
