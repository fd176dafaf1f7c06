"""Takes every picture of the documentation: a demo of two terminals is started, worked and looked at.

python tests/pictures.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from office_pictures import office
from screen_pictures import HERE, screens
from screens_demo import running_demo
from touch import browser


def main(folder: Path) -> None:
    with running_demo("--history", "--terminals", "2") as demo, browser() as opened:
        screens(opened, demo, folder)
        office(opened, demo, folder)
    for picture in folder.glob("office-*.png"):
        shrink(picture)


def shrink(picture: Path) -> None:
    """Pages have few colours: 256 of them take a third of the room."""
    with Image.open(picture) as taken:
        few = taken.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
