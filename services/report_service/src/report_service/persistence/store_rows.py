"""Stores, their terminals and what those are wished to be."""

from collections.abc import Iterable
from typing import Final

from report_service.domain.rows import StoreRow, TerminalRow, WishRow
from report_service.domain.store_fold import StoreChanges
from service_kit.database import Connection

SAVE_STORES: Final = """
    INSERT INTO store (store, name, currency)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
        ON CONFLICT (store) DO UPDATE SET name = excluded.name, currency = excluded.currency
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
FORGET_STORES: Final = "DELETE FROM store"
FORGET_TERMINALS: Final = "DELETE FROM terminal"
FORGET_WISHES: Final = "DELETE FROM terminal_wish"
FIND_STORE: Final = """
    SELECT store, name, currency
      FROM store
     WHERE store = $1
"""
TERMINALS_OF: Final = """
    SELECT store, terminal, till, name
      FROM terminal
     WHERE store = $1
"""
WISHES_OF: Final = """
    SELECT store, terminal, business_date, origin, rev
      FROM terminal_wish
     WHERE store = $1
"""


async def save(connection: Connection, changes: StoreChanges) -> None:
    """Write what a fold changed."""
    await _save_stores(connection, changes.stores.values())
    await _save_terminals(connection, changes.terminals.values())
    await _save_wishes(connection, changes.wishes.values())


async def forget(connection: Connection) -> None:
    """Remove everything that came from the store service."""
    for statement in (FORGET_STORES, FORGET_TERMINALS, FORGET_WISHES):
        await connection.execute(statement)


async def find_store(connection: Connection, store: str) -> StoreRow | None:
    """Return a store, or None."""
    row = await connection.fetchrow(FIND_STORE, store)
    return StoreRow(**row) if row else None


async def terminals_of(connection: Connection, store: str) -> list[TerminalRow]:
    """Return the terminals of a store."""
    return [TerminalRow(**row) for row in await connection.fetch(TERMINALS_OF, store)]


async def wishes_of(connection: Connection, store: str) -> dict[str, WishRow]:
    """Return what each terminal of a store is wished to be, by code."""
    return {row["terminal"]: WishRow(**row) for row in await connection.fetch(WISHES_OF, store)}


async def _save_stores(connection: Connection, rows: Iterable[StoreRow]) -> None:
    values = [(row.store, row.name, row.currency) for row in rows]
    if values:
        await connection.execute(SAVE_STORES, *zip(*values, strict=True))


async def _save_terminals(connection: Connection, rows: Iterable[TerminalRow]) -> None:
    values = [(row.store, row.terminal, row.till, row.name) for row in rows]
    if values:
        await connection.execute(SAVE_TERMINALS, *zip(*values, strict=True))


async def _save_wishes(connection: Connection, rows: Iterable[WishRow]) -> None:
    values = [(row.store, row.terminal, row.business_date, row.origin, row.rev) for row in rows]
    if values:
        await connection.execute(SAVE_WISHES, *zip(*values, strict=True))
