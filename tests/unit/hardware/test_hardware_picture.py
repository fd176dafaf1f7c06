"""The picture shows what is on the tape."""

from pathlib import Path

import pytest

from terminal_agent.hardware.escpos_bytes import encode
from terminal_agent.hardware.tape import decode
from terminal_agent.hardware.tape_picture import main, picture
from terminal_agent.paper.lines import Cut, Qr, Rule, Text

LINES = (Text("SHOP", bold=True, double=True, align="center"), Rule(), Text("Milk"), Qr("CODE"))


def test_paper_is_as_wide_as_its_columns_and_as_long_as_its_rows() -> None:
    (wide,) = decode(encode((*LINES, Cut()), columns=48))
    (longer,) = decode(encode((*LINES, Text("Bread"), Cut()), columns=48))
    first, narrow, second = picture(wide), picture(wide, columns=32), picture(longer)
    assert narrow.width < first.width
    assert second.height > first.height


def test_ink_is_where_text_is() -> None:
    (document,) = decode(encode((Text("Milk"), Cut()), columns=48))
    (blank,) = decode(encode((Text(" "), Cut()), columns=48))
    dark, none = (sum(image.convert("L").histogram()[:60]) for image in (picture(document), picture(blank)))
    assert none == 0
    assert dark > 100


def test_a_tape_is_drawn_from_the_command_line(tmp_path: Path) -> None:
    tape, target = tmp_path / "tape.bin", tmp_path / "receipt.png"
    tape.write_bytes(encode((*LINES, Cut()), columns=48))
    assert main([str(tape), str(target)]) == 0
    assert target.read_bytes().startswith(b"\x89PNG")


def test_a_document_that_is_not_there_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.bin"), str(tmp_path / "x.png")]) == 2
    assert "holds 0 documents" in capsys.readouterr().err
