"""One late entry at the back office: both journals, the count that has its money, decisions and repair."""

from typing import Any

import pytest

from backoffice_service.domain.access import Visitor
from backoffice_service.http.codes import CodeWanted
from backoffice_service.pages.journals import WORDS
from backoffice_service.pages.speech import LANGUAGES, Speech
from tillday_contracts.desk_messages import Change
from tillday_contracts.entries import BODIES
from tillday_contracts.rescue_messages import (
    AcceptRescued,
    NamedCount,
    RejectRescued,
    RepairRescued,
    RescueDecided,
    RescueJournals,
    RescueJournalsShown,
    ShowRescue,
)
from tillday_contracts.store_messages import People, StoreSettings
from unit.backoffice_service.office_room import OfficeRoom, example

MOVEMENT: dict[str, Any] = example("entry.movement").model_dump(mode="json")
EXAMPLE: RescueJournalsShown = example("reply.rescue_journals_shown")
TOLD = EXAMPLE.model_copy(update={"entry": EXAMPLE.entry.model_copy(update={"body": MOVEMENT})})
RESCUE = example("reply.rescue_shown").session.session_id
ENTRY = TOLD.entry.entry
PAGE = f"/stores/S1/rescues/{RESCUE}/entries/{ENTRY}"
COUNT = TOLD.counts[0].count
WORD = {"approver": "supervisor 2", "approver_password": "a good word"}


@pytest.fixture
def room() -> OfficeRoom:
    """A supervisor before one entry that somebody accepted."""
    told = OfficeRoom()
    decided = RescueDecided(session_id=RESCUE, status="reviewed", undecided=0)
    told.services.answers = {
        StoreSettings: example("reply.settings_answer"),
        People: example("reply.people_answer"),
        RescueJournals: TOLD,
        ShowRescue: example("reply.rescue_shown"),
        **dict.fromkeys((AcceptRescued, RejectRescued, RepairRescued), decided),
    }
    return told


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_journals_stand_side_by_side_under_the_counts_of_the_till(
    room: OfficeRoom, language: str
) -> None:
    page = room.browser(language).get(PAGE).text

    assert page.count('aria-current="true"') == 2
    assert "153.20" in page or "153,20" in page
    assert f'value="cash_up:{COUNT.session_id}"' in page
    assert Speech(language).text("paid in") in page


def test_every_kind_of_entry_has_words() -> None:
    assert {name for name in WORDS if name.isupper()} == set(BODIES)


def test_a_reviewer_names_the_count_in_which_the_money_lay(room: OfficeRoom) -> None:
    form = {"decision": "1", "count": f"{COUNT.kind}:{COUNT.session_id}", "key": "k"}

    answer = room.browser().post(f"{PAGE}/accept", data=form)

    assert answer.headers["location"] == f"{PAGE}?done=accept"
    (accepted,) = room.services.commands(AcceptRescued)
    assert accepted.count == NamedCount(session_id=COUNT.session_id, kind=COUNT.kind)
    assert [(one.entry, one.decision) for one in accepted.entries] == [(ENTRY, 1)]


def test_a_repair_needs_somebody_elses_password_and_names_who_it_was(room: OfficeRoom) -> None:
    browser = room.browser()
    form = {"decision": "1", "reason": "Keyed as cash", "e.tender": "card"}

    alone = browser.post(f"{PAGE}/repair", data={**form, **WORD, "approver": "SUPERVISOR-1"})
    nobody = browser.post(f"{PAGE}/repair", data={**form, **WORD, "approver_password": "guessed"})
    assert (alone.status_code, nobody.status_code) == (422, 422)
    assert '<option value="card" selected>' in alone.text
    assert room.services.commands(RepairRescued) == []

    browser.post(f"{PAGE}/repair", data={**form, **WORD})

    (repair,) = room.services.commands(RepairRescued)
    assert (repair.by, repair.approved_by) == ("SUPERVISOR-1", "SUPERVISOR-2")
    assert repair.body == {**MOVEMENT, "tender": "card"}
    assert "SUPERVISOR-2" in str(room.trail.acts[-1])


def test_what_a_repair_would_change_is_shown_before_it_is_sent(room: OfficeRoom) -> None:
    browser = room.browser()
    form = {"e.amount": "7.77", "e.reason": "<i>", "approver_password": "a good word"}

    effect = browser.post(f"{PAGE}/repair/effect", data=form)
    page = browser.post(f"{PAGE}/repair/form", data=form)

    assert "7.77" in effect.text
    assert "&lt;i&gt;" in effect.text
    assert "<html" not in effect.text
    assert 'value="7.77"' in page.text
    assert not any("a good word" in one.text for one in (effect, page))
    assert room.services.commands(RepairRescued) == []


def test_what_a_count_moved_is_repaired_by_nobody(room: OfficeRoom) -> None:
    count = TOLD.entry.model_copy(update={"kind": "count"})
    room.services.answers[RescueJournals] = TOLD.model_copy(update={"entry": count})
    browser = room.browser()

    assert 'id="repair"' not in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/repair/effect", data={}).status_code == 404
    assert browser.post(f"{PAGE}/repair", data={"decision": "1", "reason": "x", **WORD}).status_code == 404


def test_a_repaired_entry_shows_its_differences(room: OfficeRoom) -> None:
    change = Change(path="payments.0.tender", before="cash", after="<b>card</b>")
    decision = TOLD.entry.decision.model_copy(update={"verdict": "repaired", "changes": (change,)})  # type: ignore[union-attr]
    entry = TOLD.entry.model_copy(update={"decision": decision})
    room.services.answers[RescueJournals] = TOLD.model_copy(update={"entry": entry})

    page = room.browser().get(PAGE).text

    assert "Payment 1 · Tender" in page
    assert "&lt;b&gt;card&lt;/b&gt;" in page


@pytest.mark.parametrize(
    ("act", "form"),
    [
        ("accept", {"decision": "-1"}),
        ("accept", {"decision": "1", "count": "yesterday:x"}),
        ("reject", {"decision": "1"}),
        ("repair", {"decision": "1", "e.amount": "much", "reason": "x", **WORD}),
        ("repair", {"decision": "1", "e.amount": "-3", "reason": "x", **WORD}),
        ("repair", {"decision": "1", "e.amount": "3.00", "reason": "", **WORD}),
    ],
)
def test_a_form_that_makes_no_sense_decides_nothing(room: OfficeRoom, act: str, form: dict[str, str]) -> None:
    answer = room.browser().post(f"{PAGE}/{act}", data=form)

    assert answer.status_code == 422
    assert room.trail.acts == []


def test_who_may_not_decide_looks_only(room: OfficeRoom) -> None:
    room.role = "operator"
    browser = room.browser()

    assert 'id="repair"' not in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/accept", data={"decision": "1"}).status_code == 403
    room.role = "supervisor"
    assert room.browser().post(f"{PAGE}/forget").status_code == 404


def test_a_form_that_waits_for_a_code_keeps_no_password() -> None:
    visitor = Visitor("SUPERVISOR-1", "Supervisor 1", "supervisor", ("S1",))

    waiting = CodeWanted("ask", visitor, {"reason": "Keyed as cash", **WORD})

    assert waiting.typed == {"reason": "Keyed as cash", "approver": WORD["approver"]}
