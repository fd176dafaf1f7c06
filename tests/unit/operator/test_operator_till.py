"""Closing a till from the back office by hand: which session is meant, and what is known of its count."""

import json
from datetime import UTC, date, datetime

import pytest

from tillday_contracts.close_messages import NoEvidence, ScannedReport, TypedReport
from tillday_contracts.money import InvalidAmount
from tillday_contracts.report_messages import Board, BoardTerminal, BoardTill
from tillday_local.operator.asking import NothingToAsk
from tillday_local.operator.till import BadMember, Paper, chosen_session, read_member

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def session(number: int, till: str, *, closed: bool = False) -> BoardTill:
    return BoardTill(
        session_id=f"{number:032x}",
        till=till,
        business_date=DAY,
        status="Closed in Front-office" if closed else "Open in Front-office",
        closed_at=NOON if closed else None,
    )


def board(*sessions: BoardTill) -> Board:
    terminal = BoardTerminal(terminal="T1", name="Counter 1", status="Open", sessions=sessions)
    return Board(
        store="S1", name="Shop", currency="EUR", currencies={"cash_usd": "USD"}, terminals=(terminal,)
    )


def test_the_session_that_runs_is_meant_where_none_is_named() -> None:
    there = board(session(1, "TILL1", closed=True), session(2, "TILL1"))

    assert chosen_session(there, None, None) == f"{2:032x}"
    assert chosen_session(there, None, "f" * 32) == "f" * 32


def test_of_several_running_sessions_the_till_says_which() -> None:
    there = board(session(1, "TILL1"), session(2, "TILL2"))

    assert chosen_session(there, "TILL2", None) == f"{2:032x}"
    with pytest.raises(NothingToAsk, match="TILL1, TILL2"):
        chosen_session(there, None, None)


def test_a_store_without_a_running_session_says_how_to_name_one() -> None:
    with pytest.raises(NothingToAsk, match="--session"):
        chosen_session(board(session(1, "TILL1", closed=True)), "TILL1", None)


def test_nothing_typed_and_nothing_scanned_is_a_close_without_amounts() -> None:
    assert Paper().evidence(board()) == NoEvidence()


def test_the_code_of_the_report_goes_as_it_was_scanned() -> None:
    code = json.dumps({"v": 1})

    assert Paper(qr=code).evidence(board()) == ScannedReport(payload=code)


def test_typed_amounts_are_in_the_currency_of_each_tender() -> None:
    paper = Paper(
        counted={"cash": "190.00", "cash_usd": "20"},
        kept={"cash": "150"},
        members=[read_member("T1:ab12c:0123456789AB")],
    )

    report = paper.evidence(board())

    assert isinstance(report, TypedReport)
    assert [(one.tender, one.counted, one.kept) for one in report.tenders] == [
        ("cash", 19000, 15000),
        ("cash_usd", 2000, None),
    ]
    assert [(one.terminal, one.code) for one in report.members] == [("T1", "AB12C")]


@pytest.mark.parametrize(
    "paper",
    [
        Paper(qr="{}", counted={"cash": "1"}),
        Paper(kept={"cash": "1"}),
        Paper(members=[read_member("T1:AB12C:0123456789AB")]),
        Paper(counted={"card": "1"}, kept={"cash": "1"}),
    ],
)
def test_half_of_a_report_is_not_sent(paper: Paper) -> None:
    with pytest.raises(NothingToAsk):
        paper.evidence(board())


def test_an_amount_that_the_currency_does_not_have_is_refused() -> None:
    with pytest.raises(InvalidAmount):
        Paper(counted={"cash": "1.234"}).evidence(board())


@pytest.mark.parametrize("text", ["T1", "T1:AB12C", "::", "T1:AB12C:0:1", "T1:AB12C:short"])
def test_a_member_is_written_as_the_report_names_it(text: str) -> None:
    with pytest.raises(BadMember, match="TERMINAL:CODE:SHORT-FORM"):
        read_member(text)
