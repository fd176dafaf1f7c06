"""The API of the back office: what the pages do, for programs, under the same rights."""

import ast
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backoffice_openapi import COMMITTED, described
from backoffice_service.http.api_routes import CHANGE, READ
from backoffice_service.pages.speech import HERE
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import DefinePerson, DefineStore, OpenStore, RegisterTerminal
from tillday_contracts.wire import REPLIES
from unit.backoffice_service.api_room import full_room
from unit.backoffice_service.office_room import OfficeRoom, PageBrowser, example

API = "/api/stores/S1"
ROUTES = Path(HERE).parent / "http"
BY_THEMSELVES = {"DefineLogin", "ForgetAuthenticator", "StoreOverviews"}
"""What the back office answers itself, or for many stores at once, has addresses of its own."""
JSON = {"Content-Type": "application/json", "Idempotency-Key": "k"}
OPEN = {"business_date": "2026-03-14"}
PERSON = {"person": "CASHIER-2", "name": "Cashier 2", "role": "cashier", "rights": ["sell"]}


def sent(room: OfficeRoom, path: str, body: Any, **headers: str) -> Any:
    return posted(room.browser(), path, body, **headers)


def posted(browser: PageBrowser, path: str, body: Any, **headers: str) -> Any:
    return browser.post(
        f"{API}/{path}",
        content=body if isinstance(body, str) else json.dumps(body),
        headers={**JSON, **headers},
    )


def messages_named(sources: Iterable[str]) -> Iterator[str]:
    """The requests that routes of pages import from the contracts."""
    known = {kind.__name__ for kind in REPLIES}
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tillday_contracts"):
                yield from (name.name for name in node.names if name.name in known)


def test_whatever_a_page_asks_or_orders_a_program_can() -> None:
    pages = [file.read_text("utf-8") for file in ROUTES.glob("*.py") if file.name != "api_routes.py"]
    offered = {kind.__name__ for group in (*READ.values(), *CHANGE.values()) for kind in group}

    assert set(messages_named(pages)) - offered == BY_THEMSELVES
    planted = "from tillday_contracts.store_messages import MOST_PRODUCTS, OpenStore"
    assert list(messages_named([planted])) == ["OpenStore"]


def test_the_description_beside_the_documentation_is_the_one_of_the_code() -> None:
    text = described(full_room().browser().app)

    assert COMMITTED.read_text(encoding="utf-8") == text, "run: python tests/backoffice_openapi.py"
    assert text != described(full_room().browser().app).replace("open-store", "open-shop")


def test_every_question_is_answered_and_says_what_it_needs() -> None:
    room = full_room()

    people = room.browser().get(f"{API}/people")
    missing = room.browser().get(f"{API}/cash-up-report?session_id=1&more=2")

    assert people.json() == example("reply.people_answer").model_dump(mode="json")
    assert missing.status_code == 422
    assert missing.headers["content-type"] == "application/problem+json"
    assert "more is not known here" in missing.json()["detail"]


def test_the_same_key_is_the_same_command_and_none_is_needed_twice() -> None:
    room = full_room()

    first, second = sent(room, "open-store", OPEN), sent(room, "open-store", OPEN)
    keyless = room.browser().post(f"{API}/open-store", json=OPEN)

    assert (first.status_code, second.status_code, keyless.status_code) == (200, 200, 422)
    one, other = room.services.commands(OpenStore)
    assert one.message_id == other.message_id
    assert (one.store, one.by) == ("S1", "SUPERVISOR-1")


@pytest.mark.parametrize("field", ["by", "message_id", "occurred_at", "store"])
def test_nobody_says_in_a_body_who_they_are_or_in_which_store(field: str) -> None:
    room = full_room()

    answer = sent(room, "open-store", {**OPEN, field: "SOMEBODY-ELSE"})

    assert answer.status_code == 422
    assert room.services.commands(OpenStore) == []


def test_settings_of_another_store_are_not_defined_under_this_ones_rights() -> None:
    room = full_room()
    settings = example("request.define_store").settings.model_dump(mode="json")

    own = sent(room, "define-store", {"settings": {**settings, "store": "S1"}})
    foreign = sent(room, "define-store", {"settings": {**settings, "store": "S2"}})

    assert (own.status_code, foreign.status_code) == (200, 422)
    assert [one.settings.store for one in room.services.commands(DefineStore)] == ["S1"]


def test_secrets_are_in_no_answer_and_no_audit() -> None:
    room = full_room()
    terminal = {"terminal": "T3", "till": "TILL3", "name": "Bar"}

    added = sent(room, "register-terminal", terminal)
    defined = sent(room, "define-person", {**PERSON, "pin": "258014"})

    assert added.json() == {"outcome": "done"}
    assert defined.status_code == 200
    assert len(room.services.commands(RegisterTerminal)) == 1
    assert room.services.commands(DefinePerson)[0].pin == "258014"
    assert "258014" not in str(room.trail.acts)


def test_a_refusal_is_a_problem_with_its_rule_in_the_language_that_is_asked_for() -> None:
    room = full_room()
    room.services.answers[OpenStore] = Refused(code="closed", text="It was closed.", details={"day": 1})

    english, spanish = (
        sent(room, "open-store", OPEN),
        sent(room, "open-store", OPEN, **{"Accept-Language": "es"}),
    )

    assert english.status_code == 409
    assert english.json()["detail"] == "It was closed."
    assert (english.json()["code"], english.json()["details"]) == ("closed", {"day": 1})
    assert spanish.json()["detail"].startswith("Otra persona lo ha cerrado")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({**OPEN, "more": 1}, "body.more no se conoce aquí."),
        ({}, "body.business_date falta."),
        ({**PERSON, "pin": "12", "name": ""}, "body.name tiene que tener 1 o más caracteres"),
    ],
)
def test_what_makes_no_sense_is_said_in_the_language_that_is_asked_for(body: Any, said: str) -> None:
    path = "define-person" if "name" in body else "open-store"

    answer = sent(full_room(), path, body, **{"Accept-Language": "es"})

    assert answer.status_code == 422
    assert said in answer.json()["detail"]


def test_whoever_comes_from_elsewhere_is_told_so_in_their_language() -> None:
    answer = sent(full_room(), "open-store", OPEN, Origin="https://x.example", **{"Accept-Language": "es"})

    assert answer.status_code == 403
    assert answer.json()["detail"] == "Esta petición no viene de una página de la oficina."


@pytest.mark.parametrize("body", ["", "no json", "[]", '{"business_date": "2026-02-30"}', '"\\ud800"'])
def test_what_is_no_command_is_a_problem_that_repeats_nothing_of_it(body: str) -> None:
    answer = sent(full_room(), "open-store", body)

    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
