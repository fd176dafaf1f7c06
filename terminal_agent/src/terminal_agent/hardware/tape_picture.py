"""A document of the tape as a picture of paper.

`python -m terminal_agent.hardware.tape_picture TAPE PICTURE [--document N] [--width 80]` draws one (the
last by default). Needs pillow and segno, which are imported when a picture is drawn.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from terminal_agent.hardware.tape import Code, Document, Drawing, Row, read_tape

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

_FONTS: Final = Path(__file__).with_name("fonts")
_INK: Final = (28, 28, 32)
_PAPER: Final = (253, 253, 251)
_SHADED: Final = (244, 244, 240)
_GROUND: Final = (236, 238, 242)
_SHADOW: Final = (40, 48, 66)

# In dots of a 203 dpi printer, as the bytes mean them.
_CELL_WIDTH: Final = 12
_ROW_HEIGHT: Final = 28
_MARGIN: Final = 34
_TOP: Final = 40
_TOOTH: Final = 11
_AROUND: Final = 44
_QUIET_ZONE: Final = 12


@dataclass(frozen=True, slots=True)
class _Pen:
    """What drawing needs to know; `scale` picture points per printer dot."""

    draw: "ImageDraw"
    scale: int
    columns: int

    @property
    def left(self) -> int:
        return (_AROUND + _MARGIN) * self.scale

    @property
    def width(self) -> int:
        return self.columns * _CELL_WIDTH * self.scale


def picture(document: Document, *, columns: int = 48, scale: int = 2) -> "Image":
    """Return the document drawn on a strip of paper of `columns` characters."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only who draws needs pillow

    height = sum(_height(item, scale) for item in document.items) + 2 * _TOP * scale
    paper = ((columns * _CELL_WIDTH + 2 * _MARGIN) * scale, height)
    size = (paper[0] + 2 * _AROUND * scale, paper[1] + 2 * _AROUND * scale)
    image = Image.new("RGB", size, _GROUND)
    _lay_paper(image, paper, scale, complete=document.complete)
    pen = _Pen(ImageDraw.Draw(image), scale, columns)
    top = (_AROUND + _TOP) * scale
    for item in document.items:
        if isinstance(item, Row):
            _draw_row(pen, item, top)
        elif isinstance(item, Code):
            _draw_code(pen, item, top)
        elif isinstance(item, Drawing):
            _draw_raster(pen, item, top)
        top += _height(item, scale)
    return image


def _height(item: object, scale: int) -> int:
    if isinstance(item, Row):
        return _ROW_HEIGHT * (2 if item.tall else 1) * scale
    if isinstance(item, Code):
        return (len(_modules(item)) * item.size + 2 * _QUIET_ZONE) * scale
    if isinstance(item, Drawing):
        return _rows(item) * scale
    return 0


def _rows(drawing: Drawing) -> int:
    return len(drawing.bits) * 8 // drawing.width if drawing.width else 0


def _modules(code: Code) -> tuple[Sequence[int], ...]:
    import segno  # noqa: PLC0415 - only who draws needs it

    return tuple(segno.make_qr(code.payload, error="m", boost_error=False).matrix)


def _lay_paper(image: "Image", paper: tuple[int, int], scale: int, *, complete: bool) -> None:
    """Draw the strip with its torn edges and the shadow it throws."""
    from PIL import Image, ImageDraw, ImageFilter  # noqa: PLC0415

    edge = _edge(paper, scale, complete=complete)
    shadow = Image.new("L", image.size, 0)
    ImageDraw.Draw(shadow).polygon([(x, y + 7 * scale) for x, y in edge], fill=84)
    shadow = shadow.filter(ImageFilter.GaussianBlur(11 * scale))
    image.paste(_SHADOW, (0, 0), shadow)
    strip = Image.new("L", image.size, 0)
    ImageDraw.Draw(strip).polygon(edge, fill=255)
    image.paste(_surface(image.size), (0, 0), strip)


def _surface(size: tuple[int, int]) -> "Image":
    """Return paper with the faint shade of a roll's curl towards its sides."""
    from PIL import Image  # noqa: PLC0415

    width, _ = size
    distances = (abs(2 * x - width) / width for x in range(width))
    row = Image.new("L", (width, 1))
    row.putdata([int(255 * max(0.0, distance - 0.72) / 0.28) for distance in distances])
    surface = Image.new("RGB", size, _PAPER)
    surface.paste(_SHADED, (0, 0), row.resize(size))
    return surface


