"""The read models in PostgreSQL: the same events, once or twice or begun anew, end in the same rows."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from report_service.messaging import feeds
from report_service.messaging.answers import Answers
from report_service.persistence import sessions, store_rows
from service_kit.database import Database
from service_kit.feed import FeedEvent
from tillday_contracts.messages import Event, Refused
from tillday_contracts.report_messages import Board, CashUpReport, CashUps, StatusBoard
from tillday_contracts.store_messages import TerminalAdded
from unit.report_service.ledger_events import MONDAY, NOON, Ledger, session_id
from unit.report_service.test_report_store_fold import defined, wished

TABLES = (
    "store",
    "store_tender",
    "person",
    "terminal",
    "terminal_wish",
    "terminal_origin",
    "journal_position",
    "till_session",
    "receipt",
    "movement",
    "session_tender",
    "session_product",
    "terminal_product",
    "cash_up",
    "back_close",
    "waiting_task",
    "store_day",
)


def fed(events: Sequence[Event], producer: str = "till") -> list[FeedEvent]:
    return [
        FeedEvent(
            producer=producer,
            timeline=1,
            position=n,
            subject=event.subject,
            message_id=event.message_id,
            body=event.model_dump_json().encode(),
        )
        for n, event in enumerate(events, 1)
    ]


async def rows(database: Database) -> dict[str, list[Any]]:
    async with database.connection() as connection:
        return {
            table: sorted(tuple(row) for row in await connection.fetch(f"SELECT * FROM {table}"))
            for table in TABLES
        }


def two_terminals() -> list[Event]:
    one, other = Ledger("T1"), Ledger("T2")
    return [
        event
        for pair in zip(one.a_day(1), other.a_day(2, origin="front_office"), strict=True)
        for event in pair
    ]


async def fold(database: Database, events: Sequence[FeedEvent], *, at_once: int) -> None:
    for start in range(0, len(events), at_once):
        async with database.transaction() as connection:
            await feeds.fold_till(connection, events[start : start + at_once])


async def test_everything_replayed_twice_ends_in_the_same_rows(database: Database) -> None:
    events = fed(two_terminals())
    await fold(database, events, at_once=len(events))
    once = await rows(database)

    await fold(database, events, at_once=3)

    assert await rows(database) == once
    assert len(once["receipt"]) == 4


async def test_a_rebuild_ends_in_the_same_rows(database: Database) -> None:
    events = fed(two_terminals())
    await fold(database, events, at_once=1)
    before = await rows(database)

    async with database.transaction() as connection:
        await feeds.forget_till(connection)
    assert not any((await rows(database)).values())
    await fold(database, events, at_once=5)

    assert await rows(database) == before


async def test_forgetting_the_ledger_leaves_the_stores(database: Database) -> None:
    async with database.transaction() as connection:
        await feeds.fold_store(connection, fed(store_events(), "store"))
        await feeds.forget_till(connection)
    assert len((await rows(database))["terminal"]) == 2


async def test_forgetting_the_stores_leaves_the_ledger(database: Database) -> None:
    await fold(database, fed(two_terminals()), at_once=4)
    async with database.transaction() as connection:
        await feeds.fold_store(connection, fed(store_events(), "store"))
        await feeds.forget_store(connection)
    left = await rows(database)
    assert (left["store"], left["terminal"], left["terminal_wish"]) == ([], [], [])
    assert len(left["till_session"]) == 2


async def test_an_older_wish_of_a_terminal_never_replaces_a_newer_one(database: Database) -> None:
    async with database.transaction() as connection:
        await feeds.fold_store(connection, fed([*store_events(), wished(7, MONDAY)], "store"))
        await feeds.fold_store(connection, fed([wished(6, None)], "store"))
        first, _ = await store_rows.lines_of(connection, "S1")
    assert (first.terminal, first.business_date) == ("T1", MONDAY)


async def test_a_printed_report_is_never_replaced(database: Database) -> None:
    ledger = Ledger()
    first = ledger.recorded(ledger.closed(1, opening=0, expected=0, counted=5, kept=5))
    second = ledger.recorded(ledger.closed(1, opening=0, expected=0, counted=9, kept=9))
    await fold(database, fed([first, second]), at_once=1)
    async with database.connection() as connection:
        reports = await sessions.cash_ups_of(connection, [session_id(1)])
    kept = reports[session_id(1)]
    assert kept.tenders[0].counted == 5


async def test_a_rescue_session_is_no_till_of_the_board(database: Database) -> None:
    ledger = Ledger("T1")
    late = ledger.entry(ledger.sale(1, "MUG"), placement="rescue", session=session_id(77))
    await fold(database, fed([*ledger.a_day(1), ledger.announced(late)]), at_once=9)
    async with database.transaction() as connection:
        await feeds.fold_store(connection, fed(store_events(), "store"))
        shown = await sessions.newest_sessions(connection, "S1")
        both = await sessions.sessions_by_id(connection, [session_id(1), session_id(77)])
    assert [session.session_id for session in shown] == [session_id(1)]
    assert (both[session_id(77)].total, both[session_id(77)].rescue_of) == (1000, session_id(1))


async def test_events_of_other_kinds_mean_nothing_here(database: Database) -> None:
    event = FeedEvent(
        producer="till",
        timeline=1,
        position=1,
        subject="tillday.event.till.something_new.v1",
        message_id=uuid4(),
        body=b"{}",
    )
    await fold(database, [event], at_once=1)
    assert not any((await rows(database)).values())


async def test_the_board_and_the_reports_of_a_date_come_from_the_rows(database: Database) -> None:
    await fold(database, fed(two_terminals()), at_once=4)
    async with database.transaction() as connection:
        await feeds.fold_store(connection, fed(store_events(), "store"))
    answers = Answers(database, now=lambda: NOON)

    board = await answers.status_board(StatusBoard(store="S1"))
    assert isinstance(board, Board)
    assert [(t.terminal, t.status) for t in board.terminals] == [
        ("T1", "Opened in back-office"),
        ("T2", "Closed"),
    ]
    assert [[till.status for till in terminal.sessions] for terminal in board.terminals] == [
        ["Closed in Front-office"],
        ["Closed in Front-office"],
    ]

    before = await answers.status_board(StatusBoard(store="S1", business_date=date(2026, 1, 1)))
    assert isinstance(before, Board)
    assert [terminal.sessions for terminal in before.terminals] == [(), ()]
    dated = await answers.status_board(StatusBoard(store="S1", business_date=MONDAY))
    assert dated == board

    found = await answers.cash_up_report(CashUpReport(store="S1", business_date=MONDAY))
    assert isinstance(found, CashUps)
    assert [(report.terminal, report.total, report.receipts) for report in found.reports] == [
        ("T1", 1500, 2),
        ("T2", 1500, 2),
    ]
    assert [(line.sku, line.quantity, line.total) for line in found.reports[0].products] == [
        ("MUG", 1, 1000),
        ("TEA", 2, 500),
    ]
    assert found.reports[0].tenders[0].difference == -100


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (CashUpReport(store="NOWHERE", business_date=MONDAY), "unknown_store"),
        (CashUpReport(store="S1"), "nothing_asked"),
        (CashUpReport(store="S1", session_id=session_id(5)), "unknown_session"),
    ],
)
async def test_a_question_without_an_answer_is_refused_with_a_reason(
    database: Database, question: CashUpReport, code: str
) -> None:
    async with database.transaction() as connection:
        await feeds.fold_store(connection, fed(store_events(), "store"))
    refused = await Answers(database, now=lambda: NOON).cash_up_report(question)
    assert isinstance(refused, Refused)
    assert refused.code == code


async def test_an_open_session_has_no_report_yet(database: Database) -> None:
    ledger = Ledger()
    await fold(database, fed(ledger.a_day()[:4]), at_once=4)
    async with database.transaction() as connection:
        await feeds.fold_store(connection, fed(store_events(), "store"))
    refused = await Answers(database, now=lambda: NOON).cash_up_report(
        CashUpReport(store="S1", session_id=session_id(1))
    )
    assert isinstance(refused, Refused)
    assert refused.code == "not_cashed_up"


def store_events() -> list[Event]:
    head = wished(1, MONDAY).model_dump(
        include={"message_id", "correlation_id", "causation_id", "occurred_at"}
    )
    added = [
        TerminalAdded(**head, store="S1", terminal=code, till=code, name=f"Counter {code}")
        for code in ("T1", "T2")
    ]
    events: list[Event] = [defined("Corner shop"), *added, wished(2, MONDAY)]
    return [event.model_copy(update={"message_id": UUID(int=n)}) for n, event in enumerate(events, 1)]
