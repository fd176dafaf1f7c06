"""Store days: the rows of one store and the book they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, assert_never

import asyncpg

from service_kit.database import Connection
from store_service.domain.closing import attestation_counts, evolve_attested
from store_service.domain.days import (
    Archived,
    Cancelled,
    Closed,
    Closing,
    NoDay,
    Open,
    Opening,
    StoreBook,
    StoreDay,
    state_of,
)
from tillday_contracts.day_messages import CancelDay
from tillday_contracts.store_messages import CloseStore, OpenStore
from tillday_contracts.wishes import SettingsContent

READ_DAYS: Final = """
    SELECT *
      FROM store_day
     WHERE store = $1 AND (state IN ('opening', 'open', 'closing') OR business_date = ANY($2::date[]))
     ORDER BY business_date
"""
READ_LAST_CLOSED: Final = """
    SELECT max(business_date)
      FROM store_day
     WHERE store = $1 AND state IN ('closed', 'archived')
"""
READ_ARCHIVED_THROUGH: Final = """
    SELECT max(business_date)
      FROM store_day
     WHERE store = $1 AND state = 'archived'
       AND business_date < coalesce(
               (SELECT min(business_date)
                  FROM store_day
                 WHERE store = $1 AND state NOT IN ('archived', 'cancelled')),
               'infinity')
"""
HAS_OPENED: Final = "SELECT EXISTS (SELECT FROM store_day WHERE store = $1)"
READ_CODES: Final = "SELECT terminal FROM terminal WHERE store = $1 ORDER BY terminal"
READ_ATTESTATIONS: Final = """
    SELECT a.terminal, a.business_date, a.revision, d.closing_asked_rev
      FROM attestation a
      JOIN desired d USING (store, terminal)
     WHERE a.store = $1 AND a.business_date = $2
"""
READ_NEWEST_DAYS: Final = """
    SELECT *
      FROM store_day
     WHERE store = $1
     ORDER BY business_date DESC
     LIMIT $2
"""
READ_UNFINISHED: Final = """
    SELECT DISTINCT store
      FROM store_day
     WHERE state IN ('opening', 'closing') OR (state = 'open' AND command IS NOT NULL)
     ORDER BY store
"""
READ_TO_ARCHIVE: Final = """
    SELECT store, business_date, changed_at
      FROM store_day
     WHERE state = 'closed' AND changed_at <= $1
       AND (changed_at, store, business_date) > ($2::timestamptz, $3::text, $4::date)
     ORDER BY changed_at, store, business_date
     LIMIT $5