def _edge(paper: tuple[int, int], scale: int, *, complete: bool) -> list[tuple[int, int]]:
    left = top = _AROUND * scale
    right, bottom = left + paper[0], top + paper[1]
    tooth = _TOOTH * scale
    count = max(paper[0] // (2 * tooth), 1)
    across = [left + paper[0] * step // (2 * count) for step in range(2 * count + 1)]
    upper = [(x, top + (tooth // 2 if step % 2 else 0)) for step, x in enumerate(across)]
    # A document that never reached the cut is torn off deep and unevenly.
    deep = 1 if complete else 3
    lower = [
        (x, bottom + (tooth // 2) * (deep if step % 2 else (step % 3) * (deep - 1)))
        for step, x in enumerate(across)
    ]
    return [*upper, (right, bottom), *reversed(lower), (left, bottom)]


def _draw_row(pen: _Pen, row: Row, top: int) -> None:
    text = row.text.rstrip()
    cell = _CELL_WIDTH * pen.scale * (2 if row.wide else 1)
    if set(text) in ({"─"}, {"═"}):
        _draw_rule(pen, top, heavy="═" in text)
        return
    free = pen.width - cell * len(text)
    left = pen.left + {"left": 0, "center": free // 2, "right": free}[row.align]
    font = _font(bold=row.bold, tall=row.tall, scale=pen.scale)
    baseline = top + (_ROW_HEIGHT * (2 if row.tall else 1) * 3 // 4) * pen.scale
    for index, char in enumerate(text):
        pen.draw.text((left + index * cell + cell // 2, baseline), char, _INK, font=font, anchor="ms")


def _draw_rule(pen: _Pen, top: int, *, heavy: bool) -> None:
    middle = top + _ROW_HEIGHT * pen.scale // 2
    for offset in (-2, 2) if heavy else (0,):
        y = middle + offset * pen.scale
        pen.draw.rectangle((pen.left, y, pen.left + pen.width, y + pen.scale), fill=_INK)


def _font(*, bold: bool, tall: bool, scale: int) -> "FreeTypeFont":
    from PIL import ImageFont  # noqa: PLC0415

    name = "DejaVuSansMono-Bold.ttf" if bold else "DejaVuSansMono.ttf"
    return ImageFont.truetype(str(_FONTS / name), 20 * scale * (2 if tall else 1))


def _draw_code(pen: _Pen, code: Code, top: int) -> None:
    modules = _modules(code)
    dot = code.size * pen.scale
    free = pen.width - len(modules) * dot
    left = pen.left + {"left": 0, "center": free // 2, "right": free}[code.align]
    top += _QUIET_ZONE * pen.scale
    for y, line in enumerate(modules):
        for x, dark in enumerate(line):
            if dark:
                corner = (left + x * dot, top + y * dot)
                pen.draw.rectangle((*corner, corner[0] + dot - 1, corner[1] + dot - 1), fill=_INK)


def _draw_raster(pen: _Pen, drawing: Drawing, top: int) -> None:
    from PIL import Image  # noqa: PLC0415

    size = drawing.width, _rows(drawing)
    if not all(size):
        return
    mask = Image.frombytes("1", size, drawing.bits).resize((size[0] * pen.scale, size[1] * pen.scale))
    free = pen.width - mask.width
    left = pen.left + {"left": 0, "center": free // 2, "right": free}[drawing.align]
    pen.draw.bitmap((left, top), mask, fill=_INK)


def main(arguments: Sequence[str]) -> int:
    """Draw one document of a tape; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m terminal_agent.hardware.tape_picture", description=__doc__
    )
    parser.add_argument("tape", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument(
        "--document", type=int, default=-1, help="number from 0, or from the end: -1 is the last"
    )
    parser.add_argument("--width", type=int, choices=(58, 80), default=80, help="width of the paper in mm")
    options = parser.parse_args(arguments)
    documents = [document for document in read_tape(options.tape) if not document.is_blank]
    try:
        chosen = documents[options.document]
    except IndexError:
        sys.stderr.write(f"the tape {options.tape} holds {len(documents)} documents\n")
        return 2
    picture(chosen, columns=32 if options.width == 58 else 48).save(options.picture, optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
