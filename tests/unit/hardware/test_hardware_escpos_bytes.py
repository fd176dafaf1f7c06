"""Lines become the bytes a printer understands, and only those."""

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from terminal_agent.hardware.escpos_bytes import encode, kick_pulse, printable
from terminal_agent.hardware.tape import Code, Pulse, decode
from terminal_agent.paper.lines import Cell, Columns, Cut, Feed, Qr, Rule, Text

KICK = b"\x1bp"


def printed(text: str) -> str:
    (document,) = decode(encode((Text(text), Cut()), columns=48))
    return document.text


def test_a_document_begins_with_a_reset_and_ends_with_a_cut() -> None:
    data = encode((Text("Hello"), Cut()), columns=48)
    assert data.startswith(b"\x1b@")
    assert data.endswith(b"\x1dV\x01")
    assert encode((Text("Hello"), Cut()), columns=48, partial_cut=False).endswith(b"\x1dV\x00")


def test_the_same_lines_give_the_same_bytes() -> None:
    lines = (Text("Café 5 €", bold=True), Rule(), Qr("TD1:S1"), Feed(2), Cut())
    assert encode(lines, columns=32) == encode(lines, columns=32)


def test_the_euro_and_spanish_letters_are_bytes_of_one_code_page() -> None:
    data = encode((Text("Piñón 5 €"),), columns=48)
    assert b"\x1bt\x13" in data
    assert b"Pi\xa4\xa2n 5 \xd5" in data
    assert data.count(b"\x1bt") == 1


@pytest.mark.parametrize(
    "text", ["Piñón à 5 €", "Łódź źdźbło", "Привет", "Καλημέρα", "İstanbul ığş", "Ārzemju 1"]
)
def test_names_of_many_languages_come_out_as_they_went_in(text: str) -> None:
    assert printed(text) == text


def test_what_no_code_page_holds_becomes_a_plain_letter_or_a_question_mark() -> None:
    assert printable("ǎ☕½") == "a?½"
    assert printed("茶 tea") == "? tea"


def test_bold_and_double_are_switched_on_and_off_again() -> None:
    (document,) = decode(
        encode((Text("A", bold=True, double=True, align="center"), Text("b"), Cut()), columns=48)
    )
    title, plain = document.rows
    assert (title.bold, title.wide, title.tall, title.align) == (True, True, True, "center")
    assert (plain.bold, plain.wide, plain.tall, plain.align) == (False, False, False, "left")


def test_a_row_of_cells_keeps_its_columns() -> None:
    row = Columns((Cell("Milk", 10), Cell("1.20", 8, "right")))
    (document,) = decode(encode((row, Cut()), columns=48))
    assert document.rows[0].text == "Milk          1.20"


def test_a_code_is_drawn_by_the_printer_and_reads_back() -> None:
    (document,) = decode(encode((Qr("TD1:S1:T1-7K3QX-3"), Cut()), columns=48))
    assert document.codes == ("TD1:S1:T1-7K3QX-3",)


@pytest.mark.parametrize("payload", ["ñ", "a\x1bp\x00", "a\nb"])
def test_a_code_that_could_hold_a_command_is_refused(payload: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        encode((Qr(payload),), columns=48)


@pytest.mark.parametrize("payload", ["", "x" * 1001])
def test_a_code_without_content_or_too_long_is_refused(payload: str) -> None:
    with pytest.raises(ValueError, match="1 to 1000 characters"):
        encode((Qr(payload),), columns=48)


@pytest.mark.parametrize("columns", [32, 48])
def test_the_longest_code_still_fits_on_the_paper(columns: int) -> None:
    (document,) = decode(encode((Qr("x" * 1000, size=8), Cut()), columns=columns))
    (code,) = (item for item in document.items if isinstance(item, Code))
    assert code.payload == "x" * 1000
    modules, _ = segno.make_qr(code.payload, error="m", boost_error=False).symbol_size(border=4)
    assert 0 < code.size * modules <= columns * 12


def test_the_pulse_names_its_pin_and_times() -> None:
    assert kick_pulse() == b"\x1bp\x00\x32\x32"
    assert kick_pulse(5, on_ms=200, off_ms=100) == b"\x1bp\x01\x64\x32"


def test_a_product_name_cannot_open_the_drawer() -> None:
    data = encode((Text("Milk\x1bp\x00\x32\x32"), Columns((Cell("\x1bp\x0022", 20),))), columns=48)
    assert KICK not in data


def test_the_control_the_same_name_sent_raw_would_open_it() -> None:
    (document,) = decode("Milk\x1bp\x00\x32\x32\n".encode("ascii"))
    assert Pulse(2) in document.items


@pytest.mark.fuzz
@given(st.text(max_size=60))
def test_no_text_brings_a_command_of_its_own(text: str) -> None:
    data = encode((Text(text), Columns((Cell(text, 40),)), Cut()), columns=48)
    (document,) = decode(data)
    assert document.pulses == 0
    assert not document.codes
    assert len(document.rows) <= 2
    allowed = {b"@", b"t", b"!", b"E", b"a", b"d"}
    assert {data[at + 1 : at + 2] for at in range(len(data)) if data[at] == 0x1B} <= allowed
