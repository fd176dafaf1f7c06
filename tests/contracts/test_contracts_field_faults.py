"""What is wrong with a message is said in words, and never with what was sent."""

import json
from datetime import date
from typing import Annotated, Literal

import pytest
from pydantic import Field, ValidationError

from tillday_contracts.field_faults import faults_of
from tillday_contracts.ids import StoreCode
from tillday_contracts.model import Part


class Wish(Part):
    store: StoreCode = "S1"
    day: date = date(2026, 11, 5)
    pieces: Annotated[int, Field(strict=True, ge=0, le=9)] = 1
    pin: Annotated[str, Field(max_length=4)] = "1"
    session: Annotated[str, Field(pattern="^[0-9a-f]{4}$")] = "0000"
    tenders: tuple[str, ...] = ()
    mode: Literal["one", "all"] = "one"


def said(sent: str) -> str:
    with pytest.raises(ValidationError) as caught:
        Wish.model_validate_json(sent)
    return "; ".join(fault.said() for fault in faults_of(caught.value.errors()))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"more": 1}, "more is not known here"),
        ({"day": "2026-02-30"}, "day must be a date of the calendar, like 2026-11-05"),
        ({"pieces": -1}, "pieces must be 0 or more"),
        ({"pieces": 10}, "pieces must be 9 or less"),
        ({"pieces": 1.5}, "pieces must be a whole number"),
        ({"pieces": "1"}, "pieces must be a whole number"),
        ({"pin": "987654321"}, "pin must have 4 or fewer characters"),
        ({"session": "zz"}, "session does not look as it should: copy it from where it is shown"),
        ({"tenders": {}}, "tenders must be a list"),
        ({"tenders": [5]}, "tenders.0 must be text"),
        ({"mode": "some"}, "mode must be 'one' or 'all'"),
        ({"store": "s 1"}, "store: 's 1' is not a code: use 1 to 16 of A-Z, 0-9, '_' and '-'"),
    ],
)
def test_a_fault_names_the_field_and_what_it_has_to_be(content: dict[str, object], words: str) -> None:
    assert said(json.dumps(content)) == words


def test_what_is_no_message_at_all_is_said_of_the_message() -> None:
    assert said("[1]") == "message must be a JSON object"
    assert said("{nope") == "message is no JSON"


def test_a_pin_that_was_sent_is_not_repeated() -> None:
    assert "987654321" not in said('{"pin": "987654321"}')
