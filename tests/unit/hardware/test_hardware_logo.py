"""A logo stands at the head of a receipt, and never keeps the next document from coming out whole."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from terminal_agent.hardware.commands import RESYNCHRONISE, split
from terminal_agent.hardware.escpos_bytes import encode
from terminal_agent.hardware.logo import LogoUnusable, read_logo
from terminal_agent.hardware.tape import Drawing, decode
from terminal_agent.hardware.tape_picture import picture
from terminal_agent.paper.lines import Cut, Picture, Text


@pytest.fixture
def file(tmp_path: Path) -> Path:
    image = Image.new("RGBA", (900, 300), (255, 255, 255, 0))
    ImageDraw.Draw(image).ellipse((300, 0, 600, 299), fill=(0, 0, 0, 255))
    image.save(path := tmp_path / "logo.png")
    return path


@pytest.mark.parametrize("columns", [32, 48])
def test_a_logo_fits_the_paper_and_reads_back_dot_by_dot(file: Path, columns: int) -> None:
    logo = read_logo(file, columns=columns)
    assert logo.width % 8 == 0
    assert logo.width <= columns * 12
    (document,) = decode(encode((logo, Text("Shop"), Cut()), columns=columns))
    drawn = [item for item in document.items if isinstance(item, Drawing)]
    assert b"".join(item.bits for item in drawn) == logo.bits
    assert {item.align for item in drawn} == {"center"}
    shown = picture(document, columns=columns, scale=1).convert("L")
    assert shown.getpixel((shown.width // 2, 44 + 40 + logo.height // 2)) < 60  # type: ignore[operator]


def test_no_part_of_a_logo_is_longer_than_what_completes_a_broken_command(file: Path) -> None:
    data = encode((read_logo(file, columns=48), Cut()), columns=48)
    pieces, rest = split(data)
    assert rest == b""
    assert max(map(len, pieces)) < len(RESYNCHRONISE)


def test_after_a_break_inside_the_logo_the_next_receipt_is_whole(file: Path) -> None:
    data = encode((read_logo(file, columns=48), Text("first"), Cut()), columns=48)
    after = encode((Text("second"), Cut()), columns=48)
    for at in range(10, len(data), 97):
        assert decode(data[:at] + RESYNCHRONISE + after)[-1].text == "second"


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_no_picture_is_said_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "logo.png").write_bytes(content)
    with pytest.raises(LogoUnusable, match="PNG"):
        read_logo(tmp_path / "logo.png", columns=48)


def test_a_picture_that_no_printer_takes_is_refused() -> None:
    with pytest.raises(ValueError, match="8 dots"):
        encode((Picture(12, bytes(3)), Cut()), columns=48)
