"""What is printed is visible, safe and fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_agent.paper.words import clean, fit, wrap


def test_control_bytes_do_not_survive() -> None:
    assert clean("Milk\x1bp\x002\x32\x1d\x10\x04") == "Milkp22"


def test_a_line_break_in_a_name_becomes_a_space() -> None:
    assert clean("Extra\nlong\tname\u2028here") == "Extra long name here"


def test_invisible_marks_that_turn_text_around_are_removed() -> None:
    assert clean("12\u202e34\u200f\ufeff") == "1234"


def test_spaces_and_minus_of_a_locale_become_plain_ones() -> None:
    assert clean("\u22121\u202f984,05\u00a0") == "-1 984,05 "


def test_a_letter_with_a_separate_accent_takes_one_column() -> None:
    assert clean("n\u0303") == "ñ"


def test_a_character_two_columns_wide_is_replaced_by_one_of_one_column() -> None:
    assert clean("茶") == "?"


@given(st.text(), st.integers(2, 60))
def test_no_wrapped_row_is_wider_than_the_paper(text: str, width: int) -> None:
    assert all(len(row) <= width for row in wrap(text, width))


@given(st.text(), st.integers(2, 60))
def test_wrapping_loses_no_visible_character(text: str, width: int) -> None:
    assert "".join("".join(wrap(text, width)).split()) == "".join(clean(text).split())


@given(st.text(), st.integers(1, 60), st.sampled_from(["left", "right", "center"]))
def test_a_cell_is_exactly_as_wide_as_it_was_asked_to_be(text: str, width: int, align: str) -> None:
    assert len(fit(text, width, align)) == width  # type: ignore[arg-type]


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_an_indented_text_keeps_its_indent_on_every_row() -> None:
    assert wrap("  one two three", 8) == ("  one", "  two", "  three")


@pytest.mark.parametrize("text", ["", "   ", "\x1b\x1b"])
def test_nothing_to_print_is_one_empty_row(text: str) -> None:
    assert wrap(text, 10) == ("",)
