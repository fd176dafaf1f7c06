"""Counted sessions of dates, and the differences that were found in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from report_service.domain.differences import By, Found, found_in_back_closes
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
    told = [row["session_id"] for row in await connection.fetch(TOLD, *scope)]
    closed = await sessions.sessions_by_id(connection, told)
    closes = await back_closes.back_closes_of(connection, told)
    totals = await sessions.figures_of(connection, told)
    return [*own, *found_in_back_closes(closed.values(), closes, totals)]


async def counted_in(
    connection: Connection, dates: Dates, *, by: By, only: str | None
) -> tuple[dict[date, int], dict[str, int]]:
    """Return how many sessions were counted, by date and by terminal or cashier."""
    rows: list[Any] = await connection.fetch(
        COUNTED, dates.store, dates.first, dates.last, by == "terminal", only
    )
    on = {row["business_date"]: row["count"] for row in rows if row["business_date"] is not None}
    return on, {row["key"]: row["count"] for row in rows if row["business_date"] is None}
