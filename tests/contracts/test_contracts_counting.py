"""Cash is counted by coin and note, and identifiers are checked in one place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tillday_contracts.denominations import STANDARD, DenominationCount, WrongDenomination, count_total
from tillday_contracts.ids import (
    CROCKFORD,
    InvalidCode,
    cash_up_number,
    check_code,
    epoch_code,
    receipt_number,
)
from tillday_contracts.topics import TerminalAddress, address_of, settings_topic

EUR = STANDARD["EUR"]


def pieces(*counted: tuple[int, int]) -> list[DenominationCount]:
    return [DenominationCount(value=value, quantity=quantity) for value, quantity in counted]


def test_the_total_is_the_sum_of_value_times_quantity() -> None:
    assert count_total(pieces((5000, 2), (200, 3), (1, 0)), EUR) == 10_600


def test_an_empty_drawer_counts_to_nothing() -> None:
    assert count_total([], EUR) == 0


def test_a_coin_that_the_store_does_not_use_is_named() -> None:
    with pytest.raises(WrongDenomination, match="25 is no coin or note of this store"):
        count_total(pieces((25, 4)), EUR)


def test_a_coin_counted_twice_is_named() -> None:
    with pytest.raises(WrongDenomination, match="the denomination 50 is counted twice"):
        count_total(pieces((50, 4), (50, 1)), EUR)


@pytest.mark.parametrize("quantity", [-1, 1.5, "2", True])
def test_a_quantity_is_a_whole_number_of_pieces(quantity: object) -> None:
    with pytest.raises(ValidationError):
        DenominationCount.model_validate({"value": 100, "quantity": quantity})


@given(st.lists(st.integers(0, 500), min_size=len(EUR), max_size=len(EUR)))
def test_every_count_is_the_sum_of_its_pieces(quantities: list[int]) -> None:
    counted = pieces(*((piece.value, quantity) for piece, quantity in zip(EUR, quantities, strict=True)))

    assert count_total(counted, EUR) == sum(count.value * count.quantity for count in counted)


@pytest.mark.parametrize("currency", sorted(STANDARD))
def test_no_currency_has_two_pieces_of_one_value(currency: str) -> None:
    values = [piece.value for piece in STANDARD[currency]]

    assert len(set(values)) == len(values)


@pytest.mark.parametrize("code", ["S1", "A", "TILL-1_B", "Z" * 16])
def test_a_code_may_stand_in_a_topic(code: str) -> None:
    assert check_code(code) == code


@pytest.mark.parametrize(
    "code", ["", "s1", "S 1", "S*", ">", "S.1", "S/1", "S1\n", "S\x00", "Ä", "Z" * 17, "+", "#"]
)
def test_what_would_break_a_topic_is_no_code(code: str) -> None:
    with pytest.raises(InvalidCode):
        check_code(code)
    with pytest.raises(InvalidCode):
        settings_topic(code)


def test_a_terminal_topic_has_the_same_words_for_both_protocols() -> None:
    terminal = TerminalAddress("S1", "T1")

    assert terminal.topic("journal") == "pos/S1/T1/journal/v1"
    assert terminal.subject("journal") == "pos.S1.T1.journal.v1"
    assert terminal.ask_topic("people") == "pos/S1/T1/ask/people/v1"
    assert address_of("pos.S1.T1.ask.people.v1") == terminal


@pytest.mark.parametrize("subject", ["pos.S1", "tillday.store.open_store.v1", "pos.s1.T1.journal.v1", ""])
def test_another_subject_speaks_for_no_terminal(subject: str) -> None:
    with pytest.raises(ValueError, match=r"code|subject"):
        address_of(subject)


def test_a_number_on_paper_names_terminal_epoch_and_count() -> None:
    assert receipt_number("T1", "0000000000000000", 7) == "T1-00000-7"
    assert cash_up_number("T1-A", "ffffffffffffffff", 2) == "T1-A-ZZZZZ-2"


@given(st.integers(0, 2**64 - 1))
def test_the_code_of_an_epoch_is_its_first_25_bits(epoch: int) -> None:
    code = epoch_code(f"{epoch:016x}")

    value = 0
    for letter in code:
        value = value * 32 + CROCKFORD.index(letter)
    assert len(code) == 5
    assert value == epoch >> 39
