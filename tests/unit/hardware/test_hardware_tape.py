"""The paper tape reads back as the documents that were printed."""

import json
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from terminal_agent.hardware.commands import RESYNCHRONISE
from terminal_agent.hardware.escpos_bytes import encode, kick_pulse
from terminal_agent.hardware.tape import as_json, decode, read_tape
from terminal_agent.paper.lines import Cut, Feed, Qr, Text

FIRST = encode((Text("first"), Feed(), Text("end"), Cut()), columns=48)
SECOND = encode((Text("second"), Qr("CODE"), Cut()), columns=48)


def test_a_tape_is_split_at_its_cuts() -> None:
    one, two = decode(FIRST + SECOND)
    assert (one.text, two.text) == ("first\n\nend", "second")
    assert one.complete
    assert two.complete
    assert one.raw + two.raw == FIRST + SECOND
    assert two.at == len(FIRST)


def test_the_feed_before_the_knife_is_no_part_of_the_document() -> None:
    (document,) = decode(FIRST)
    assert len(document.rows) == 3


def test_a_document_without_a_cut_is_not_complete() -> None:
    (torn,) = decode(FIRST[:-10])
    assert not torn.complete


def test_a_new_document_after_a_torn_one_stands_alone() -> None:
    torn, whole = decode(FIRST[:-6] + SECOND)
    assert (torn.complete, whole.complete) == (False, True)
    assert whole.text == "second"


def test_after_a_break_anywhere_the_next_document_is_whole() -> None:
    for sent in range(len(SECOND)):
        assert decode(SECOND[:sent] + RESYNCHRONISE + FIRST)[-1].text == "first\n\nend", sent


def test_the_control_without_filling_up_a_broken_command_swallows_the_next_document() -> None:
    ends = [decode(SECOND[:sent] + FIRST)[-1].text for sent in range(len(SECOND))]
    assert any(text != "first\n\nend" for text in ends)


def test_a_pulse_between_documents_is_a_blank_document() -> None:
    one, pulse, two = decode(FIRST + kick_pulse() + SECOND)
    assert (one.pulses, pulse.pulses, two.pulses) == (0, 1, 0)
    assert pulse.is_blank
    assert not one.is_blank


def test_a_missing_tape_holds_nothing(tmp_path: Path) -> None:
    assert read_tape(tmp_path / "tape.bin") == ()


def test_the_tape_can_be_read_without_the_printing_libraries(tmp_path: Path) -> None:
    (tmp_path / "tape.bin").write_bytes(FIRST + SECOND)
    program = (
        "import sys; sys.modules.update(escpos=None, PIL=None, serial=None, segno=None, babel=None)\n"
        "from pathlib import Path; from terminal_agent.hardware.tape import read_tape\n"
        f"sys.exit(len(read_tape(Path({str(tmp_path / 'tape.bin')!r}))))"
    )
    paths = f"import sys; sys.path[:0] = {sys.path!r}\n"
    assert subprocess.run([sys.executable, "-c", paths + program], check=False).returncode == 2


def test_the_tape_as_json_tells_text_codes_and_pulses() -> None:
    one, pulse, two = json.loads(as_json(decode(FIRST + kick_pulse() + SECOND)))
    assert one["text"] == "first\n\nend"
    assert pulse["pulses"] == 1
    assert two["codes"] == ["CODE"]


@given(st.binary(max_size=300))
def test_no_tape_is_unreadable(data: bytes) -> None:
    for document in decode(data):
        assert document.raw in data
