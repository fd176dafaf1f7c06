"""Changing a person by what is different; cutting a catalogue into parts that fit."""

import pytest

from tillday_contracts.asks import CatalogueItem
from tillday_contracts.catalogue_parts import parts_of
from tillday_contracts.store_messages import Person
from tillday_local.operator.asking import NothingToAsk
from tillday_local.operator.people import (
    NEW_PIN_VARIABLE,
    RIGHTS,
    PersonChange,
    ask_new_pin,
    changed_person,
    check_rights,
)

CASHIER = Person(person="CASHIER-1", name="Cashier 1", role="cashier", rights=("sell",))


def test_what_is_not_named_stays() -> None:
    change = PersonChange(person="CASHIER-1", grant=("refund",))
    assert changed_person(CASHIER, change) == CASHIER.model_copy(update={"rights": ("sell", "refund")})
    assert changed_person(CASHIER, PersonChange(person="CASHIER-1")) == CASHIER


def test_rights_are_taken_one_by_one_or_all() -> None:
    everything = changed_person(CASHIER, PersonChange(person="CASHIER-1", grant=("all",), revoke=("manage",)))
    assert set(everything.rights) == set(RIGHTS) - {"manage"}
    assert changed_person(everything, PersonChange(person="CASHIER-1", revoke=("all",))).rights == ()


def test_a_new_person_needs_a_name_and_a_role() -> None:
    with pytest.raises(NothingToAsk, match="--name and --role"):
        changed_person(None, PersonChange(person="CASHIER-2", name="Cashier 2"))
    new = changed_person(None, PersonChange(person="CASHIER-2", name="Cashier 2", role="cashier"))
    assert (new.name, new.rights) == ("Cashier 2", ())


def test_an_unknown_right_is_refused_with_those_there_are() -> None:
    check_rights(("sell", "all"))
    with pytest.raises(NothingToAsk, match='no right "fly"; there are sell, refund'):
        check_rights(("fly",))


def test_a_pin_has_four_to_twelve_digits_and_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NEW_PIN_VARIABLE, "4711")
    assert ask_new_pin("CASHIER-1") == "4711"
    for wrong in ("123", "1" * 13, "12a4", "１２３４"):
        monkeypatch.setenv(NEW_PIN_VARIABLE, wrong)
        with pytest.raises(NothingToAsk, match="4 to 12 digits") as caught:
            ask_new_pin("CASHIER-1")
        assert wrong not in str(caught.value)


def test_parts_hold_everything_in_order_and_none_is_too_large() -> None:
    items = [CatalogueItem(sku=f"SKU-{n}", name="é" * 100, price=n, tax_rate=0) for n in range(300)]
    parts = list(parts_of(items, most_bytes=20_000))
    assert [item for part in parts for item in part] == items
    assert all(sum(len(item.model_dump_json().encode()) + 1 for item in part) <= 20_000 for part in parts)
    assert len(parts) > 1
    assert list(parts_of([])) == [()]
