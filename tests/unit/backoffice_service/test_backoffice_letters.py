"""The dead-letter desk at the back office: what lies there, and what a person decides."""

import json
from base64 import b64encode
from typing import Any

import pytest

from backoffice_service.pages.letters import content_of
from backoffice_service.pages.speech import LANGUAGES
from tillday_contracts.desk_messages import (
    DeadLetterDecided,
    DeadLetters,
    DeadLetterShown,
    DiscardDeadLetter,
    LetterClosed,
    RepairDeadLetter,
    RetryDeadLetter,
    ShowDeadLetter,
)
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import People, StoreSettings
from unit.backoffice_service.office_room import NOON, OfficeRoom, example

TOLD: DeadLetterShown = example("reply.dead_letter_shown")
SALE: dict[str, Any] = example("entry.sale").model_dump(mode="json")
CAME = {**SALE, "lines": [{**SALE["lines"][0], "quantity": "two"}, *SALE["lines"][1:]]}
WAITING = TOLD.model_copy(
    update={"letter": TOLD.letter.model_copy(update={"closed": None}), "entry": CAME, "entry_type": "SALE"}
)
DIGEST = TOLD.letter.digest
PAGE = f"/stores/S1/letters/{DIGEST}"


@pytest.fixture
def room() -> OfficeRoom:
    """A manager before a letter that waits."""
    told = OfficeRoom(role="manager")
    told.services.answers = {
        StoreSettings: example("reply.settings_answer"),
        People: example("reply.people_answer"),
        DeadLetters: example("reply.dead_letter_list"),
        ShowDeadLetter: WAITING,
        RetryDeadLetter: DeadLetterDecided(digest=DIGEST, closed="retried"),
        DiscardDeadLetter: DeadLetterDecided(digest=DIGEST, closed="discarded"),
        RepairDeadLetter: DeadLetterDecided(digest=DIGEST, closed="repaired"),
    }
    return told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_listed_shown_and_no_longer_decided_once_it_is_closed(
    room: OfficeRoom, language: str
) -> None:
    browser = room.browser(language)

    assert f'href="/stores/S1/letters/{DIGEST}"' in browser.get("/stores/S1/letters?state=all").text
    assert 'name="reason"' in browser.get(PAGE).text

    word = LetterClosed(outcome="discarded", by="SV1", reason="<i>twice</i>", at=NOON)
    letter = WAITING.letter.model_copy(update={"closed": word})
    room.services.answers[ShowDeadLetter] = TOLD.model_copy(update={"letter": letter})
    decided = browser.get(PAGE).text

    assert "&lt;i&gt;twice&lt;/i&gt;" in decided
    assert 'name="reason"' not in decided


@pytest.mark.parametrize(("act", "kind"), [("retry", RetryDeadLetter), ("discard", DiscardDeadLetter)])
def test_a_letter_is_decided_once_with_a_reason(
    room: OfficeRoom, act: str, kind: type[RetryDeadLetter | DiscardDeadLetter]
) -> None:
    browser = room.browser()
    assert browser.post(f"{PAGE}/{act}", data={"reason": " "}).status_code == 422
    assert room.services.commands(kind) == []

    for _ in range(2):
        answer = browser.post(f"{PAGE}/{act}", data={"key": "k", "reason": "The key is there now"})
        assert answer.headers["location"] == f"{PAGE}?done={act}"

    first, second = room.services.commands(kind)
    assert first.message_id == second.message_id
    assert (first.digest, first.reason) == (DIGEST, "The key is there now")


def test_a_letter_is_repaired_in_a_form_with_a_colleagues_word_and_shows_what_changed(
    room: OfficeRoom,
) -> None:
    browser = room.browser()
    form = {"reason": "The receipt says 3.20", "approver": "Supervisor 2", "e.lines.0.quantity": "2"}
    assert 'name="e.lines.0.quantity" id="e.lines.0.quantity" aria-label="Quantity" aria-invalid' in (
        browser.get(PAGE).text
    )

    refused = [
        browser.post(f"{PAGE}/repair", data={**form, **wrong})
        for wrong in (
            {"approver_password": "wrong"},
            {"approver_password": "a good word", "approver": "Supervisor 1"},
            {"approver_password": "a good word", "e.lines.0.quantity": "two"},
            {"approver_password": "a good word", "e.lines.0.quantity": "0"},
        )
    ]
    assert [one.status_code for one in refused] == [422] * 4
    assert not any("a good word" in one.text for one in refused)
    assert 'value="The receipt says 3.20"' in refused[2].text
    assert room.services.commands(RepairDeadLetter) == []

    browser.post(f"{PAGE}/repair", data={**form, "approver_password": "a good word"})

    (repair,) = room.services.commands(RepairDeadLetter)
    assert (repair.approved_by, repair.by, repair.body) == ("SUPERVISOR-2", "SUPERVISOR-1", SALE)
    word = LetterClosed(
        outcome="repaired", by="SUPERVISOR-1", approved_by="SUPERVISOR-2", reason="x", at=NOON
    )
    letter = WAITING.letter.model_copy(update={"closed": word})
    room.services.answers[ShowDeadLetter] = TOLD.model_copy(update={"letter": letter})
    shown = browser.get(PAGE).text
    assert "As repaired" in shown
    assert "SUPERVISOR-2" in shown


