"""Closes from the back office on real tables: on the board, as reports, beside the terminal's own close."""

from typing import Any
from uuid import UUID

from integration.report_service.test_report_rows import fed, fold, rows, store_events
from report_service.messaging import feeds
from report_service.messaging.answers import Answers
from service_kit.database import Database
from tillday_contracts.close_messages import BackCloseTold, TypedTender
from tillday_contracts.day_messages import StoreTaskFinished, StoreTaskRaised
from tillday_contracts.messages import Event
from tillday_contracts.report_messages import Board, CashUp, CashUpReport, CashUps, StatusBoard
from unit.report_service.ledger_events import MONDAY, NOON, Ledger, session_id

S1 = session_id(1)


def head(n: int) -> dict[str, Any]:
    name = UUID(int=1000 + n)
    return {"message_id": name, "correlation_id": name, "causation_id": name, "occurred_at": NOON}


def told(n: int, **more: Any) -> BackCloseTold:
    known = {
        **head(n),
        "store": "S1",
        "terminal": "T1",
        "till": "T1",
        "session_id": S1,
        "business_date": MONDAY,
        "number": "B-1",
        "by": "SUPERVISOR-1",
        "reason": "The PC is dead",
        "closed_at": NOON,
    }
    return BackCloseTold.model_validate({**known, **more})


def typed(n: int) -> BackCloseTold:
    tender = TypedTender(tender="cash", counted=16400, kept=15000)
    return told(n, source="typed", tenders=(tender,), told_by="SUPERVISOR-1", told_at=NOON)


def raised(n: int) -> StoreTaskRaised:
    where = {"store": "S1", "number": n, "terminal": "T1", "business_date": MONDAY}
    return StoreTaskRaised.model_validate(
        {**head(50 + n), **where, "kind": "evidence_differs", "text": "Look"}
    )


async def report_of(answers: Answers, **asked: Any) -> CashUp:
    found = await answers.cash_up_report(CashUpReport(store="S1", **asked))
    assert isinstance(found, CashUps), found
    (report,) = found.reports
    return report


async def test_a_close_from_the_back_office_is_a_report_until_the_terminals_own_close_arrives(
    database: Database,
) -> None:
    ledger = Ledger()
    *sold, own_close, _ = ledger.a_day()
    closed = ledger.changed(1, "closed_back", by="SUPERVISOR-1")
    async with database.transaction() as connection:
        await feeds.fold_store(connection, fed(store_events(), "store"))
    answers = Answers(database, now=lambda: NOON)

    await fold(database, fed([*sold, told(1)]), at_once=3)
    wished = await answers.cash_up_report(CashUpReport(store="S1", business_date=MONDAY))
    assert isinstance(wished, CashUps)
    assert wished.reports == (), "a close that was only wished is no report"
    await fold(database, fed([closed]), at_once=1)
    uncounted = await report_of(answers, business_date=MONDAY)
    await fold(database, fed([typed(2)]), at_once=1)
    by_paper = await report_of(answers, session_id=S1)
    await fold(database, fed([own_close, ledger.changed(1, "closed_back", by="SUPERVISOR-1")]), at_once=2)
    own = await report_of(answers, business_date=MONDAY)
    board = await answers.status_board(StatusBoard(store="S1"))

    assert (uncounted.number, uncounted.source, uncounted.tenders, uncounted.provisional) == (
        *("B-1", "none", ()),
        True,
    )
    assert uncounted.figures[0].expected == 16500
    assert (by_paper.source, by_paper.tenders[0].difference, by_paper.provisional) == ("typed", -100, True)
    assert (own.source, own.tenders[0].counted, own.provisional) == ("terminal", 16400, False)
    assert own.back is not None
    assert [(one.counted, one.own_counted, one.differs) for one in own.back.tenders] == [
        (16400, 16400, False)
    ]
    assert isinstance(board, Board)
    (till,) = board.terminals[0].sessions
    assert (till.status, till.back_number, till.number) == ("Closed in Back-office", "B-1", own.number)
    assert (till.source, till.tenders[0].counted) == ("terminal", 16400)


async def test_closes_told_twice_and_rebuilt_end_in_the_same_rows(database: Database) -> None:
    events: list[Event] = [*Ledger().a_day()[:-2], told(1), typed(2), told(3, no_close_by="MANAGER-1")]
    await fold(database, fed(events), at_once=len(events))
    once = await rows(database)

    await fold(database, fed(events), at_once=2)
    assert await rows(database) == once
    async with database.transaction() as connection:
        await feeds.forget_till(connection)
    await fold(database, fed(events), at_once=1)

    assert await rows(database) == once
    assert len(once["back_close"]) == 1


async def test_what_waits_for_a_person_is_on_the_board_until_somebody_finished_it(database: Database) -> None:
    finished = StoreTaskFinished(**head(90), store="S1", number=1, by="SUPERVISOR-1", note="Done")
    async with database.transaction() as connection:
        await feeds.fold_store(connection, fed([*store_events(), raised(1), raised(2)], "store"))
    both = await Answers(database, now=lambda: NOON).status_board(StatusBoard(store="S1"))
    async with database.transaction() as connection:
        await feeds.fold_store(connection, fed([finished], "store"))
    one = await Answers(database, now=lambda: NOON).status_board(StatusBoard(store="S1"))

    assert isinstance(both, Board)
    assert isinstance(one, Board)
    assert [task.number for task in both.tasks] == [1, 2]
    assert [task.number for task in one.tasks] == [2]
