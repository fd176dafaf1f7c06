"""The catalogue at the back office: looked through, compared with a file, replaced by it."""

import json
from typing import Any

import httpx
import pytest

from backoffice_service.domain.catalogue_changes import compared
from backoffice_service.http.guard import MOST_BYTES, MOST_CATALOGUE_BYTES
from backoffice_service.pages.catalogue import imports_of
from backoffice_service.pages.speech import LANGUAGES
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.catalogue_csv import read_catalogue
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import (
    Catalogue,
    CatalogueAnswer,
    ImportCatalogue,
    People,
    Revised,
    SettingsAnswer,
    SettingsChange,
    StoreSettings,
)
from unit.backoffice_service.office_room import NOON, OfficeRoom, example

PAGE = "/stores/S1/settings/catalogue"
HEADING = "sku,name,price_minor,tax_percent,barcode,category\n"
APPLE = CatalogueItem(sku="A", name="Apple", price=60, tax_rate=700, category="Fruit")
PEAR = CatalogueItem(sku="B", name="Pear", price=70, tax_rate=700)
FILE = HEADING + "A,Apple,65,7,,Fruit\nC,Plum,80,5.5\n"
ANSWER: SettingsAnswer = example("reply.settings_answer")


@pytest.fixture
def room() -> OfficeRoom:
    """A supervisor of a store that sells apples and pears, under revision 3 of the catalogue."""
    told = OfficeRoom()
    told.services.answers = {
        StoreSettings: ANSWER,
        People: example("reply.people_answer"),
        Catalogue: CatalogueAnswer(revision=3, page=0, pages=1, items=(APPLE, PEAR)),
        ImportCatalogue: Revised(revision=4),
    }
    return told


def uploaded(room: OfficeRoom, data: bytes, language: str = "en", **fields: str) -> httpx.Response:
    files = {"file": ("catalogue.csv", data, "text/csv")}
    return room.browser(language).post(PAGE, files=files, data=fields)


def taken_over(room: OfficeRoom, text: str = FILE, **fields: str) -> httpx.Response:
    form = {"act": "take-over", "key": "k", "revision": "3", "text": text, **fields}
    return room.browser().post(PAGE, files={"file": ("", b"")}, data=form)


def imports(room: OfficeRoom) -> list[ImportCatalogue]:
    found: list[ImportCatalogue] = room.services.commands(ImportCatalogue)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_sold_now_is_shown_and_found(room: OfficeRoom, language: str) -> None:
    browser = room.browser(language)

    everything, found = browser.get(PAGE).text, browser.get(f"{PAGE}?find=PEA").text

    assert "Apple" in everything
    assert "Pear" in everything
    assert "<b>Pear</b>" in found
    assert "<b>Apple</b>" not in found
    assert browser.get(f"{PAGE}?find=fruit").text.count("<b>Apple</b>") == 1
    assert browser.get(f"{PAGE}?page=7").status_code == 404


def test_many_products_are_shown_page_by_page(room: OfficeRoom) -> None:
    items = tuple(PEAR.model_copy(update={"sku": f"P-{n:03}"}) for n in range(150))
    room.services.answers[Catalogue] = CatalogueAnswer(revision=3, page=0, pages=1, items=items)

    second = room.browser().get(f"{PAGE}?find=P-&page=1").text

    assert "P-099" not in second
    assert "P-100" in second
    assert "2 / 2" in second


def test_a_file_is_compared_and_nothing_is_changed_yet(room: OfficeRoom) -> None:
    answer = uploaded(room, FILE.encode())

    assert answer.status_code == 200
    assert "€0.60 → <b>€0.65</b>" in answer.text
    assert [mark in answer.text for mark in ('id="changed"', 'id="gone"', 'id="new"')] == [True] * 3
    assert 'name="revision" value="3"' in answer.text
    assert imports(room) == []
    pasted = room.browser().post(PAGE, data={"text": FILE})
    assert 'id="take-over"' in pasted.text


@pytest.mark.parametrize(
    ("language", "said"), [("en", "sku is empty"), ("es", "sku está vacío")], ids=["en", "es"]
)
def test_a_line_that_is_wrong_is_named_with_its_reason(room: OfficeRoom, language: str, said: str) -> None:
    answer = uploaded(room, (FILE + ",Nothing,10,7\n").encode(), language)

    assert answer.status_code == 200
    assert f"<b>4</b></td><td>{said}</td>" in answer.text
    assert 'name="skip"' in answer.text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Choose a file"),
        (b"name\nApple\n", "it lacks sku"),
        (HEADING.encode() + b"A,Caf\xe9,60,7\n", "not UTF-8"),
        (HEADING.encode() + b'A,"Apple,60,7\n', "a quote is open"),
        (b"\x00\x01", "Nothing of this can be taken over"),
    ],
)
def test_what_is_no_catalogue_says_why_and_cannot_be_taken_over(
    room: OfficeRoom, data: bytes, said: str
) -> None:
    answer = uploaded(room, data, act="take-over", skip="1")

    assert answer.status_code == 422
    assert said in answer.text
    assert 'id="take-over"' not in answer.text
    assert imports(room) == []


def test_more_products_than_a_catalogue_holds_are_not_offered(room: OfficeRoom) -> None:
    lines = "".join(f"P-{n},Plum,80,7\n" for n in range(20_001))

    answer = uploaded(room, (HEADING + lines).encode())

    assert answer.status_code == 422
    assert "at most 20000 products" in answer.text


