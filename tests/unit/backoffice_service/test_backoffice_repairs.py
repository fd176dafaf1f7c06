"""Repairing an entry in a form: what people write in its fields, and what that makes of the entry."""

import inspect
import re
from copy import deepcopy
from typing import Any

import pytest

from backoffice_service.domain.entry_fields import FOLLOWS, WIDGETS, Money, scalars, tables
from backoffice_service.domain.repair_reach import mending_of
from backoffice_service.domain.repairs import Written, faults_of, written_in
from backoffice_service.pages.entry_words import FIELD_NAMES, EntryWords
from backoffice_service.pages.repairs import SUMS, Drawn, RepairForm
from backoffice_service.pages.speech import Speech
from tillday_contracts import sale_entries
from tillday_contracts.denominations import Denomination
from tillday_contracts.entries import BODIES
from tillday_contracts.example_entries import entry_examples, sale
from tillday_contracts.model import Fact
from tillday_contracts.wishes import SettingsContent, Tender
from unit.backoffice_service.office_room import example

TOLD: SettingsContent = example("reply.settings_answer").settings
DOLLARS = Tender.model_validate(
    {
        "tender": "dollars",
        "name": "Dollars",
        "kind": "foreign_cash",
        "currency": "USD",
        "rate": 900_000,
        "denominations": (Denomination(kind="note", value=2000),),
        "keep": {"mode": "keep_all"},
    }
)
YEN = DOLLARS.model_copy(update={"tender": "yen", "name": "Yen", "currency": "JPY"})
SETTINGS = TOLD.model_copy(update={"tenders": (*TOLD.tenders, DOLLARS, YEN)})
MONEY = Money(SETTINGS)
SALE: dict[str, Any] = sale().model_dump(mode="json")


def repaired(typed: dict[str, str], came: dict[str, Any] = SALE, kind: str = "SALE") -> Written:
    return written_in(kind, came, typed, MONEY)


def form(
    typed: dict[str, str], came: dict[str, Any] = SALE, kind: str = "SALE", language: str = "en"
) -> RepairForm:
    words = EntryWords(Speech(language), MONEY, {})
    return Drawn(kind, came, repaired(typed, came, kind), typed, words).form()


def as_it_stands(shown: RepairForm) -> dict[str, str]:
    """The fields that a browser sends of a form in which nobody writes."""
    rows = (row for table in shown.tables for row in table.rows)
    return {one.name: one.text for one in (*shown.fields, *(each for row in rows for each in row.fields))}


@pytest.mark.parametrize("name", sorted(BODIES))
def test_an_entry_that_nobody_touched_stays_as_it_came(name: str) -> None:
    came: dict[str, Any] = example(f"entry.{name.lower()}").model_dump(mode="json")
    came["later"] = {"of": ["a newer version"]}
    before = deepcopy(came)

    shown = form({}, came, name)
    sent = repaired(as_it_stands(shown), came, name)

    assert sent.body == came == before
    assert sent.is_sound
    assert shown.changes == ()
    assert mending_of(name, came, proven=True, is_operator=False) == "form"


def test_the_sums_of_a_receipt_follow_from_its_lines_and_payments() -> None:
    sent = repaired({"e.lines.0.quantity": "3", "e.payments.0.change": "1,20"})

    assert sent.is_sound
    assert [(line["quantity"], line["gross"]) for line in sent.body["lines"]] == [(3, 180), (1, 200)]
    assert sent.body["total"] == 380 == sum(tax["gross"] for tax in sent.body["taxes"])
    assert sent.body["payments"][0]["amount"] == 380


def test_a_line_is_left_out_and_another_one_written() -> None:
    new = {"sku": "4003", "name": "Pear", "quantity": "2", "unit_price": "0.50", "tax_rate": "7"}
    typed = {"out.lines.1": "yes", **{f"e.lines.2.{name}": text for name, text in new.items()}}

    sent = repaired({**typed, "e.payments.0.change": "2.80"})

    assert sent.is_sound
    assert [(line["name"], line["gross"]) for line in sent.body["lines"]] == [("Apple", 120), ("Pear", 100)]
    assert [row.title for row in form(typed).tables[0].rows] == ["Line 1", "Line 2", "Line 3", "Line 4"]


