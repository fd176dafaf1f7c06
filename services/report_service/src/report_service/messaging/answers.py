"""Answering questions from one consistent view of the read models."""

from collections.abc import Callable, Sequence
from datetime import datetime

from report_service.domain.board import unknown_terminal
from report_service.domain.cash_ups import ClosedSession, cash_ups_of, no_such_report, nothing_asked
from report_service.domain.rows import StoreRow
from report_service.domain.sales import sales_of, unusable_dates
from report_service.domain.snapshots import nothing_runs, snapshot_of
from report_service.messaging.boards import board_in
from report_service.messaging.views import seen_in
from report_service.persistence import back_closes, sales, sessions, store_rows
from report_service.persistence.alarms import read as read_alarms
from service_kit.database import Connection, Database
from tillday_contracts.alarm_messages import AlarmList, Alarms
from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import (
    Board,
    CashUpReport,
    CashUps,
    Sales,
    SalesReport,
    Snapshot,
    StatusBoard,
    XReport,
)


class Answers:
    """The questions of tillday_contracts.report_messages."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def alarms(self, question: Alarms) -> AlarmList:
        """What is wrong in a store, as the services told it."""
        async with self._database.transaction(isolation="repeatable_read") as connection:
            found = await read_alarms(connection, question.store, cleared=question.cleared)
        return AlarmList(store=question.store, alarms=found)

    async def status_board(self, question: StatusBoard) -> Board | Refused:
        """Return the board of a store, or the part of it that is asked for."""

        return await seen_in(
            self._database,
            question.store,
            lambda connection, store: board_in(connection, store, question, now=self._now()),
        )

    async def cash_up_report(self, question: CashUpReport) -> CashUps | Refused:
        """Return the printed reports of a session or a date."""

        async def look(connection: Connection, store: StoreRow) -> CashUps | Refused:
            if question.session_id is not None:
                return await _report_of_session(connection, store, question.session_id)
            if question.business_date is None:
                return nothing_asked()
            found = await sessions.closed_on_date(connection, store.store, question.business_date)
            return await _reports(connection, store, found)

        return await seen_in(self._database, question.store, look)

    async def x_report(self, question: XReport) -> Snapshot | Refused:
        """Return how the running session of a terminal stands."""
        return await seen_in(
            self._database,
            question.store,
            lambda connection, store: _running(connection, store, question.terminal),
        )

    async def sales_report(self, question: SalesReport) -> Sales | Refused:
        """Return a store's sales in groups."""
        refusal = unusable_dates(question.first, question.last)
        if refusal is not None:
            return refusal

        async def look(connection: Connection, store: StoreRow) -> Sales:
            groups = await sales.groups_of(
                connection, store.store, first=question.first, last=question.last, by=question.by
            )
            return sales_of(store.currency, groups, question.by)

        return await seen_in(self._database, question.store, look)


async def _running(connection: Connection, store: StoreRow, terminal: str) -> Snapshot | Refused:
    session = await sessions.running_session(connection, store.store, terminal)
    if session is None:
        known = await store_rows.has_terminal(connection, store.store, terminal)
        return nothing_runs(terminal) if known else unknown_terminal(store, terminal)
    totals = await sessions.figures_of(connection, [session.session_id])
    tenders = await store_rows.tenders_of(connection, store.store)
    return snapshot_of(store, session, totals[session.session_id], tenders)


async def _report_of_session(connection: Connection, store: StoreRow, session_id: str) -> CashUps | Refused:
    found = await sessions.sessions_by_id(connection, [session_id])
    session = found.get(session_id)
    if session is None or session.store != store.store:
        return no_such_report(None, session_id)
    answer = await _reports(connection, store, [session_id])
    return answer if answer.reports else no_such_report(session, session_id)


async def _reports(connection: Connection, store: StoreRow, ids: Sequence[str]) -> CashUps:
    found = await sessions.sessions_by_id(connection, ids)
    reports = await sessions.cash_ups_of(connection, ids)
    backs = await back_closes.back_closes_of(connection, ids)
    totals = await sessions.figures_of(connection, ids)
    products = await sessions.products_of(connection, ids)
    closed = [
        ClosedSession(found[one], reports.get(one), backs.get(one), totals[one], products[one])
        for one in ids
        if one in reports or (one in backs and found[one].is_final)
    ]
    return cash_ups_of(store, closed, await store_rows.tenders_of(connection, store.store))
