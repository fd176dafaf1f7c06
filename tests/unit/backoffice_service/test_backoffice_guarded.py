"""Grave acts wait for a code of an authenticator, on the pages and for programs alike."""

import json
from typing import Any

import pytest

from backoffice_service.http.api_routes import CHANGE
from backoffice_service.http.api_shapes import APPROVAL, APPROVED, CUT, path_of
from backoffice_service.http.codes import CodeWanted
from tillday_contracts.desk_messages import DiscardDeadLetter, RepairDeadLetter, RetryDeadLetter
from tillday_contracts.examples import examples
from tillday_contracts.identity_messages import IssueEnrolmentCode
from tillday_contracts.messages import Command
from tillday_contracts.rescue_messages import AcceptRescued, CloseRescue, RejectRescued, RepairRescued
from tillday_contracts.store_messages import CloseStore
from unit.backoffice_service.api_room import full_room
from unit.backoffice_service.office_room import GOOD_WORD, NoCodes, OfficeRoom

GRAVE = {
    *(AcceptRescued, RejectRescued, RepairRescued, CloseRescue),
    *(DiscardDeadLetter, RepairDeadLetter, RetryDeadLetter),
    IssueEnrolmentCode,
}
JSON = {"Content-Type": "application/json", "Idempotency-Key": "k"}
KINDS = sorted({kind for kinds in CHANGE.values() for kind in kinds}, key=lambda kind: kind.__name__)
EXAMPLES: dict[type, Any] = {
    type(one): one for name, one in examples().items() if name.startswith("request.")
}


class AskedCodes(NoCodes):
    """Everybody has an authenticator, and nobody shows a code of it."""

    required = True

    async def has_authenticator(self, _person: str) -> bool:
        return True

    async def demand(self, *asked: Any) -> None:
        _request, visitor, typed = asked
        raise CodeWanted("ask", visitor, typed)


def guarded_room() -> OfficeRoom:
    return full_room(codes=AskedCodes())


def ordered(room: OfficeRoom, kind: type[Command], **changed: Any) -> Any:
    left_out = {*Command.model_fields, "store", APPROVED, *CUT.get(kind, ())}
    body = json.loads(EXAMPLES[kind].model_dump_json(exclude=left_out))
    if APPROVED in kind.model_fields:
        body |= dict(zip(APPROVAL, ("Supervisor 2", GOOD_WORD), strict=True))
    if "settings" in body:
        body["settings"]["store"] = "S1"
    path = f"/api/stores/S1/{path_of(kind)}"
    return room.browser().post(path, content=json.dumps({**body, **changed}), headers=JSON)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not CloseStore])
def test_a_program_shows_a_code_before_what_is_grave_and_for_nothing_else(kind: type[Command]) -> None:
    room = guarded_room()

    answer = ordered(room, kind)

    assert (answer.status_code == 403) == (kind in GRAVE), answer.text
    assert len(room.services.commands(kind)) == (kind not in GRAVE)
    if kind in GRAVE:
        assert answer.json()["code"] == "code_ask"


def test_a_store_is_closed_without_a_code_until_it_goes_over_what_is_in_the_way() -> None:
    room = guarded_room()

    usual = ordered(room, CloseStore, waive=None)
    waived = ordered(room, CloseStore, waive="T2 burnt")

    assert (usual.status_code, waived.status_code) == (200, 403)
    assert [one.waive for one in room.services.commands(CloseStore)] == [None]


@pytest.mark.parametrize("kind", ["enrol", "rotate", "compromised"])
def test_the_pages_ask_for_a_code_before_a_terminal_gets_one_or_somebody_a_login(kind: str) -> None:
    room = guarded_room()
    settings = "/stores/S1/settings"
    login = {"role": "supervisor", "password": "a password of theirs"}

    code = room.browser().post(f"{settings}/terminals/T1/code", data={"kind": kind, "key": "1"})
    given = room.browser().post(f"{settings}/people/C1/login", data={**login, "key": "2"})

    assert (code.status_code, given.status_code) == (403, 403)
    assert room.services.commands(IssueEnrolmentCode) == []
    assert room.logins.defined == []


@pytest.mark.parametrize("kind", [RepairRescued, RepairDeadLetter])
def test_a_program_repairs_only_with_a_colleagues_word_and_never_names_who_approved(
    kind: type[Command],
) -> None:
    room = full_room()

    done = ordered(room, kind)
    alone = ordered(room, kind, approver="Supervisor 1")
    wrong = ordered(room, kind, approver_password="a bad word")
    named = ordered(room, kind, approved_by="SUPERVISOR-2")

    assert [one.status_code for one in (done, alone, wrong, named)] == [200, 422, 422, 422]
    (sent,) = room.services.commands(kind)
    assert sent.approved_by == "SUPERVISOR-2"
    assert GOOD_WORD not in str(room.trail.acts)
