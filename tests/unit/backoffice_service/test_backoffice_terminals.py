"""Terminals at the back office: added and named, let in with a code that is shown once, cut off."""

import pytest

from backoffice_service.pages.speech import LANGUAGES
from tillday_contracts.enrolment import Invitation
from tillday_contracts.identity_messages import EnrolmentCodeIssued, IssueEnrolmentCode, RevokeTerminal
from tillday_contracts.master_data_messages import StoreTerminalList, StoreTerminals
from tillday_contracts.messages import Done, Refused
from tillday_contracts.store_messages import People, RegisterTerminal, StoreSettings
from unit.backoffice_service.office_room import OfficeRoom, example

ISSUED: EnrolmentCodeIssued = example("reply.enrolment_code_issued")
SECRETS = example("reply.terminal_registered")
TOLD: StoreTerminalList = example("reply.store_terminal_list")
CODE = TOLD.terminals[0].terminal
LIST = "/stores/S1/settings/terminals"
PAGE = f"{LIST}/{CODE}"


@pytest.fixture
def room() -> OfficeRoom:
    """A supervisor of a store with one terminal."""
    told = OfficeRoom()
    told.services.answers = {
        StoreSettings: example("reply.settings_answer"),
        People: example("reply.people_answer"),
        StoreTerminals: TOLD,
        RegisterTerminal: SECRETS,
        IssueEnrolmentCode: ISSUED,
        RevokeTerminal: Done(),
    }
    return told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_terminal_is_listed_with_its_identity_and_its_life(room: OfficeRoom, language: str) -> None:
    browser = room.browser(language)

    listed, page = browser.get(LIST).text, browser.get(PAGE).text

    assert f'href="{PAGE}"' in listed
    assert TOLD.terminals[0].name in page
    assert f'action="{PAGE}/revoke"' in page
    assert browser.get(f"{LIST}/T99").status_code == 404


@pytest.mark.parametrize("kind", ["enrol", "rotate", "compromised"])
def test_a_code_is_shown_once_and_stands_nowhere_else(room: OfficeRoom, kind: str) -> None:
    answer = room.browser().post(f"{PAGE}/code", data={"kind": kind})

    assert ISSUED.code in answer.text
    assert answer.headers["cache-control"] == "no-store"
    (asked,) = room.services.commands(IssueEnrolmentCode)
    assert (asked.rotate, asked.compromised) == (kind == "rotate", kind == "compromised")
    assert ISSUED.code not in str(room.trail.acts)
    assert ISSUED.code not in room.browser().get(PAGE).text


def test_an_invitation_is_a_file_for_the_machine(room: OfficeRoom) -> None:
    room.invite = lambda code: Invitation(mqtt_url="mqtts://broker.example:8883", code=code)

    answer = room.browser().post(f"{PAGE}/code", data={"kind": "enrol", "as": "file"})

    assert "attachment" in answer.headers["content-disposition"]
    assert Invitation.model_validate_json(answer.content).code == ISSUED.code


def test_a_terminal_is_added_and_renamed_and_its_secrets_are_shown_to_nobody(room: OfficeRoom) -> None:
    added = room.browser().post(LIST, data={"terminal": "t3", "till": "till3", "name": "Bar"})
    renamed = room.browser().post(f"{PAGE}/name", data={"name": "Door"})

    assert added.headers["location"] == f"{LIST}/T3?done=added"
    assert renamed.headers["location"] == f"{PAGE}?done=named"
    first, second = room.services.commands(RegisterTerminal)
    assert (first.terminal, first.till, first.name) == ("T3", "TILL3", "Bar")
    assert (second.terminal, second.till, second.name) == (CODE, TOLD.terminals[0].till, "Door")
    everything = f"{added.text}{renamed.text}{room.trail.acts}"
    assert SECRETS.journal_key not in everything
    assert SECRETS.pepper not in everything


def test_a_terminal_is_cut_off_with_a_reason(room: OfficeRoom) -> None:
    blank = room.browser().post(f"{PAGE}/revoke", data={"reason": " "})
    done = room.browser().post(f"{PAGE}/revoke", data={"reason": "Stolen"})

    assert blank.status_code == 422
    assert done.headers["location"] == f"{PAGE}?done=revoked"
    (asked,) = room.services.commands(RevokeTerminal)
    assert (asked.terminal, asked.reason) == (CODE, "Stolen")


@pytest.mark.parametrize("codes", [{"terminal": "", "till": "T"}, {"terminal": "a b", "till": "T"}])
def test_codes_that_could_stand_in_no_topic_are_refused_at_the_page(
    room: OfficeRoom, codes: dict[str, str]
) -> None:
    answer = room.browser().post(LIST, data={**codes, "name": "Bar"})

    assert answer.status_code == 422
    assert room.services.commands(RegisterTerminal) == []


def test_a_refusal_is_said_where_it_was_asked_and_an_operator_only_looks(room: OfficeRoom) -> None:
    room.services.answers[RevokeTerminal] = Refused(code="not_allowed", text="You may not.")
    refused = room.browser().post(f"{PAGE}/revoke", data={"reason": "Stolen"})
    room.role = "operator"

    assert refused.status_code == 409
    assert "You may not." in refused.text
    assert "<form" not in room.browser().get(PAGE).text.split("office-main")[1]
    assert room.browser().post(f"{PAGE}/code", data={"kind": "enrol"}).status_code == 403
