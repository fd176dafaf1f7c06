"""The dates of stores: how each stands, its sessions, and what waits there."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from report_service.domain.calendar import DayFigures
from report_service.domain.overviews import Terminals
from report_service.domain.rows import StoreRow, TenderRow
from report_service.persistence.differences import Dates
from service_kit.database import Connection
from tillday_contracts.store_messages import DayState

STATES: Final = """
    SELECT business_date, state
      FROM store_day
     WHERE store = $1
       AND business_date BETWEEN $2 AND $3
"""
# Late sales of a rescue session were sold on its date too; only the regular sessions are tills.
FIGURES: Final = """
    SELECT store, business_date,
           count(*) FILTER (WHERE rescue_of IS NULL) AS sessions,
           count(*) FILTER (WHERE rescue_of IS NULL
                              AND status IN ('opening_count', 'open', 'closing_count')) AS running,
           count(*) FILTER (WHERE rescue_of IS NULL AND cash_up.session_id IS NULL
                              AND back_close.session_id IS NOT NULL AND no_close_by IS NULL
                              AND status IN ('closed_back', 'closed_front', 'posted')) AS provisional,
           coalesce(sum(receipts), 0)::bigint AS receipts,
           coalesce(sum(total), 0)::bigint AS total
      FROM unnest($1::text[], $2::date[], $3::date[]) AS wanted (store, first, last)
      JOIN till_session USING (store)
      LEFT JOIN cash_up USING (session_id)
      LEFT JOIN back_close USING (session_id)
     WHERE business_date BETWEEN first AND last
     GROUP BY store, business_date
"""
RESCUES: Final = """
    SELECT business_date, count(*) AS count
      FROM rescue_session
     WHERE store = $1
       AND business_date BETWEEN $2 AND $3
       AND status IN ('outstanding', 'reviewed')
       AND sales + movements > 0
     GROUP BY business_date
"""
TASKS: Final = """
    SELECT business_date, count(*) AS count
      FROM waiting_task
     WHERE store = $1
       AND business_date BETWEEN $2 AND $3
     GROUP BY business_date
"""
STORES: Final = """
    SELECT store, name, currency, time_zone
      FROM store
     WHERE $1::text[] IS NULL OR store = ANY($1)
     ORDER BY store
"""
# Looked up from the end of each index: what it costs does not grow with a store's history.
NEWEST: Final = """
    SELECT wanted.store, newest.business_date, state
      FROM unnest($1::text[]) AS wanted (store)
     CROSS JOIN LATERAL (
               SELECT max(business_date) AS business_date
                 FROM ((SELECT business_date
                          FROM store_day
                         WHERE store_day.store = wanted.store AND state <> 'cancelled'
                         ORDER BY business_date DESC
                         LIMIT 1)
                        UNION ALL
                       (SELECT business_date
                          FROM till_session
                         WHERE till_session.store = wanted.store AND rescue_of IS NULL
                         ORDER BY business_date DESC
                         LIMIT 1)) AS known) AS newest
      LEFT JOIN store_day ON (store_day.store, store_day.business_date) = (wanted.store, newest.business_date)
     WHERE newest.business_date IS NOT NULL
"""
TERMINALS: Final = """
    SELECT store, count(*) AS "all", count(wish.business_date) AS open,
           count(*) FILTER (WHERE wish.business_date IS NOT NULL
                              AND coalesce(last_seen, '-infinity') < $2::timestamptz) AS silent,
           coalesce(sum(waiting), 0)::bigint AS waiting
      FROM terminal
      LEFT JOIN terminal_wish AS wish USING (store, terminal)
      LEFT JOIN sighting USING (store, terminal)
     WHERE store = ANY($1::text[])
     GROUP BY store
"""
RUNNING_OF: Final = """
    SELECT store, count(*) AS count
      FROM till_session
     WHERE store = ANY($1::text[])
       AND status IN ('opening_count', 'open', 'closing_count')
       AND rescue_of IS NULL
     GROUP BY store
"""
RESCUES_OF: Final = """
    SELECT store, count(*) AS count
      FROM rescue_session
     WHERE store = ANY($1::text[])
       AND status IN ('outstanding', 'reviewed')
       AND sales + movements > 0
     GROUP BY store
"""
TASKS_OF: Final = (
    "SELECT store, count(*) AS count FROM waiting_task WHERE store = ANY($1::text[]) GROUP BY store"
)
ALARMS_OF: Final = """
    SELECT store, count(*) AS count
      FROM alarm
     WHERE store = ANY($1::text[])
       AND cleared_at IS NULL
     GROUP BY store
"""
TENDERS_OF: Final = """
    SELECT store, tender, place, name, currency
      FROM store_tender
     WHERE store = ANY($1::text[])
"""


async def states_of(connection: Connection, dates: Dates) -> dict[date, DayState]:
    """Return how the dates of a store stand that the store service knows."""
    rows = await connection.fetch(STATES, dates.store, dates.first, dates.last)
    return {row["business_date"]: row["state"] for row in rows}


async def figures_of(connection: Connection, wanted: Sequence[Dates]) -> dict[tuple[str, date], DayFigures]:
    """Return the sessions of these dates, by store and date."""
    scope = (
        [one.store for one in wanted],
        [one.first for one in wanted],
        [one.last for one in wanted],
    )
    rows: list[Any] = await connection.fetch(FIGURES, *scope)
    return {(row["store"], row["business_date"]): DayFigures(*list(row.values())[2:]) for row in rows}


async def waiting_of(connection: Connection, dates: Dates) -> tuple[dict[date, int], dict[date, int]]:
    """Return by date how many rescue sessions and how many tasks wait."""
    scope = (dates.store, dates.first, dates.last)
    rescues, tasks = await connection.fetch(RESCUES, *scope), await connection.fetch(TASKS, *scope)
    return (
        {row["business_date"]: row["count"] for row in rescues},
        {row["business_date"]: row["count"] for row in tasks},
    )


async def stores_of(connection: Connection, named: Sequence[str] | None) -> list[StoreRow]:
    """Return the stores that exist among these, or all."""
    rows = await connection.fetch(STORES, None if named is None else list(named))
    return [StoreRow(**row) for row in rows]


async def newest_of(connection: Connection, stores: Sequence[str]) -> dict[str, tuple[date, DayState | None]]:
    """Return each store's newest date and how it stands."""
    rows = await connection.fetch(NEWEST, list(stores))
    return {row["store"]: (row["business_date"], row["state"]) for row in rows}


async def terminals_of(
    connection: Connection, stores: Sequence[str], *, heard_since: datetime | None
) -> dict[str, Terminals]:
    """Return each store's terminals; silent is who was not heard since then. None: nobody is."""
    rows: list[Any] = await connection.fetch(TERMINALS, list(stores), heard_since)
    return {row["store"]: Terminals(*list(row.values())[1:]) for row in rows}


async def counts_of(connection: Connection, statement: str, stores: Sequence[str]) -> dict[str, int]:
    """Return what one of this page's counting statements finds, by store."""
    return {row["store"]: row["count"] for row in await connection.fetch(statement, list(stores))}


async def tenders_of(connection: Connection, stores: Sequence[str]) -> dict[str, dict[str, TenderRow]]:
    """Return the tenders of stores, by store and tender."""
    tenders: dict[str, dict[str, TenderRow]] = {store: {} for store in stores}
    for row in await connection.fetch(TENDERS_OF, list(stores)):
        tenders[row["store"]][row["tender"]] = TenderRow(row["place"], row["name"], row["currency"])
    return tenders
