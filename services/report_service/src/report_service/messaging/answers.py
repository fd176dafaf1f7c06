"""Answering questions from one consistent view of the read models."""

from collections.abc import Sequence

from report_service.domain.board import BoardRows, board_of, unknown_store
from report_service.domain.cash_ups import ClosedSession, cash_ups_of, no_such_report, nothing_asked
from report_service.domain.rows import CashUpRow, StoreRow
from report_service.persistence import sightings, store_rows, till_rows
from service_kit.database import Connection, Database
from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import Board, CashUpReport, CashUps, StatusBoard


class Answers:
    """The questions of tillday_contracts.report_messages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def status_board(self, question: StatusBoard) -> Board | Refused:
        """Return the board of a store."""
        async with self._database.transaction(isolation="repeatable_read") as connection:
            store = await store_rows.find_store(connection, question.store)
            return (
                unknown_store(question.store)
                if store is None
                else board_of(await _board_rows(connection, store))
            )

    async def cash_up_report(self, question: CashUpReport) -> CashUps | Refused:
        """Return the printed reports of a session or a date."""
        async with self._database.transaction(isolation="repeatable_read") as connection:
            store = await store_rows.find_store(connection, question.store)
            if store is None:
                return unknown_store(question.store)
            if question.session_id is not None:
                return await _report_of_session(connection, store, question.session_id)
            if question.business_date is None:
                return nothing_asked()
            found = await till_rows.cash_ups_of_date(connection, store.store, question.business_date)
            return cash_ups_of(store, await _with_sales(connection, found))


async def _board_rows(connection: Connection, store: StoreRow) -> BoardRows:
    return BoardRows(
        store=store,
        terminals=await store_rows.terminals_of(connection, store.store),
        wishes=await store_rows.wishes_of(connection, store.store),
        sessions=await till_rows.newest_sessions(connection, store.store),
        sightings=await sightings.sightings_of(connection, store.store),
    )


async def _report_of_session(connection: Connection, store: StoreRow, session_id: str) -> CashUps | Refused:
    sessions = await till_rows.sessions_by_id(connection, [session_id])
    session = sessions.get(session_id)
    if session is None or session.store != store.store:
        return no_such_report(None, session_id)
    report = await till_rows.cash_up_of(connection, session_id)
    if report is None:
        return no_such_report(session, session_id)
    return cash_ups_of(store, await _with_sales(connection, [report]))


async def _with_sales(connection: Connection, reports: Sequence[CashUpRow]) -> list[ClosedSession]:
    ids = [report.session_id for report in reports]
    sessions = await till_rows.sessions_by_id(connection, ids)
    products = await till_rows.products_of(connection, ids)
    return [ClosedSession(sessions[one.session_id], one, products[one.session_id]) for one in reports]
