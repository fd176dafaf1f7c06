"""A cash-up report as a file and as a copy at its terminal."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backoffice_service.pages.cash_ups import copies_of, lines_of
from backoffice_service.pages.paper import Line, pdf_of, written
from backoffice_service.pages.speech import LANGUAGES, Speech
from tillday_contracts.command_messages import (
    CommandOrdered,
    OrderedCommand,
    OrderReprint,
    TerminalCommandList,
    TerminalCommands,
)
from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import CashUp, CashUpReport, CashUps
from tillday_contracts.store_messages import People, StoreSettings
from unit.backoffice_service.office_room import OfficeRoom, example

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
REPORT: CashUp = example("reply.cash_ups").reports[0]
PAGE = f"/stores/S1/cash-ups/{REPORT.session_id}"
COMMAND = "ab" * 16


def ordered(state: str, document: str = REPORT.number, **more: Any) -> OrderedCommand:
    known = {
        "command_id": COMMAND,
        "terminal": REPORT.terminal,
        "kind": "reprint",
        "document": document,
        "ordered_by": "SUPERVISOR-1",
        "ordered_at": NOON,
        "not_after": NOON + timedelta(days=1),
        "state": state,
    }
    return OrderedCommand.model_validate({**known, **more})


def commands(*told: OrderedCommand) -> TerminalCommandList:
    return TerminalCommandList(store="S1", commands=told)


@pytest.fixture
def room() -> OfficeRoom:
    """A supervisor before a report."""
    told = OfficeRoom()
    told.services.answers = {
        StoreSettings: example("reply.settings_answer"),
        People: example("reply.people_answer"),
        CashUpReport: CashUps(reports=(REPORT,)),
        TerminalCommands: commands(),
        OrderReprint: CommandOrdered(command_id=COMMAND, not_after=NOON),
    }
    return told


def test_the_paper_holds_every_figure_of_the_report() -> None:
    lines = lines_of(REPORT, Speech("en"), {}, {"cash": "Cash"})
    text = {line.left: line.right for line in lines}
    assert text["Difference"].lstrip("+−") == Speech("en").amount(abs(REPORT.tenders[-1].difference))
    assert f"Cash-up report {REPORT.number}" in text
    assert [line.left for line in lines if line.look == "strong" and not line.right][1] == "Cash"


def test_letters_that_no_pdf_reader_has_lose_their_accents_and_nothing_breaks() -> None:
    assert written("Café −€5,00 Łódź 東") == "Café -€5,00 ?ódz ?"


def test_a_long_paper_goes_on_on_further_pages() -> None:
    one, many = (pdf_of([[Line("Tea", "1.00")] * count], title="T") for count in (10, 200))
    assert one.startswith(b"%PDF-")
    assert (one.count(b"/Type /Page\n"), many.count(b"/Type /Page\n")) == (1, 5)
    assert pdf_of([[Line("x" * 500, "1.00"), Line(look="rule")]], title="T").startswith(b"%PDF-")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_is_a_file_in_each_language(room: OfficeRoom, language: str) -> None:
    answer = room.browser(language).get(f"{PAGE}.pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'inline; filename="{REPORT.number}.pdf"'
    assert answer.content.startswith(b"%PDF-")


def test_a_copy_is_ordered_once_and_written_down(room: OfficeRoom) -> None:
    answer = room.browser().post(f"{PAGE}/reprint", data={"key": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}#copies")
    (order,) = room.services.commands(OrderReprint)
    assert (order.terminal, order.document, order.by) == (REPORT.terminal, REPORT.number, "SUPERVISOR-1")
    assert len(room.trail.acts) == 1


def test_an_operator_reads_a_report_and_orders_no_copy(room: OfficeRoom) -> None:
    browser = OfficeRoom(role="operator", services=room.services).browser()
    assert "/reprint" not in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/reprint", data={"key": "1"}).status_code == 403
    assert "/reprint" in room.browser().get(PAGE).text


def test_a_report_that_no_terminal_printed_is_not_printed_again(room: OfficeRoom) -> None:
    told = REPORT.model_copy(update={"source": "typed"})
    room.services.answers[CashUpReport] = CashUps(reports=(told,))
    assert room.browser().post(f"{PAGE}/reprint", data={"key": "1"}).status_code == 422
    assert room.services.commands(OrderReprint) == []
    assert "/reprint" not in room.browser().get(PAGE).text


def test_a_refusal_is_said_on_the_page(room: OfficeRoom) -> None:
    room.services.answers[OrderReprint] = Refused(code="too_many", text="Too many copies wait at T1.")
    answer = room.browser().post(f"{PAGE}/reprint", data={"key": "1"})
    assert (answer.status_code, "Too many copies wait" in answer.text) == (409, True)


@pytest.mark.parametrize(
    ("state", "said", "looks_again"),
    [
        ("queued", "waits for the terminal", True),
        ("delivered", "is at the terminal", True),
        ("done", "is printed", False),
        ("failed", "cannot be printed: no paper", False),
        ("expired", "was not printed in time", False),
    ],
)
def test_a_copy_says_how_far_it_came_and_looks_again_while_it_waits(
    room: OfficeRoom, state: str, said: str, looks_again: bool
) -> None:
    more = {"reason": "no paper"} if state == "failed" else {}
    room.services.answers[TerminalCommands] = commands(ordered(state, **more))
    for address in (PAGE, f"{PAGE}/copies"):
        page = room.browser().get(address).text
        assert (said in page, 'hx-trigger="every 2s"' in page) == (True, looks_again)


def test_copies_of_other_documents_are_not_this_reports() -> None:
    assert copies_of([ordered("done", "T1-AB12C-99"), ordered("queued", kind="send_journal")], [REPORT]) == []
    assert [one.is_waiting for one in copies_of([ordered("queued"), ordered("done")], [REPORT])] == [
        True,
        False,
    ]


def test_a_report_can_be_read_while_nobody_knows_of_copies(room: OfficeRoom) -> None:
    room.services.answers[TerminalCommands] = Refused(code="unknown_store", text="no")
    assert REPORT.number in room.browser().get(PAGE).text
