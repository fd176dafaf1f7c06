"""Which PINs people may have."""

import pytest

from store_service.domain.people import Person, PinCost, Role, StoredPin
from store_service.domain.pins import easily_guessed, refusal_of_pin

KEPT = StoredPin(b"s" * 16, b"v" * 32, PinCost(8, 1))


def person(role: Role, *, pin: StoredPin | None = KEPT) -> Person:
    return Person("PERSON-1", "Person 1", role, (), pin)


@pytest.mark.parametrize(
    "pin", ["0000", "1111", "1234", "4321", "9876", "1212", "123123", "111111", "456789", "90909090"]
)
def test_what_anybody_tries_first_is_refused(pin: str) -> None:
    refusal = refusal_of_pin(None, person("cashier"), pin)

    assert refusal is not None
    assert refusal.code == "weak_pin"
    assert pin not in refusal.text, "a PIN stands in no answer and in no log"


@pytest.mark.parametrize("pin", ["1357", "2846", "1235", "8020", "918273", "1243"])
def test_others_are_taken(pin: str) -> None:
    assert not easily_guessed(pin)
    assert refusal_of_pin(None, person("cashier"), pin) is None


@pytest.mark.parametrize(
    ("role", "pin", "taken"),
    [
        ("cashier", "2846", True),
        ("supervisor", "2846", False),
        ("supervisor", "28461", False),
        ("supervisor", "284617", True),
        ("manager", "28461", False),
        ("manager", "284617", True),
    ],
)
def test_who_approves_has_a_longer_one(role: Role, pin: str, *, taken: bool) -> None:
    assert (refusal_of_pin(None, person(role), pin) is None) == taken


def test_a_cashier_who_becomes_a_supervisor_needs_a_new_one() -> None:
    cashier, supervisor = person("cashier"), person("supervisor")

    refusal = refusal_of_pin(cashier, supervisor, None)

    assert refusal is not None
    assert "give a new PIN of at least 6 digits" in refusal.text
    assert refusal_of_pin(person("cashier", pin=None), person("supervisor", pin=None), None) is None
    assert refusal_of_pin(supervisor, person("manager"), None) is None
    assert refusal_of_pin(supervisor, cashier, None) is None
