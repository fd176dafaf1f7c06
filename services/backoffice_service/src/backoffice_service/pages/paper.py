"""Lines as a PDF, on as many A4 pages as they need."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final, Protocol

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

LEFT: Final = 130.0
RIGHT: Final = 465.0
TOP: Final = 780.0
BOTTOM: Final = 60.0
STEP: Final = 15.0
GAP: Final = 12.0
PLAIN: Final = "Helvetica"
STRONG: Final = "Helvetica-Bold"
SIZES: Final = {"title": 16.0}
SIZE: Final = 10.0
FOLDED: Final = {"−": "-", "\u202f": " ", "\u2009": " "}
"""What the fonts of every PDF reader have no letter for."""


@dataclass(frozen=True, slots=True)
class Line:
    """What stands on the left and on the right. `look`: title, strong, rule or nothing."""

    left: str = ""
    right: str = ""
    look: str = ""


def pdf_of(papers: Sequence[Sequence[Line]], *, title: str) -> bytes:
    """Return papers one after the other, each from the head of a page on."""
    made = BytesIO()
    canvas = Canvas(made, pagesize=A4, invariant=1)
    canvas.setTitle(written(title))
    for paper in papers:
        height = TOP
        for line in paper:
            if height < BOTTOM:
                canvas.showPage()
                height = TOP
            _draw(canvas, line, height)
            height -= STEP * (1.5 if line.look == "title" else 1.0)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def written(text: str) -> str:
    """Return a text in the letters that every PDF reader has; others lose their accents, or become `?`."""
    return "".join(_letter(letter) for letter in text)


def _letter(letter: str) -> str:
    letter = FOLDED.get(letter, letter)
    for form in (letter, unicodedata.normalize("NFKD", letter)[:1]):
        try:
            form.encode("cp1252")
        except UnicodeEncodeError:
            continue
        return form
    return "?"


class _Pen(Protocol):
    """What is used of a PDF canvas; points from the lower left corner."""

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None: ...
    def setFont(self, name: str, size: float) -> None: ...
    def stringWidth(self, text: str, name: str, size: float) -> float: ...
    def drawString(self, x: float, y: float, text: str) -> None: ...
    def drawRightString(self, x: float, y: float, text: str) -> None: ...


def _draw(pen: _Pen, line: Line, height: float) -> None:
    if line.look == "rule":
        pen.line(LEFT, height + STEP / 3, RIGHT, height + STEP / 3)
        return
    font, size = (STRONG if line.look else PLAIN), SIZES.get(line.look, SIZE)
    right = written(line.right)
    room = RIGHT - LEFT - (pen.stringWidth(right, font, size) + GAP if right else 0)
    left = written(line.left)
    while left and pen.stringWidth(left, font, size) > room:
        left = left[:-1]
    pen.setFont(font, size)
    pen.drawString(LEFT, height, left)
    pen.drawRightString(RIGHT, height, right)