def test_what_makes_no_sense_is_said_at_its_field_and_stays_written_there() -> None:
    typed = {"e.lines.1.unit_price": "two fifty", "e.lines.0.name": " ", "out.lines.5": "yes"}

    shown = form(typed)
    said = {
        one.name: (one.text, one.fault) for row in shown.tables[0].rows for one in row.fields if one.fault
    }

    assert set(said) == {"e.lines.1.unit_price", "e.lines.0.name"}
    assert said["e.lines.1.unit_price"][0] == "two fifty"
    assert said["e.lines.0.name"][1] == "is missing"
    assert not repaired(typed).is_sound


def test_a_fault_behind_a_row_that_is_left_out_is_said_at_its_own_row() -> None:
    came = deepcopy(SALE)
    came["lines"][1]["name"] = ""

    (row,) = [
        row for row in form({"out.lines.0": "yes"}, came).tables[0].rows if any(f.fault for f in row.fields)
    ]

    assert row.title == "Line 2"


@pytest.mark.parametrize(("language", "said"), [("en", "do not make the total"), ("es", "no suman el total")])
def test_payments_that_are_not_the_total_are_said_of_the_whole(language: str, said: str) -> None:
    shown = form({"e.payments.0.tendered": "4.00"}, language=language)

    assert [said in one for one in shown.faults] == [True]
    assert shown.wrong == shown.faults


def test_foreign_cash_is_worth_its_rate_and_other_money_has_none() -> None:
    foreign = repaired({"e.payments.0.tender": "dollars", "e.payments.0.change": "0"}).body["payments"][0]
    back = repaired({"e.payments.0.tender": "cash"}, {**SALE, "payments": [foreign]}).body["payments"][0]

    assert (foreign["amount"], foreign["rate"], foreign["value"]) == (500, 900_000, 450)
    assert (back["tender"], back["rate"], back["value"]) == ("cash", None, None)


def test_an_amount_is_read_in_the_currency_of_its_tender() -> None:
    came = entry_examples()["entry.movement"].model_dump(mode="json")

    assert repaired({"e.tender": "yen", "e.amount": "500"}, came, "MOVEMENT").body["amount"] == 500
    assert "amount" in repaired({"e.tender": "yen", "e.amount": "5.50"}, came, "MOVEMENT").unread


def test_what_says_where_and_who_can_be_written_only_where_it_is_wrong() -> None:
    came = {**SALE, "business_date": "2026-02-30"}

    assert "e.business_date" not in as_it_stands(form({}))
    sent = repaired({"e.business_date": "2026-03-14", "e.session_id": "0" * 32}, came)
    assert (sent.body["business_date"], sent.body["session_id"]) == ("2026-03-14", SALE["session_id"])
    assert sent.is_sound


def test_changes_are_told_in_the_words_of_the_page() -> None:
    shown = form({"e.lines.0.quantity": "3", "e.payments.0.tender": "card"}, language="en")
    told = {one.where: (one.before, one.after) for one in shown.changes}

    assert told["Line 1 · Quantity"] == ("2", "3")
    assert told["Total"] == ("€3.20", "€3.80")
    assert told["Payment 1 · Tender"][0] == "Cash"


def test_what_no_form_can_show_is_for_operators_and_what_proves_nothing_for_nobody() -> None:
    odd: dict[str, Any] = {**SALE, "lines": "none"}

    assert mending_of("SALE", odd, proven=True, is_operator=True) == "json"
    assert mending_of("SALE", odd, proven=True, is_operator=False) == "operator"
    assert mending_of("SALE", SALE, proven=False, is_operator=True) == "unproven"
    assert mending_of("HOLOGRAM", SALE, proven=True, is_operator=True) == "unknown"
    assert mending_of(None, None, proven=False, is_operator=True) == "unreadable"


def parts_of(model: type[Fact]) -> set[type[Fact]]:
    """An entry's contract and the rows that a form writes in."""
    return {model, *tables(model).values()}


def test_every_field_of_every_contract_has_a_name_and_what_is_written_or_follows_exists() -> None:
    parts = {part for model in BODIES.values() for part in parts_of(model)}
    names = {name for part in parts for name in part.model_fields}

    assert names <= set(FIELD_NAMES)
    assert set(WIDGETS) <= names
    assert all(set(fields) <= set(part.model_fields) for part, fields in FOLLOWS.items())
    assert "unit_price" in scalars(sale_entries.SaleLine)


def test_everything_that_a_receipts_sums_can_be_told_is_a_sentence_of_the_pages() -> None:
    told = re.findall(r'raise ValueError\("(.+)"\)', inspect.getsource(sale_entries))

    assert set(told) == set(SUMS)


def test_an_unknown_fault_would_be_noticed() -> None:
    assert faults_of("SALE", {**SALE, "total": 1}) != ()
