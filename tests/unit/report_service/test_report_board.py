"""The status board and the cash-up reports, in the words of the back office."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from report_service.domain.board import BoardRows, board_of, terminal_status, till_status
from report_service.domain.cash_ups import ClosedSession, cash_ups_of, no_such_report
from report_service.domain.lines import TerminalLine
from report_service.domain.rows import (
    CashUpRow,
    Origin,
    Session,
    Sold,
    StoreRow,
    TenderRow,
)
from report_service.domain.snapshots import nothing_runs, snapshot_of
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import TenderCount
from tillday_contracts.store_messages import StoreTask
from tillday_contracts.till_messages import SessionStatus

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STORE = StoreRow("S1", "Corner shop", "EUR")
OPEN = Session("a" * 32, "S1", "T1", "T1", MONDAY, status="open", opened_at=NOON, opened_by="CASHIER-1")
CLOSED = replace(
    OPEN, status="closed_front", closed_at=NOON, closed_by="CASHIER-1", closed_from="Terminal", total=500
)


COUNT = TenderCount(tender="cash", opening=0, expected=500, counted=500, difference=0, kept=0, moved=500)


TOTALS = {
    "old": TenderTotals(sales=9),
    "card": TenderTotals(sales=700),
    "cash": TenderTotals(15000, 2000, 500, 100, 40, 1000, 300),
}
TENDERS = {"cash": TenderRow(0, "Cash", "EUR"), "card": TenderRow(1, "Card", "EUR")}
TASK = StoreTask(
    number=3,
    kind="evidence_differs",
    terminal="T1",
    business_date=MONDAY,
    raised_at=NOON,
    text="Look.",
)


def wished(business_date: date | None, origin: Origin | None = "back_office") -> TerminalLine:
    return TerminalLine("T1", "Counter 1", business_date, origin)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (wished(None, None), "Closed"),
        (wished(None), "Closed"),
        (wished(None, "front_office"), "Closed"),
        (wished(MONDAY), "Opened in back-office"),
        (wished(MONDAY, "front_office"), "Opened in front-office"),
    ],
)
def test_a_terminal_is_closed_exactly_when_its_date_is_blank(row: TerminalLine, words: str) -> None:
    assert terminal_status(row) == words


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("opening_count", "Open in Front-office"),
        ("open", "Open in Front-office"),
        ("closing_count", "Open in Front-office"),
        ("closed_front", "Closed in Front-office"),
        ("closed_back", "Closed in Back-office"),
        ("posted", "Closed in Front-office"),
    ],
)
def test_a_till_has_the_words_of_the_status_window(status: SessionStatus, words: str) -> None:
    assert till_status(replace(OPEN, status=status)) == words


def test_a_posted_session_still_says_where_it_was_closed() -> None:
    assert till_status(replace(CLOSED, status="posted", closed_from="Backoffice")) == "Closed in Back-office"


def test_the_board_lists_terminals_by_code_with_sessions_in_the_order_of_opening() -> None:
    later = replace(OPEN, session_id="0" * 32, opened_at=NOON.replace(hour=15))
    report = CashUpRow(CLOSED.session_id, "T1-00000-1", NOON, "CASHIER-1", "Terminal", (COUNT,))
    board = board_of(
        BoardRows(
            store=STORE,
            terminals=[
                TerminalLine("T2", "Counter 2"),
                wished(MONDAY)._replace(last_seen=NOON, waiting=7),
            ],
            sessions=[later, CLOSED],
            reports={CLOSED.session_id: report},
            back_closes={},
            totals={},
            tasks=[TASK],
            tenders=TENDERS,
            now=NOON,
        )
    )
    first, second = board.terminals
    assert (first.terminal, first.status, first.business_date) == ("T1", "Opened in back-office", MONDAY)
    assert (first.active_tills, first.waiting, first.last_seen) == (1, 7, NOON)
    assert [till.session_id for till in first.sessions] == [CLOSED.session_id, later.session_id]
    assert [till.tenders for till in first.sessions] == [(COUNT,), ()], "the totals of closed tills"
    assert (second.status, second.business_date, second.last_seen) == ("Closed", None, None)
    assert (first.presence, second.presence) == ("heard", "unknown")
    assert board.tasks == (TASK,)
    assert board.currencies == {"cash": "EUR", "card": "EUR"}


def test_the_board_of_a_date_shows_its_tills_and_still_counts_those_that_are_open_now() -> None:
    yesterday = replace(CLOSED, session_id="c" * 32, business_date=date(2026, 3, 1))
    board = board_of(
        BoardRows(
            store=STORE,
            terminals=[wished(MONDAY)],
            sessions=[OPEN, yesterday],
            reports={},
            back_closes={},
            totals={},
            tasks=[],
            tenders=TENDERS,
            now=NOON,
            shown_date=yesterday.business_date,
        )
    )
    (terminal,) = board.terminals
    assert [till.session_id for till in terminal.sessions] == [yesterday.session_id]
    assert terminal.active_tills == 1


def test_the_board_says_who_sells_into_which_till() -> None:
    yesterday = replace(CLOSED, session_id="c" * 32)
    board = board_of(
        BoardRows(
            store=STORE,
            terminals=[TerminalLine(name, name) for name in ("T1", "T2", "T3")],
            sessions=[OPEN, yesterday],
            hosts={OPEN.session_id: OPEN.till},
            reports={},
            back_closes={},
            totals={},
            tasks=[],
            tenders=TENDERS,
            now=NOON,
            guests={OPEN.session_id: {"T3": False, "T2": True}, yesterday.session_id: {"T3": True}},
        )
    )
    host, guest, gone = board.terminals
    assert {till.session_id: till.guests for till in host.sessions} == {
        OPEN.session_id: ("T2", "T3"),
        yesterday.session_id: ("T3",),
    }
    assert (host.guest_of, guest.guest_of, gone.guest_of) == (None, "T1", None)


def test_cash_up_reports_come_in_the_order_in_which_the_sessions_were_closed() -> None:
    early = CashUpRow(OPEN.session_id, "T1-00000-1", NOON, "CASHIER-1", "Terminal", ())
    late = replace(early, session_id="b" * 32, number="T1-00000-2", closed_at=NOON.replace(hour=20))
    answer = cash_ups_of(
        STORE,
        [
            ClosedSession(replace(CLOSED, session_id="b" * 32), late, None, {}, {}),
            ClosedSession(
                CLOSED, early, None, TOTALS, {"B": Sold("Bun", 1, 2, 1), "A": Sold("Ale", 3, 4, 1)}
            ),
        ],
        TENDERS,
    )
    assert [report.number for report in answer.reports] == ["T1-00000-1", "T1-00000-2"]
    assert [line.sku for line in answer.reports[0].products] == ["A", "B"]
    assert answer.reports[0].store_name == "Corner shop"


def test_a_report_says_what_the_expected_amounts_are_made_of_in_the_order_of_the_store() -> None:
    row = CashUpRow(CLOSED.session_id, "T1-00000-1", NOON, "CASHIER-1", "Terminal", (), "e" * 64, 2)
    session = replace(CLOSED, receipts=3, refunds=1)
    (report,) = cash_ups_of(STORE, [ClosedSession(session, row, None, TOTALS, {})], TENDERS).reports
    assert [(one.tender, one.name, one.currency, one.expected) for one in report.figures] == [
        ("cash", "Cash", "EUR", 15000 + 2000 - 500 + 100 - 40 + 1000 - 300),
        ("card", "Card", "EUR", 700),
        ("old", None, None, 9),
    ]
    assert (report.receipts, report.refunds, report.copy_no) == (3, 1, 2)


def test_a_snapshot_shows_the_running_session_and_closes_nothing() -> None:
    snapshot = snapshot_of(STORE, replace(OPEN, receipts=2, refunds=1, total=80), TOTALS, TENDERS)
    assert (snapshot.status, snapshot.receipts, snapshot.refunds) == ("Open in Front-office", 2, 1)
    assert [one.expected for one in snapshot.figures] == [17260, 700, 9]
    assert "T1" in nothing_runs("T1").text


def test_a_session_without_a_report_is_refused_with_the_reason() -> None:
    assert no_such_report(OPEN, OPEN.session_id).code == "not_cashed_up"
    assert no_such_report(None, OPEN.session_id).code == "unknown_session"
