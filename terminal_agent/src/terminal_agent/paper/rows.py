"""Rows that several documents share: a title, a pair of words, wrapped text."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from terminal_agent.paper.lines import Align, Cell, Columns, Cut, Feed, Line, Lines, Picture, Qr, Rule, Text
from terminal_agent.paper.words import clean, fit, wrap


def title(text: str, columns: int) -> Lines:
    """Return a name in double size, centred, over as many rows as it needs."""
    return tuple(Text(row, bold=True, double=True, align="center") for row in wrap(text, columns // 2))


def paragraph(text: str, columns: int, *, bold: bool = False, align: Align = "left") -> Lines:
    """Return `text` wrapped to the paper."""
    return tuple(Text(row, bold=bold, align=align) for row in wrap(text, columns))


def pair(left: str, right: str, columns: int, *, bold: bool = False) -> Lines:
    """Return `left` and `right` at the two edges; the right one is never cut, the left one wraps."""
    right = clean(right)
    if len(right) + 2 > columns:
        return (*paragraph(left, columns, bold=bold), *paragraph(right, columns, bold=bold, align="right"))
    room = columns - len(right) - 1
    *before, last = wrap(left, room)
    return (
        *(Text(row, bold=bold) for row in before),
        Columns((Cell(last, room + 1), Cell(right, len(right), "right")), bold=bold),
    )


def big_pair(left: str, right: str, columns: int) -> Lines:
    """Return a pair in double size where it fits, else in bold."""
    left, right = clean(left), clean(right)
    half = columns // 2
    if len(left) + 1 + len(right) > half:
        return pair(left, right, columns, bold=True)
    room = half - len(right)
    return (Columns((Cell(left, room), Cell(right, len(right), "right")), bold=True, double=True),)


def table(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Lines:
    """Return rows whose first column stands left and whose others stand right; the first row is bold."""
    return tuple(
        Columns(
            tuple(
                Cell(text, width, "right" if column else "left")
                for column, (text, width) in enumerate(zip(row, widths, strict=True))
            ),
            bold=index == 0,
        )
        for index, row in enumerate(rows)
    )


def minute(at: datetime) -> str:
    """Return a moment as it is printed: date, hour and minute in the zone that `at` carries."""
    return at.strftime("%Y-%m-%d %H:%M")


def render(lines: Lines, columns: int) -> str:
    """Return the document as plain text, for logs, tests and terminals without a printer."""
    return "\n".join(_row(line, columns) for line in lines) + "\n"


def _row(line: Line, columns: int) -> str:
    match line:
        case Text():
            return fit(line.text, columns, line.align).rstrip()
        case Columns():
            return row_text(line).rstrip()
        case Rule():
            return ("═" if line.heavy else "─") * columns
        case Feed():
            return "\n" * (line.rows - 1)
        case Qr():
            return f"[{line.payload}]"
        case Picture():
            return "[picture]"
        case Cut():
            return "✂" * columns
        case _:
            assert_never(line)


def row_text(row: Columns) -> str:
    """Return the text of a row of cells."""
    return "".join(fit(cell.text, cell.width, cell.align) for cell in row.cells)