"""
SAVE_DAY: Final = """
    INSERT INTO store_day (store, business_date, state, command, opened_by, automatically_closed, reason,
                           closing_since, waived, closed_by, automatic, unattested, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (store, business_date) DO UPDATE
       SET state = excluded.state,
           command = excluded.command,
           opened_by = CASE WHEN excluded.state = 'opening' THEN NULL
                            ELSE coalesce(excluded.opened_by, store_day.opened_by) END,
           automatically_closed = CASE WHEN excluded.state = 'opening' THEN NULL
                            ELSE coalesce(excluded.automatically_closed, store_day.automatically_closed) END,
           reason = excluded.reason,
           closing_since = CASE WHEN excluded.state = 'opening' THEN NULL
                            ELSE coalesce(excluded.closing_since, store_day.closing_since) END,
           waived = excluded.waived,
           closed_by = excluded.closed_by,
           automatic = excluded.automatic,
           unattested = excluded.unattested,
           changed_at = excluded.changed_at
"""
REMOVE_DAY: Final = "DELETE FROM store_day WHERE store = $1 AND business_date = $2"


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A closed date of a store and when it was closed."""

    store: str
    business_date: date
    closed_at: datetime


async def read_book(connection: Connection, settings: SettingsContent, *asked: date) -> StoreBook:
    """Read what deciding needs: the days under way, those asked for, the last date closed."""
    store = settings.store
    rows = await connection.fetch(READ_DAYS, store, list(asked))
    codes = await connection.fetch(READ_CODES, store)
    days = [_day(row) for row in rows]
    book = StoreBook(
        store=store,
        name=settings.name,
        time_zone=settings.time_zone,
        rollover=settings.rollover,
        terminals=tuple(row["terminal"] for row in codes),
        last_closed=await connection.fetchval(READ_LAST_CLOSED, store),
        archived_through=await connection.fetchval(READ_ARCHIVED_THROUGH, store),
        days={day.business_date: day for day in days},
    )
    return await _with_attestations(connection, book)


async def _with_attestations(connection: Connection, book: StoreBook) -> StoreBook:
    day = book.closing
    if day is None:
        return book
    rows = await connection.fetch(READ_ATTESTATIONS, book.store, day.business_date)
    for row in rows:
        asked_at = row["closing_asked_rev"]
        if attestation_counts(day, row["business_date"], row["revision"], asked_at=asked_at):
            book = evolve_attested(book, row["terminal"])
    return book


async def read_newest_days(connection: Connection, store: str, *, most: int) -> list[StoreDay]:
    """Read the store's days, newest first."""
    return [_day(row) for row in await connection.fetch(READ_NEWEST_DAYS, store, most)]


async def has_opened(connection: Connection, store: str) -> bool:
    """Say whether a store was ever opened."""
    return bool(await connection.fetchval(HAS_OPENED, store))


async def read_unfinished(connection: Connection) -> list[str]:
    """Read the stores that have a day in `opening` or `closing`, or one that is being taken back."""
    return [row["store"] for row in await connection.fetch(READ_UNFINISHED)]


async def read_to_archive(
    connection: Connection, closed_before: datetime, *, after: ClosedDay, most: int
) -> list[ClosedDay]:
    """Read the days closed before an instant that are not archived, in the order of their closing."""
    place = (after.closed_at, after.store, after.business_date)
    rows = await connection.fetch(READ_TO_ARCHIVE, closed_before, *place, most)
    return [ClosedDay(row["store"], row["business_date"], row["changed_at"]) for row in rows]


async def save_days(connection: Connection, before: StoreBook, after: StoreBook, *, at: datetime) -> None:
    """Save every day that differs, in order of date: a day is closed before the next one is open."""
    for business_date in sorted(after.days):
        day = after.days[business_date]
        if before.days.get(business_date) == day:
            continue
        if isinstance(day, NoDay):
            await connection.execute(REMOVE_DAY, after.store, business_date)
            continue
        columns = {**EMPTY, **_columns(day)}
        await connection.execute(SAVE_DAY, after.store, business_date, state_of(day), *columns.values(), at)


EMPTY: Final[Mapping[str, Any]] = {
    "command": None,
    "opened_by": None,
    "automatically_closed": None,
    "reason": None,
    "closing_since": None,
    "waived": None,
    "closed_by": None,
    "automatic": False,
    "unattested": [],
}


def _columns(day: Opening | Open | Closing | Closed | Cancelled | Archived) -> dict[str, Any]:
    match day:
        case Opening():
            return {"command": day.command.model_dump_json(), **_cancelled_columns(day.again)}
        case Open():
            return _open_columns(day)
        case Closing():
            closing = {
                "command": day.command.model_dump_json(),
                "closing_since": day.since,
                "waived": day.waived,
            }
            return {**_open_columns(day.opened), **closing}
        case Closed():
            return _closed_columns(day)
        case Cancelled():
            return _cancelled_columns(day)
        case Archived():
            return _closed_columns(day.closed)
        case _:
            assert_never(day)


def _open_columns(day: Open) -> dict[str, Any]:
    return {
        "command": None if day.cancelling is None else day.cancelling.model_dump_json(),
        "opened_by": day.opened_by,
        "automatically_closed": day.automatically_closed,
        "reason": day.reason,
    }


def _closed_columns(day: Closed) -> dict[str, Any]:
    return {
        "closed_by": day.closed_by,
        "automatic": day.automatic,
        "unattested": list(day.unattested),
        "waived": day.waived,
    }


def _cancelled_columns(day: Cancelled | None) -> dict[str, Any]:
    return {} if day is None else {"reason": day.reason, "closed_by": day.cancelled_by}


def _day(row: asyncpg.Record) -> StoreDay:
    match row["state"]:
        case "opening":
            again = None if row["closed_by"] is None else _cancelled(row)
            return Opening(row["business_date"], OpenStore.model_validate_json(row["command"]), again)
        case "open":
            return _open(row, cancelling=row["command"])
        case "closing":
            command = CloseStore.model_validate_json(row["command"])
            return Closing(_open(row), command, row["closing_since"], waived=row["waived"])
        case "closed":
            return _closed(row)
        case "cancelled":
            return _cancelled(row)
        case "archived":
            return Archived(_closed(row))
        case unknown:
            raise AssertionError(f"the table admits no state {unknown}")


def _open(row: asyncpg.Record, *, cancelling: str | None = None) -> Open:
    command = None if cancelling is None else CancelDay.model_validate_json(cancelling)
    return Open(row["business_date"], row["opened_by"], row["automatically_closed"], row["reason"], command)


def _closed(row: asyncpg.Record) -> Closed:
    unattested = tuple(row["unattested"])
    return Closed(row["business_date"], row["closed_by"], row["automatic"], unattested, row["waived"])


def _cancelled(row: asyncpg.Record) -> Cancelled:
    return Cancelled(row["business_date"], row["reason"], row["closed_by"])
