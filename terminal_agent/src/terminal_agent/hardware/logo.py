"""A shop's logo as the printer's dots."""

from pathlib import Path
from typing import Final

from terminal_agent.paper.lines import Picture

_DOTS_PER_COLUMN: Final = 12
_WIDEST_SHARE: Final = 0.75
_TALLEST: Final = 240
_LARGEST_FILE: Final = 5_000_000


class LogoUnusable(Exception):
    """The logo cannot be printed; the text says why."""


def read_logo(path: Path, *, columns: int) -> Picture:
    """Return an image file in black and white, shrunk to three quarters of the paper. Raises LogoUnusable."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - few terminals have a logo

    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise LogoUnusable(f"{path} is larger than {_LARGEST_FILE // 1_000_000} MB: make it smaller.")
        with Image.open(path) as opened:
            image = opened.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise LogoUnusable(f"{path} is no picture that can be read: use PNG or JPEG.") from error
    ground = Image.new("RGBA", image.size, "white")
    grey = Image.alpha_composite(ground, image).convert("L")
    grey.thumbnail((int(columns * _DOTS_PER_COLUMN * _WIDEST_SHARE), _TALLEST))
    width = -(-grey.width // 8) * 8
    page = Image.new("L", (width, grey.height), 255)
    page.paste(grey, ((width - grey.width) // 2, 0))
    return Picture(width, ImageOps.invert(page).convert("1").tobytes())