def test_what_a_repair_would_change_is_shown_before_it_is_sent(room: OfficeRoom) -> None:
    form = {"e.lines.0.quantity": "3"}

    effect = room.browser().post(f"{PAGE}/repair/effect", data=form).text
    page = room.browser().post(f"{PAGE}/repair/form", data=form).text

    assert "Line 1 · Quantity" in effect
    assert "€3.80" in effect
    assert 'name="e.lines.0.quantity" id="e.lines.0.quantity" aria-label="Quantity" value="3"' in page


def test_what_no_form_can_show_is_repaired_by_operators_as_json(room: OfficeRoom) -> None:
    room.services.answers[ShowDeadLetter] = WAITING.model_copy(update={"entry": {**SALE, "lines": "none"}})
    form = {"reason": "x", "approver": "Supervisor 2", "approver_password": "a good word"}
    assert "an operator repairs it" in room.browser().get(PAGE).text
    body = json.dumps(SALE)
    assert room.browser().post(f"{PAGE}/repair", data={**form, "body": body}).status_code == 422

    room.role = "operator"
    browser = room.browser()
    wrong = [
        browser.post(f"{PAGE}/repair", data={**form, "body": one}) for one in ("3", '{"a": NaN}', "[" * 5000)
    ]
    assert [one.status_code for one in wrong] == [422] * 3
    assert 'name="body"' in wrong[0].text
    assert room.services.commands(RepairDeadLetter) == []
    browser.post(f"{PAGE}/repair", data={**form, "body": body})

    (repair,) = room.services.commands(RepairDeadLetter)
    assert repair.body == SALE


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"entry": None, "entry_type": None}, "Nothing of it can be read"),
        ({"entry_type": "HOLOGRAM"}, "update the services"),
        ({"letter": WAITING.letter.model_copy(update={"place": None})}, "No key of the terminal"),
    ],
)
def test_a_letter_that_nobody_can_repair_says_why(
    room: OfficeRoom, changed: dict[str, object], said: str
) -> None:
    room.services.answers[ShowDeadLetter] = WAITING.model_copy(update=changed)
    browser = room.browser()
    form = {"reason": "x", "approver": "Supervisor 2", "approver_password": "a good word"}

    assert said in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/repair/effect", data={}).status_code == 404
    assert browser.post(f"{PAGE}/repair", data=form).status_code == 422
    assert room.services.commands(RepairDeadLetter) == []


@pytest.mark.parametrize(("language", "said"), [("en", "because of this"), ("es", "Volvería a quedar")])
def test_what_would_come_back_is_refused_in_the_language_of_the_page(
    room: OfficeRoom, language: str, said: str
) -> None:
    room.services.answers[RetryDeadLetter] = Refused(code="still_impossible", text="because of this")

    answer = room.browser(language).post(f"{PAGE}/retry", data={"reason": "x"})

    assert answer.status_code == 409
    assert said in answer.text


def test_supervisors_and_other_sites_decide_nothing_there(room: OfficeRoom) -> None:
    foreign = room.browser().post(
        f"{PAGE}/discard", data={"reason": "x"}, headers={"Origin": "https://x.example"}
    )
    room.role = "supervisor"
    supervisor = [room.browser().get(PAGE), room.browser().post(f"{PAGE}/discard", data={"reason": "x"})]

    assert [one.status_code for one in (foreign, *supervisor)] == [403, 403, 403]
    assert room.services.commands(DiscardDeadLetter) == []


def test_what_cannot_be_read_is_shown_as_its_first_bytes() -> None:
    body = b64encode(bytes(range(18))).decode()

    lines = content_of(TOLD.model_copy(update={"entry": None, "body": body})).splitlines()

    assert lines == ["00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f", "10 11"]
