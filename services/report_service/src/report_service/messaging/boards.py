"""The status board from its rows: few columns of every terminal, all that is known of those on the page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from report_service.domain.board import BoardRows, board_of
from report_service.domain.board_lines import BoardLines
from report_service.domain.board_page import Viewing, page_of, part_of
from report_service.domain.differences import own_sums
from report_service.domain.rows import StoreRow, TenderRow
from report_service.persistence import (
    back_closes,
    differences,
    guests,
    rescues,
    sessions,
    sightings,
    store_rows,
    tasks,
)
from service_kit.database import Connection
from tillday_contracts.report_messages import Board, StatusBoard


async def board_in(connection: Connection, store: StoreRow, question: StatusBoard, *, now: datetime) -> Board:
    """Return the part of a store's board that is asked for."""
    tenders = await store_rows.tenders_of(connection, store.store)
    lines = await _board_lines(connection, store, tenders, shown_date=question.business_date)
    viewing = Viewing(
        now=now,
        listening=await sightings.read_listening(connection),
        names=await store_rows.people_of(connection, store.store),
    )
    part = part_of(lines, question, viewing)
    wanted = Wanted(store, lines, part.codes)
    return page_of(board_of(await _board_rows(connection, wanted, viewing, tenders=tenders)), part)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The terminals of a store that are told of, among all of its lines."""

    store: StoreRow
    lines: BoardLines
    codes: Collection[str]


async def _board_lines(
    connection: Connection, store: StoreRow, tenders: Mapping[str, TenderRow], *, shown_date: date | None
) -> BoardLines:
    found = (
        await sessions.newest_sessions(connection, store.store)
        if shown_date is None
        else await sessions.sessions_of_date(connection, store.store, shown_date)
    )
    closed = [session.session_id for session in found if session.is_final]
    return BoardLines(
        terminals=await store_rows.lines_of(connection, store.store),
        sessions=found,
        off=own_sums(await differences.found_of(connection, closed), store, tenders),
        shown_date=shown_date,
    )


async def _board_rows(
    connection: Connection, wanted: Wanted, viewing: Viewing, *, tenders: Mapping[str, TenderRow]
) -> BoardRows:
    """Load all that is known of the terminals that are told of."""
    store, lines = wanted.store, wanted.lines
    ids = [session.session_id for session in lines.sessions if session.terminal in wanted.codes]
    hosts = {session.session_id: session.till for session in lines.sessions if not session.is_final}
    return BoardRows(
        store=store,
        terminals=[one for one in lines.terminals if one.terminal in wanted.codes],
        sessions=list((await sessions.sessions_by_id(connection, ids)).values()),
        reports=await sessions.cash_ups_of(connection, ids),
        back_closes=await back_closes.back_closes_of(connection, ids),
        totals=await sessions.figures_of(connection, ids),
        rescues=await rescues.outstanding_of(connection, store.store),
        tasks=await tasks.tasks_of(connection, store.store),
        tenders=tenders,
        guests=await guests.guests_of(connection, [*ids, *hosts]),
        hosts=hosts,
        shown_date=lines.shown_date,
        now=viewing.now,
        listening=viewing.listening,
    )
