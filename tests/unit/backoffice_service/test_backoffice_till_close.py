"""Closing a till at the back office: what is typed becomes evidence, and refusals are said plainly."""

import pytest

from backoffice_service.domain.printed_report import (
    BOTH,
    NO_AMOUNT,
    NO_MEMBER,
    NOTHING_COUNTED,
    TOO_LONG,
    UnreadableForm,
    evidence_of,
)
from backoffice_service.pages.speech import LANGUAGES
from tillday_contracts.close_messages import (
    CloseTill,
    NoEvidence,
    SayNoClose,
    ScannedReport,
    TillClosedInBack,
    TypedMember,
    TypedReport,
    TypedTender,
)
from tillday_contracts.messages import Done, Refused
from tillday_contracts.report_messages import Board, StatusBoard
from tillday_contracts.sharing_messages import CoverGuests, GuestReach
from tillday_contracts.store_messages import People, StoreSettings
from unit.backoffice_service.office_room import NOON, OfficeRoom, example

BOARD: Board = example("reply.board")
TERMINAL = next(one for one in BOARD.terminals if one.sessions)
TILL = TERMINAL.sessions[0].model_copy(
    update={"status": "Open in Front-office", "closed_at": None, "provisional": False}
)
PAGE = f"/stores/S1/terminals/{TERMINAL.terminal}/tills/{TILL.session_id}"
CURRENCIES = {"cash": "EUR", "card": "EUR", "yen": "JPY"}


def board(**changes: object) -> Board:
    sessions = (TILL.model_copy(update=changes),)
    shown = TERMINAL.model_copy(update={"sessions": sessions})
    return BOARD.model_copy(update={"terminals": (shown,), "shown": shown, "rescues": ()})


@pytest.fixture
def room() -> OfficeRoom:
    """A supervisor before an open till."""
    told = OfficeRoom()
    told.services.answers = {
        StoreSettings: example("reply.settings_answer"),
        People: example("reply.people_answer"),
        StatusBoard: board(),
        CloseTill: TillClosedInBack(number="B-1", status="closed_back"),
        SayNoClose: Done(),
        CoverGuests: Done(),
    }
    return told


def test_amounts_and_terminals_of_the_report_are_read_as_they_are_printed() -> None:
    form = {
        "counted-cash": " 190,5 ",
        "kept-cash": "50.00",
        "counted-yen": "300",
        "counted-card": "",
        "members": "t1 ab12c 0123-4567 89AB\n\nT2:AB12D:0123456789AC",
    }

    assert evidence_of(form, CURRENCIES) == TypedReport(
        tenders=(
            TypedTender(tender="cash", counted=19_050, kept=5000),
            TypedTender(tender="yen", counted=300),
        ),
        members=(
            TypedMember(terminal="T1", code="AB12C", short_form="0123-456789AB"),
            TypedMember(terminal="T2", code="AB12D", short_form="0123456789AC"),
        ),
    )


def test_nothing_typed_is_no_evidence_and_a_code_is_taken_as_it_was_scanned() -> None:
    assert evidence_of({"counted-cash": " ", "qr": "\n"}, CURRENCIES) == NoEvidence()
    assert evidence_of({"qr": " TD1:xyz\n"}, CURRENCIES) == ScannedReport(payload="TD1:xyz")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"qr": "x", "counted-cash": "1"}, BOTH),
        ({"kept-cash": "1"}, NOTHING_COUNTED),
        ({"members": "T1 AB12C 0123456789AB"}, NOTHING_COUNTED),
        ({"counted-cash": "a lot"}, NO_AMOUNT),
        ({"counted-cash": "1,234"}, NO_AMOUNT),
        ({"counted-yen": "1,5"}, NO_AMOUNT),
        ({"counted-cash": "1", "members": "T1"}, NO_MEMBER),
        ({"counted-cash": "1", "members": "T1 '; -- 0123456789AB"}, NO_MEMBER),
        ({"qr": "x" * 5000}, TOO_LONG),
    ],
)
def test_what_cannot_be_a_report_is_refused_with_what_to_do(form: dict[str, str], said: str) -> None:
    with pytest.raises(UnreadableForm) as refused:
        evidence_of(form, CURRENCIES)
    assert str(refused.value) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_till_can_be_closed_and_one_closed_from_here_ended(room: OfficeRoom, language: str) -> None:
    browser = room.browser(language)
    opened = browser.get(f"{PAGE}/close").text
    assert 'name="counted-cash"' in opened
    assert "no-close" not in opened

    back = {"status": "Closed in Back-office", "closed_at": TILL.opened_at, "back_number": "B-1"}
    room.services.answers[StatusBoard] = board(**back, provisional=True)

    assert f'action="{PAGE}/no-close?date=' in browser.get(f"{PAGE}/close").text


