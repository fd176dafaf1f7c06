"""Store days: the rows of one store and the book they make."""

from collections.abc import Mapping
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
from tillday_contracts.link import SettingsContent
from tillday_contracts.store_messages import CloseStore, OpenStore

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
     WHERE state IN ('opening', 'closing')
     ORDER BY store
"""
SAVE_DAY: Final = """
    INSERT INTO store_day (store, business_date, state, command, opened_by, automatically_closed, reason,
                           closing_since, waived, closed_by, automatic, unattested, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (store, business_date) DO UPDATE
       SET state = excluded.state,
           command = excluded.command,
           opened_by = coalesce(excluded.opened_by, store_day.opened_by),
           automatically_closed = coalesce(excluded.automatically_closed, store_day.automatically_closed),
           reason = excluded.reason,
           closing_since = coalesce(excluded.closing_since, store_day.closing_since),
           waived = excluded.waived,
           closed_by = excluded.closed_by,
           automatic = excluded.automatic,
           unattested = excluded.unattested,
           changed_at = excluded.changed_at
"""
REMOVE_DAY: Final = "DELETE FROM store_day WHERE store = $1 AND business_date = $2"


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
    """Read the stores that have a day in `opening` or `closing`."""
    return [row["store"] for row in await connection.fetch(READ_UNFINISHED)]


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
            return {"command": day.command.model_dump_json()}
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
            return {
                "closed_by": day.closed_by,
                "automatic": day.automatic,
                "unattested": list(day.unattested),
                "waived": day.waived,
            }
        case Cancelled():
            return {"reason": day.reason}
        case Archived():
            return {}
        case _:
            assert_never(day)


def _open_columns(day: Open) -> dict[str, Any]:
    return {
        "opened_by": day.opened_by,
        "automatically_closed": day.automatically_closed,
        "reason": day.reason,
    }


def _day(row: asyncpg.Record) -> StoreDay:
    business_date: date = row["business_date"]
    match row["state"]:
        case "opening":
            return Opening(business_date, OpenStore.model_validate_json(row["command"]))
        case "open":
            return _open(row)
        case "closing":
            command = CloseStore.model_validate_json(row["command"])
            return Closing(_open(row), command, row["closing_since"], waived=row["waived"])
        case "closed":
            unattested = tuple(row["unattested"])
            return Closed(business_date, row["closed_by"], row["automatic"], unattested, row["waived"])
        case "cancelled":
            return Cancelled(business_date, row["reason"])
        case "archived":
            return Archived(business_date)
        case unknown:
            raise AssertionError(f"the table admits no state {unknown}")


def _open(row: asyncpg.Record) -> Open:
    return Open(row["business_date"], row["opened_by"], row["automatically_closed"], row["reason"])
