"""Nothing that is published has a place for the data of a payment card."""

import re
from collections.abc import Iterator

import pytest

from card_numbers import card_numbers, luhn, readable
from tillday_contracts.examples import examples
from tillday_contracts.wire import WIRE

CARD_DATA = re.compile(r"(^|_)(pan|card_?number|track[12]?|cvv2?|cvc2?|expiry|cardholder)(_|$)")


def properties(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from properties(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from properties(part)


def test_no_message_has_a_field_for_it() -> None:
    named = {(name, field) for name, model in WIRE.items() for field in properties(model.model_json_schema())}

    assert len(named) > 500
    assert [(name, field) for name, field in named if CARD_DATA.search(field)] == []


def test_no_example_holds_what_looks_like_a_card_number() -> None:
    told = " ".join(example.model_dump_json() for example in examples().values())

    assert card_numbers(told) == set()


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("4111111111111111", "4111111111111111"),
        ("Card 5500 0000 0000 0004, thanks", "5500000000000004"),
        ('{"note":"6011-1111-1111-1117"}', "6011111111111117"),
        (readable(r"(1,\"\\x20 333738323832323436333130303035\")".replace(" ", "")), "378282246310005"),
    ],
)
def test_a_card_number_would_be_noticed_also_with_gaps_and_among_bytes(said: str, number: str) -> None:
    assert card_numbers(said) == {number}
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert card_numbers(wrong) == set(), "its check digit is wrong"


@pytest.mark.parametrize("said", ["1763788275123", "sha256 a4111111111111111", "2026-11-22 05:31:15.123456"])
def test_times_and_hashes_are_no_card_numbers(said: str) -> None:
    assert card_numbers(said) == set()


@pytest.mark.parametrize("field", ["pan", "card_number", "track2", "cvv", "pan_hash"])
def test_such_a_field_would_be_noticed(field: str) -> None:
    assert CARD_DATA.search(field)
    assert luhn("4111111111111111")
    assert not CARD_DATA.search("span")