def test_what_was_seen_is_taken_over_from_the_revision_that_was_seen(room: OfficeRoom) -> None:
    answer = taken_over(room)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{PAGE}?done=4"
    (command,) = imports(room)
    assert (command.changes, command.by, command.store) == (3, "SUPERVISOR-1", "S1")
    assert [(item.sku, item.price) for item in command.items] == [("A", 65), ("C", 80)]
    (act,) = room.trail.acts
    assert json.loads(act[6]) == {"products": 2, "new": 1, "different": 1, "gone": 1, "left_out": 0}
    assert "as revision 4" in room.browser().get(answer.headers["location"]).text


def test_lines_that_are_wrong_are_left_out_only_where_somebody_says_so(room: OfficeRoom) -> None:
    text = FILE + ",Nothing,10,7\n"

    assert taken_over(room, text).status_code == 422
    assert imports(room) == []
    assert taken_over(room, text, skip="1").status_code == 303
    assert len(imports(room)[0].items) == 2


def test_a_catalogue_replaced_meanwhile_is_compared_again_before_it_is_taken_over(room: OfficeRoom) -> None:
    room.services.answers[ImportCatalogue] = Refused(code="changed_meanwhile", text="Replaced meanwhile.")
    room.services.answers[Catalogue] = CatalogueAnswer(revision=9, page=0, pages=1, items=(PEAR,))

    answer = taken_over(room)

    assert answer.status_code == 409
    assert imports(room)[0].changes == 3
    assert "Replaced meanwhile." in answer.text
    assert 'name="revision" value="9"' in answer.text


def test_a_file_that_changes_nothing_is_not_taken_over(room: OfficeRoom) -> None:
    same = HEADING + "A,Apple,60,7,,Fruit\nB,Pear,70,7\n"

    answer = uploaded(room, same.encode())

    assert "changes nothing" in answer.text
    assert 'id="take-over"' not in answer.text


def test_what_is_sold_comes_as_the_file_that_changes_nothing(room: OfficeRoom) -> None:
    answer = room.browser().get(f"{PAGE}.csv")

    assert answer.headers["content-disposition"] == 'attachment; filename="catalogue.csv"'
    assert read_catalogue(answer.content).items == (APPLE, PEAR)


def test_a_long_catalogue_travels_in_parts_that_are_one_import(room: OfficeRoom) -> None:
    text = HEADING + "".join(f"P-{n},{'é' * 100},80,7\n" for n in range(3000))

    assert taken_over(room, text).status_code == 303
    sent = imports(room)
    assert taken_over(room, text).status_code == 303

    assert sum(len(part.items) for part in sent) == 3000
    assert [part.part for part in sent] == list(range(sent[0].parts))
    assert len({part.correlation_id for part in sent}) == 1
    assert len({part.message_id for part in sent}) == len(sent) > 1
    again = imports(room)[len(sent) :]
    assert [part.message_id for part in again] == [part.message_id for part in sent]
    assert len(room.trail.acts) == 2


def test_who_may_not_manage_the_store_only_looks(room: OfficeRoom) -> None:
    room.role = "operator"

    assert 'type="file"' not in room.browser().get(PAGE).text
    assert uploaded(room, FILE.encode()).status_code == 403
    assert imports(room) == []


def test_a_catalogue_alone_may_be_longer_than_a_form(room: OfficeRoom) -> None:
    filler = (FILE + "\n" * MOST_BYTES).encode()
    too_long = b"x" * (MOST_CATALOGUE_BYTES + 1)
    browser = room.browser()

    assert uploaded(room, filler).status_code == 200
    assert uploaded(room, too_long).status_code == 413
    for other in (f"{PAGE}/x", "/stores/S1/settings/store", "/stores/S1/day/open", "/sign-in"):
        assert browser.post(other, content=filler).status_code == 413, other


def test_a_program_sends_the_whole_and_how_it_travels_is_not_for_it_to_say(room: OfficeRoom) -> None:
    product = PEAR.model_copy(update={"name": "é" * 100})
    items = [product.model_copy(update={"sku": f"P-{n}"}).model_dump() for n in range(1500)]

    answer = program(room, {"items": items, "changes": 3})

    assert answer.json() == {"outcome": "done", "revision": 4}
    assert len(imports(room)) == imports(room)[0].parts > 1
    assert json.loads(room.trail.acts[0][6]) == {"products": 1500}
    assert program(room, {"items": items[:1], "part": 0, "parts": 2}).status_code == 422


def program(room: OfficeRoom, body: dict[str, Any]) -> httpx.Response:
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k"}
    address = "/api/stores/S1/import-catalogue"
    return room.browser().post(address, content=json.dumps(body), headers=headers)


def test_products_are_compared_by_their_sku_and_their_order_counts() -> None:
    dearer = APPLE.model_copy(update={"price": 65, "name": "Red apple"})

    turned = compared((APPLE, PEAR), (PEAR, dearer))
    same = compared((APPLE, PEAR), (APPLE, PEAR))

    assert [one.columns for one in turned.changed] == [("name", "price")]
    assert (turned.same, turned.moved, turned.new, turned.gone) == (1, True, (), ())
    assert same.is_nothing
    assert not compared((APPLE, PEAR), (PEAR, APPLE)).is_nothing
    assert not compared((APPLE, PEAR), (PEAR,)).moved


def test_imports_are_the_revisions_that_replaced_the_catalogue() -> None:
    changes = [SettingsChange(revision=n, changed_at=NOON, by="SUPERVISOR-1") for n in (7, 6, 5)]
    contents = [ANSWER.settings.model_copy(update={"catalogue_rev": n}) for n in (4, 3, 3)]

    assert [(one.revision, one.by) for one in imports_of(changes, contents)] == [(4, "SUPERVISOR-1")]
