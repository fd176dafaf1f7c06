"""Nothing that is published has a place for the data of a payment card."""

import re
from collections.abc import Iterator

import pytest

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
    digits = re.compile(r"(?<![0-9a-f.-])\d{13,19}(?![0-9a-f.-])")
    told = " ".join(example.model_dump_json() for example in examples().values())

    assert [found for found in digits.findall(told) if luhn(found)] == []


def luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0


@pytest.mark.parametrize("field", ["pan", "card_number", "track2", "cvv", "pan_hash"])
def test_such_a_field_would_be_noticed(field: str) -> None:
    assert CARD_DATA.search(field)
    assert luhn("4111111111111111")
    assert not CARD_DATA.search("span")