def test_a_till_is_closed_once_with_its_amounts_and_written_down(room: OfficeRoom) -> None:
    browser = room.browser()
    form = {"key": "k", "reason": " PC broke ", "counted-cash": "190.00"}

    answers = [browser.post(f"{PAGE}/close?date=2026-03-14", data=form) for _ in range(2)]

    assert {one.headers["location"] for one in answers} == {f"{PAGE}/close?date=2026-03-14&done=closed"}
    first, second = room.services.commands(CloseTill)
    assert first.message_id == second.message_id
    assert (first.session_id, first.reason, first.by) == (TILL.session_id, "PC broke", "SUPERVISOR-1")
    assert first.evidence.tenders[0].counted == 19_000
    assert room.trail.acts[0][-1] == "B-1"


def test_the_till_of_a_terminal_that_answers_is_said_to_be_open_still(room: OfficeRoom) -> None:
    room.services.answers[CloseTill] = TillClosedInBack(number="B-1", status="open")
    browser = room.browser()

    leads = browser.post(f"{PAGE}/close", data={"reason": "x"}).headers["location"]

    assert "The terminal answers, so it hears first" in browser.get(leads).text


def test_a_form_that_cannot_be_read_comes_back_as_it_was_typed(room: OfficeRoom) -> None:
    form = {"reason": "<i>why</i>", "counted-cash": "a lot"}

    answer = room.browser("es").post(f"{PAGE}/close", data=form)

    assert answer.status_code == 422
    assert "Escriba los importes como 190,00" in answer.text
    assert 'value="a lot"' in answer.text
    assert 'value="&lt;i&gt;why&lt;/i&gt;"' in answer.text
    assert room.services.commands(CloseTill) == []


@pytest.mark.parametrize("reason", ["", " ", "x" * 121])
def test_a_close_needs_a_reason_of_a_line(room: OfficeRoom, reason: str) -> None:
    for form in ("close", "no-close"):
        answer = room.browser().post(f"{PAGE}/{form}", data={"reason": reason})
        assert answer.status_code == 422
        assert "a reason of 1 to 120 characters" in answer.text
    assert room.services.commands(CloseTill) == room.services.commands(SayNoClose) == []


@pytest.mark.parametrize(("language", "said"), [("en", "Till X is open"), ("es", "Esta caja está abierta")])
def test_that_no_close_will_come_is_said_or_refused_in_the_pages_language(
    room: OfficeRoom, language: str, said: str
) -> None:
    browser = room.browser(language)
    decided = browser.post(f"{PAGE}/no-close", data={"reason": "Stolen"})
    assert decided.headers["location"].endswith("/close?done=decided")

    room.services.answers[SayNoClose] = Refused(code="open", text="Till X is open. Close it first.")
    refused = browser.post(f"{PAGE}/no-close", data={"reason": "Stolen"})

    assert refused.status_code == 409
    assert said in refused.text
    assert [act[-1] for act in room.trail.acts] == ["decided", "open"]


def test_only_who_leads_a_store_closes_its_tills_and_only_from_our_pages(room: OfficeRoom) -> None:
    browser = room.browser()
    foreign = browser.post(f"{PAGE}/close", data={"reason": "x"}, headers={"Origin": "null"})
    other_store = browser.post(f"{PAGE.replace('/S1/', '/S2/')}/close", data={"reason": "x"})
    room.role = "operator"
    operator = room.browser().post(f"{PAGE}/close", data={"reason": "x"})

    assert [one.status_code for one in (foreign, other_store, operator)] == [403, 403, 403]
    assert room.services.commands(CloseTill) == []


@pytest.mark.parametrize("strange", ["0" * 32, "%27%20OR%201=1", "%E2%80%AE"])
def test_a_till_that_nobody_knows_has_no_page(room: OfficeRoom, strange: str) -> None:
    browser = room.browser()
    page = f"/stores/S1/terminals/{TERMINAL.terminal}/tills/{strange}/close"

    assert browser.get(page).status_code == 404


def test_guests_that_the_count_did_not_hear_are_decided_with_their_last_receipts(room: OfficeRoom) -> None:
    closed = {"status": "Closed in Front-office", "closed_at": NOON}
    room.services.answers[StatusBoard] = board(**closed)
    browser = room.browser()
    page = browser.get(f"{PAGE}/close").text
    assert 'id="guests"' in page
    assert 'id="close"' not in page  # its terminal closed it: nothing is to be added

    for wrong in (
        {"guests": ""},
        {"guests": "T2 T2-AB12C-17 x"},
        {"guests": "<b>"},
        {"guests": "T2", "reason": ""},
    ):
        assert browser.post(f"{PAGE}/guests", data={"reason": "x", **wrong}).status_code == 422
    form = {"key": "k", "guests": "t2 t2-ab12c-17\nT3", "reason": "Its drawer was here"}
    answer = browser.post(f"{PAGE}/guests", data=form)

    assert "done=guests" in answer.headers["location"]
    (said,) = room.services.commands(CoverGuests)
    assert said.guests == (
        GuestReach(terminal="T2", through="T2-AB12C-17"),
        GuestReach(terminal="T3"),
    )
