"""The virtual printer behaves like a real one where the till depends on it."""

from hypothesis import given
from hypothesis import strategies as st

from terminal_agent.hardware.escpos_bytes import encode, kick_pulse
from terminal_agent.hardware.ports import Paper
from terminal_agent.hardware.status_bytes import ASK_ALL_TAKEN, ASK_PAPER, ASK_PRINTER
from terminal_agent.hardware.virtual_printer import VirtualPrinter
from terminal_agent.paper.lines import Cut, Qr, Text

DOCUMENT = encode((Text("one"), Text("two"), Qr("CODE"), Cut()), columns=48)


def test_every_byte_of_a_document_reaches_the_paper() -> None:
    assert VirtualPrinter().receive(DOCUMENT).tape == DOCUMENT


@given(st.lists(st.integers(1, 20), max_size=40))
def test_it_does_not_matter_in_what_portions_a_document_arrives(portions: list[int]) -> None:
    printer, tape, at = VirtualPrinter(), b"", 0
    for portion in [*portions, len(DOCUMENT)]:
        tape += printer.receive(DOCUMENT[at : at + portion]).tape
        at += portion
    assert tape == DOCUMENT


def test_questions_leave_no_trace_on_paper() -> None:
    effects = VirtualPrinter().receive(ASK_PRINTER + DOCUMENT + ASK_ALL_TAKEN)
    assert effects.tape == DOCUMENT
    assert len(effects.answers) == 2


def test_without_paper_the_state_is_answered_but_nothing_is_confirmed() -> None:
    printer = VirtualPrinter(paper=Paper.OUT)
    assert printer.receive(DOCUMENT + ASK_ALL_TAKEN).tape == b""
    assert printer.receive(ASK_PAPER).answers


def test_after_a_new_roll_what_waited_comes_out() -> None:
    printer = VirtualPrinter(paper=Paper.OUT)
    printer.receive(DOCUMENT + ASK_ALL_TAKEN)
    effects = printer.refill()
    assert effects.tape == DOCUMENT
    assert len(effects.answers) == 1


def test_paper_ends_in_the_middle_of_a_document() -> None:
    printer = VirtualPrinter(rows_left=1)
    tape = printer.receive(DOCUMENT).tape
    assert b"one" in tape
    assert b"two" not in tape
    assert printer.paper is Paper.OUT


def test_a_full_buffer_takes_no_more() -> None:
    printer = VirtualPrinter(cover_open=True)
    assert not printer.is_full
    printer.receive(b"x" * 5000)
    assert printer.is_full


def test_a_pulse_opens_the_drawer_and_is_on_the_tape() -> None:
    printer = VirtualPrinter()
    effects = printer.receive(kick_pulse() + kick_pulse(5))
    assert effects.pulses == (2, 5)
    assert effects.tape == kick_pulse() + kick_pulse(5)
    assert printer.drawer_open


def test_a_mute_printer_prints_and_says_nothing() -> None:
    effects = VirtualPrinter(mute=True).receive(ASK_PRINTER + DOCUMENT + ASK_ALL_TAKEN)
    assert (effects.tape, effects.answers) == (DOCUMENT, b"")


def test_a_lying_printer_confirms_what_never_reached_paper() -> None:
    effects = VirtualPrinter(lies=True, paper=Paper.OUT).receive(DOCUMENT + ASK_ALL_TAKEN)
    assert effects.tape == b""
    assert len(effects.answers) == 1


def test_loss_of_power_empties_the_buffer() -> None:
    printer = VirtualPrinter(cover_open=True)
    printer.receive(DOCUMENT)
    printer.lose_power()
    printer.cover_open = False
    assert printer.advance().tape == b""
