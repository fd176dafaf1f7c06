"""Counted sessions of dates, and the differences that were found in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from report_service.domain.differences import By, Found, Off, found_in_back_closes
from report_service.persistence import back_closes, sessions
from service_kit.database import Connection

MOST_FOUND: Final = 20_000
# What the terminal's own close says counts; a close from the back office only while there is none.
OWN: Final = """
    SELECT session_id, store, business_date, terminal, till, opened_by AS cashier, count.tender,
           count.difference
      FROM unnest($1::text[], $2::date[], $3::date[]) AS wanted (store, first, last)
      JOIN till_session USING (store)
      JOIN cash_up USING (session_id)
     CROSS JOIN jsonb_to_recordset(cash_up.tenders) AS count (tender text, difference bigint)
     WHERE business_date BETWEEN first AND last
       AND count.difference <> 0
     ORDER BY business_date DESC, session_id, count.tender
     LIMIT $4
"""
TOLD: Final = """
    SELECT session_id
      FROM unnest($1::text[], $2::date[], $3::date[]) AS wanted (store, first, last)
      JOIN till_session USING (store)
      JOIN back_close USING (session_id)
     WHERE business_date BETWEEN first AND last
       AND status IN ('closed_back', 'closed_front', 'posted')
       AND source <> 'none'
       AND NOT EXISTS (SELECT FROM cash_up WHERE cash_up.session_id = till_session.session_id)
     ORDER BY business_date DESC, session_id
     LIMIT $4
"""
OWN_OF: Final = """
    SELECT session_id, count.tender, count.difference
      FROM cash_up
     CROSS JOIN jsonb_to_recordset(cash_up.tenders) AS count (tender text, difference bigint)
     WHERE session_id = ANY($1::text[])
       AND count.difference <> 0
"""
TOLD_OF: Final = """
    SELECT session_id
      FROM back_close
     WHERE session_id = ANY($1::text[])
       AND source <> 'none'
       AND NOT EXISTS (SELECT FROM cash_up WHERE cash_up.session_id = back_close.session_id)
"""
COUNTED: Final = """
    SELECT business_date, CASE WHEN $4::boolean THEN terminal ELSE coalesce(opened_by, '') END AS key,
           count(*) AS count
      FROM till_session
     WHERE store = $1
       AND business_date BETWEEN $2 AND $3
       AND ($5::text IS NULL OR $5 = CASE WHEN $4::boolean THEN terminal ELSE coalesce(opened_by, '') END)
       AND (EXISTS (SELECT FROM cash_up WHERE cash_up.session_id = till_session.session_id)
            OR status IN ('closed_back', 'closed_front', 'posted')
               AND EXISTS (SELECT FROM back_close
                            WHERE back_close.session_id = till_session.session_id AND source <> 'none'))
     GROUP BY GROUPING SETS ((1), (2))
"""


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates of a store, both included."""

    store: str
    first: date
    last: date


async def found_in(connection: Connection, wanted: Sequence[Dates]) -> list[Found]:
    """Return the differences of the sessions of these dates, at most MOST_FOUND, the newest."""
    scope = (
        [one.store for one in wanted],
        [one.first for one in wanted],
        [one.last for one in wanted],
        MOST_FOUND,
    )
    own = [Found(**row) for row in await connection.fetch(OWN, *scope)]
    return [*own, *await _told(connection, await connection.fetch(TOLD, *scope))]


async def found_of(connection: Connection, session_ids: Sequence[str]) -> list[Off]:
    """Return the differences of these sessions, which are all closed."""
    own = [Off(*row) for row in await connection.fetch(OWN_OF, session_ids)]
    told = await _told(connection, await connection.fetch(TOLD_OF, session_ids))
    return [*own, *(Off(one.session_id, one.tender, one.difference) for one in told)]


async def _told(connection: Connection, rows: Sequence[Any]) -> list[Found]:
    """Return what differed in sessions that only the back office closed."""
    ids = [row["session_id"] for row in rows]
    if not ids:
        return []
    closed = await sessions.sessions_by_id(connection, ids)
    closes = await back_closes.back_closes_of(connection, ids)
    return found_in_back_closes(closed.values(), closes, await sessions.figures_of(connection, ids))


async def counted_in(
    connection: Connection, dates: Dates, *, by: By, only: str | None
) -> tuple[dict[date, int], dict[str, int]]:
    """Return how many sessions were counted, by date and by terminal or cashier."""
    rows: list[Any] = await connection.fetch(
        COUNTED, dates.store, dates.first, dates.last, by == "terminal", only
    )
    on = {row["business_date"]: row["count"] for row in rows if row["business_date"] is not None}
    return on, {row["key"]: row["count"] for row in rows if row["business_date"] is None}
