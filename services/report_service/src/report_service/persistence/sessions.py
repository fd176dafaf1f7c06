"""Looking till sessions up, with their figures and reports."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from pydantic import TypeAdapter

from report_service.domain.lines import SessionLine
from report_service.domain.rows import CashUpRow, Session, Sold
from service_kit.database import Connection
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import TenderCount

TENDERS: Final = TypeAdapter(tuple[TenderCount, ...])

SESSIONS: Final = """
    SELECT session_id, store, terminal, till, business_date, status, late, origin, opened_at, opened_by,
           closed_at, closed_by, closed_from, receipts, total, rescue_of, refunds
      FROM till_session
     WHERE session_id = ANY($1::text[])
"""
# By each terminal's own way into the index: what it costs does not grow with the store's history.
NEWEST_LINES: Final = """
    SELECT newest.*
      FROM terminal
     CROSS JOIN LATERAL (
               SELECT session_id, till_session.terminal, till_session.till, business_date, status, origin,
                      opened_by, closed_from
                 FROM till_session
                WHERE till_session.store = terminal.store
                  AND till_session.terminal = terminal.terminal
                  AND rescue_of IS NULL
                ORDER BY business_date DESC
                FETCH FIRST ROW WITH TIES) AS newest
     WHERE terminal.store = $1
     UNION
    SELECT session_id, terminal, till, business_date, status, origin, opened_by, closed_from
      FROM till_session
     WHERE store = $1
       AND status IN ('opening_count', 'open', 'closing_count')
       AND rescue_of IS NULL
"""
DATED_AND_RUNNING_LINES: Final = """
    SELECT session_id, terminal, till, business_date, status, origin, opened_by, closed_from
      FROM till_session
     WHERE store = $1
       AND (business_date = $2 OR status IN ('opening_count', 'open', 'closing_count'))
       AND rescue_of IS NULL
"""
RUNNING_SESSION: Final = """
    SELECT session_id, store, terminal, till, business_date, status, late, origin, opened_at, opened_by,
           closed_at, closed_by, closed_from, receipts, total, rescue_of, refunds
      FROM till_session
     WHERE store = $1
       AND terminal = $2
       AND status IN ('opening_count', 'open', 'closing_count')
       AND rescue_of IS NULL
     ORDER BY business_date DESC, opened_at DESC NULLS LAST
     LIMIT 1
"""
CLOSED_ON_DATE: Final = """
    SELECT session_id
      FROM till_session
     WHERE store = $1
       AND business_date = $2
       AND (EXISTS (SELECT FROM cash_up WHERE cash_up.session_id = till_session.session_id)
            OR status IN ('closed_back', 'closed_front', 'posted')
               AND EXISTS (SELECT FROM back_close WHERE back_close.session_id = till_session.session_id))
"""
CASH_UPS: Final = """
    SELECT session_id, number, closed_at, closed_by, closed_from, tenders, entry, copies
      FROM cash_up
     WHERE session_id = ANY($1::text[])
"""
FIGURES: Final = """
    SELECT session_id, tender, opening, sales, refunds, paid_in, paid_out, loans, pickups
      FROM session_tender
     WHERE session_id = ANY($1::text[])
"""
PRODUCTS: Final = """
    SELECT session_id, sku, name, quantity, gross, receipts
      FROM session_product
     WHERE session_id = ANY($1::text[])
       AND receipts > 0
"""


async def sessions_by_id(connection: Connection, session_ids: Sequence[str]) -> dict[str, Session]:
    """Return the sessions that exist among these."""
    if not session_ids:
        return {}
    return {row["session_id"]: Session(**row) for row in await connection.fetch(SESSIONS, session_ids)}


async def newest_sessions(connection: Connection, store: str) -> list[SessionLine]:
    """Return each terminal's sessions of its newest date, and all in which somebody still sells or counts."""
    return list(map(SessionLine._make, await connection.fetch(NEWEST_LINES, store)))


async def sessions_of_date(connection: Connection, store: str, business_date: date) -> list[SessionLine]:
    """Return a store's sessions of a date, and all in which somebody still sells or counts."""
    found = await connection.fetch(DATED_AND_RUNNING_LINES, store, business_date)
    return list(map(SessionLine._make, found))


async def running_session(connection: Connection, store: str, terminal: str) -> Session | None:
    """Return the session in which somebody sells or counts at a terminal, or None."""
    row = await connection.fetchrow(RUNNING_SESSION, store, terminal)
    return Session(**row) if row else None


async def closed_on_date(connection: Connection, store: str, business_date: date) -> list[str]:
    """Return the sessions of a store's date that have a report of their terminal or a back office's close."""
    found = await connection.fetch(CLOSED_ON_DATE, store, business_date)
    return [row["session_id"] for row in found]


async def cash_ups_of(connection: Connection, session_ids: Sequence[str]) -> dict[str, CashUpRow]:
    """Return the printed reports of those sessions that have one."""
    return {row["session_id"]: _cash_up(row) for row in await connection.fetch(CASH_UPS, session_ids)}


async def figures_of(
    connection: Connection, session_ids: Sequence[str]
) -> dict[str, dict[str, TenderTotals]]:
    """Return per session what moved its tenders, by tender."""
    figures: dict[str, dict[str, TenderTotals]] = {session_id: {} for session_id in session_ids}
    for row in await connection.fetch(FIGURES, session_ids):
        _, _, *amounts = row.values()
        figures[row["session_id"]][row["tender"]] = TenderTotals(*amounts)
    return figures


async def products_of(connection: Connection, session_ids: Sequence[str]) -> dict[str, dict[str, Sold]]:
    """Return what was sold per session, by SKU."""
    products: dict[str, dict[str, Sold]] = {session_id: {} for session_id in session_ids}
    for row in await connection.fetch(PRODUCTS, session_ids):
        _, sku, *sold = row.values()
        products[row["session_id"]][sku] = Sold(*sold)
    return products


def _cash_up(row: Mapping[str, Any]) -> CashUpRow:
    return CashUpRow(**{**row, "tenders": TENDERS.validate_json(row["tenders"])})
