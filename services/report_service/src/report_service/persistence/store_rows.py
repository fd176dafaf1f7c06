"""Stores, their terminals and what those are wished to be."""

from dataclasses import astuple
from typing import Final

from report_service.domain.lines import TerminalLine
from report_service.domain.rows import StoreRow, TenderRow, TerminalRow
from report_service.domain.store_fold import StoreChanges
from report_service.persistence import tasks
from report_service.persistence.writing import write
from service_kit.database import Connection

SAVE_STORES: Final = """
    INSERT INTO store (store, name, currency, time_zone)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
        ON CONFLICT (store) DO UPDATE
       SET name = excluded.name, currency = excluded.currency, time_zone = excluded.time_zone
"""
SAVE_TENDERS: Final = """
    INSERT INTO store_tender (store, tender, place, name, currency)
    SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::text[])
        ON CONFLICT (store, tender) DO UPDATE
       SET place = excluded.place, name = excluded.name, currency = excluded.currency
"""
SAVE_PEOPLE: Final = """
    INSERT INTO person (store, person, name)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
        ON CONFLICT (store, person) DO UPDATE SET name = excluded.name
"""
SAVE_TERMINALS: Final = """
    INSERT INTO terminal (store, terminal, till, name)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
        ON CONFLICT (store, terminal) DO UPDATE SET till = excluded.till, name = excluded.name
"""
SAVE_WISHES: Final = """
    INSERT INTO terminal_wish (store, terminal, business_date, origin, rev)
    SELECT * FROM unnest($1::text[], $2::text[], $3::date[], $4::text[], $5::bigint[])
        ON CONFLICT (store, terminal) DO UPDATE
       SET business_date = excluded.business_date, origin = excluded.origin, rev = excluded.rev
     WHERE terminal_wish.rev <= excluded.rev
"""
SAVE_DAYS: Final = """
    INSERT INTO store_day (store, business_date, state)
    SELECT * FROM unnest($1::text[], $2::date[], $3::text[])
        ON CONFLICT (store, business_date) DO UPDATE SET state = excluded.state
"""
FORGET: Final = (
    "DELETE FROM store",
    "DELETE FROM store_tender",
    "DELETE FROM person",
    "DELETE FROM terminal",
    "DELETE FROM terminal_wish",
    "DELETE FROM waiting_task",
    "DELETE FROM store_day",
)
FIND_STORE: Final = """
    SELECT store, name, currency, time_zone
      FROM store
     WHERE store = $1
"""
TENDERS_OF: Final = """
    SELECT tender, place, name, currency
      FROM store_tender
     WHERE store = $1
"""
PEOPLE_OF: Final = """
    SELECT person, name
      FROM person
     WHERE store = $1
"""
TERMINALS_OF: Final = """
    SELECT store, terminal, till, name
      FROM terminal
     WHERE store = $1
"""
# One row of each is looked up: a join of tables that nobody analysed yet compares all with all.
LINES_OF: Final = """
    SELECT terminal.terminal, terminal.name, wish.business_date, wish.origin, seen.last_seen, seen.waiting
      FROM terminal
      LEFT JOIN LATERAL (
               SELECT business_date, origin
                 FROM terminal_wish
                WHERE (terminal_wish.store, terminal_wish.terminal) = (terminal.store, terminal.terminal)
                LIMIT 1) AS wish ON true
      LEFT JOIN LATERAL (
               SELECT last_seen, waiting
                 FROM sighting
                WHERE (sighting.store, sighting.terminal) = (terminal.store, terminal.terminal)
                LIMIT 1) AS seen ON true
     WHERE terminal.store = $1
"""


async def save(connection: Connection, changes: StoreChanges) -> None:
    """Write what a fold changed."""
    await write(connection, SAVE_STORES, [astuple(row) for row in changes.stores.values()])
    await write(
        connection,
        SAVE_TENDERS,
        [(*key, row.place, row.name, row.currency) for key, row in changes.tenders.items()],
    )
    await write(connection, SAVE_PEOPLE, [(*key, name) for key, name in changes.people.items()])
    await write(connection, SAVE_TERMINALS, [astuple(row) for row in changes.terminals.values()])
    await write(connection, SAVE_WISHES, [astuple(row) for row in changes.wishes.values()])
    await write(connection, SAVE_DAYS, [(*key, state) for key, state in changes.days.items()])
    await tasks.save(connection, changes.tasks)


async def forget(connection: Connection) -> None:
    """Remove everything that came from the store service."""
    for statement in FORGET:
        await connection.execute(statement)


async def find_store(connection: Connection, store: str) -> StoreRow | None:
    """Return a store, or None."""
    row = await connection.fetchrow(FIND_STORE, store)
    return StoreRow(**row) if row else None


async def tenders_of(connection: Connection, store: str) -> dict[str, TenderRow]:
    """Return the tenders of a store, those of former settings too."""
    rows = await connection.fetch(TENDERS_OF, store)
    return {row["tender"]: TenderRow(row["place"], row["name"], row["currency"]) for row in rows}


async def people_of(connection: Connection, store: str) -> dict[str, str]:
    """Return the names of a store's people."""
    return {row["person"]: row["name"] for row in await connection.fetch(PEOPLE_OF, store)}


async def terminals_of(connection: Connection, store: str) -> list[TerminalRow]:
    """Return the terminals of a store."""
    return [TerminalRow(*row) for row in await connection.fetch(TERMINALS_OF, store)]


async def has_terminal(connection: Connection, store: str, terminal: str) -> bool:
    """Say whether the store has this terminal."""
    return any(row.terminal == terminal for row in await terminals_of(connection, store))


async def lines_of(connection: Connection, store: str) -> list[TerminalLine]:
    """Return the terminals of a store with what they are wished to be and when they were heard."""
    return list(map(TerminalLine._make, await connection.fetch(LINES_OF, store)))
