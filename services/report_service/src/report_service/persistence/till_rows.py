"""Till sessions with their totals, folded from the ledger: loaded before a fold and written after it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import date
from typing import Any, Final

from pydantic import TypeAdapter

from report_service.domain.rows import (
    Before,
    CashUpRow,
    Changes,
    Needs,
    Origin,
    Receipt,
    Session,
    TerminalKey,
)
from service_kit.database import Connection
from tillday_contracts.arithmetic import ProductTotals
from tillday_contracts.entries import TenderCount

TENDERS: Final = TypeAdapter(tuple[TenderCount, ...])

ORIGINS: Final = """
    SELECT store, terminal, origin
      FROM terminal_origin
     WHERE (store, terminal) IN (SELECT * FROM unnest($1::text[], $2::text[]))
"""
SESSIONS: Final = """
    SELECT session_id, store, terminal, till, business_date, status, late, origin,
           opened_at, opened_by, closed_at, closed_by, closed_from, receipts, total, rescue_of
      FROM till_session
     WHERE session_id = ANY($1::text[])
"""
RECEIPT_PLACES: Final = """
    SELECT entry, session_id
      FROM receipt
     WHERE entry = ANY($1::text[])
"""
SAVE_ORIGINS: Final = """
    INSERT INTO terminal_origin (store, terminal, origin)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
        ON CONFLICT (store, terminal) DO UPDATE SET origin = excluded.origin
"""
SAVE_SESSIONS: Final = """
    INSERT INTO till_session (session_id, store, terminal, till, business_date, status, late, origin,
                              opened_at, opened_by, closed_at, closed_by, closed_from, receipts, total,
                              rescue_of)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::text[],
                         $7::boolean[], $8::text[], $9::timestamptz[], $10::text[], $11::timestamptz[],
                         $12::text[], $13::text[], $14::integer[], $15::bigint[], $16::text[])
        ON CONFLICT (session_id) DO UPDATE
       SET status = excluded.status, late = excluded.late, origin = excluded.origin,
           opened_at = excluded.opened_at, opened_by = excluded.opened_by,
           closed_at = excluded.closed_at, closed_by = excluded.closed_by, closed_from = excluded.closed_from,
           receipts = excluded.receipts, total = excluded.total, rescue_of = excluded.rescue_of
"""
SAVE_RECEIPTS: Final = """
    INSERT INTO receipt (entry, session_id, number, cashier, at, total)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[])
        ON CONFLICT (entry) DO UPDATE SET session_id = excluded.session_id
"""
SAVE_OPENINGS: Final = """
    INSERT INTO session_tender (session_id, tender, opening, sales, refunds)
    SELECT session_id, tender, opening, 0, 0
      FROM unnest($1::text[], $2::text[], $3::bigint[]) AS given (session_id, tender, opening)
        ON CONFLICT (session_id, tender) DO UPDATE SET opening = excluded.opening
"""
ADD_TENDERS: Final = """
    INSERT INTO session_tender (session_id, tender, opening, sales, refunds)
    SELECT session_id, tender, 0, sales, refunds
      FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
        AS given (session_id, tender, sales, refunds)
        ON CONFLICT (session_id, tender) DO UPDATE
       SET sales = session_tender.sales + excluded.sales, refunds = session_tender.refunds + excluded.refunds
"""
ADD_PRODUCTS: Final = """
    INSERT INTO session_product (session_id, sku, name, quantity, gross)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
        ON CONFLICT (session_id, sku) DO UPDATE
       SET name = excluded.name,
           quantity = session_product.quantity + excluded.quantity,
           gross = session_product.gross + excluded.gross
"""
SAVE_CASH_UPS: Final = """
    INSERT INTO cash_up (session_id, number, closed_at, closed_by, closed_from, tenders)
    SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::jsonb[])
        ON CONFLICT (session_id) DO NOTHING
"""
FORGET: Final = (
    "DELETE FROM terminal_origin",
    "DELETE FROM till_session",
    "DELETE FROM receipt",
    "DELETE FROM session_tender",
    "DELETE FROM session_product",
    "DELETE FROM cash_up",
)
NEWEST_SESSIONS: Final = """
    WITH newest AS (
        SELECT store, terminal, max(business_date) AS business_date
          FROM till_session
         WHERE store = $1
           AND rescue_of IS NULL
         GROUP BY store, terminal
    )
    SELECT session_id, store, terminal, till, business_date, status, late, origin,
           opened_at, opened_by, closed_at, closed_by, closed_from, receipts, total, rescue_of
      FROM till_session
      JOIN newest USING (store, terminal, business_date)
     WHERE rescue_of IS NULL
     UNION
    SELECT session_id, store, terminal, till, business_date, status, late, origin,
           opened_at, opened_by, closed_at, closed_by, closed_from, receipts, total, rescue_of
      FROM till_session
     WHERE store = $1
       AND status IN ('opening_count', 'open', 'closing_count')
       AND rescue_of IS NULL
"""
CASH_UPS_OF_DATE: Final = """
    SELECT cash_up.session_id, number, cash_up.closed_at, cash_up.closed_by, cash_up.closed_from, tenders
      FROM cash_up
      JOIN till_session USING (session_id)
     WHERE till_session.store = $1
       AND till_session.business_date = $2
"""
CASH_UP_OF_SESSION: Final = """
    SELECT session_id, number, closed_at, closed_by, closed_from, tenders
      FROM cash_up
     WHERE session_id = $1
"""
PRODUCTS: Final = """
    SELECT session_id, sku, name, quantity, gross
      FROM session_product
     WHERE session_id = ANY($1::text[])
"""


async def load(connection: Connection, needs: Needs) -> Before:
    """Return the rows that a fold needs."""
    return Before(
        origins=await _origins(connection, needs.terminals),
        sessions=await sessions_by_id(connection, sorted(needs.sessions)),
        receipts=await _receipt_places(connection, sorted(needs.receipts)),
    )


async def save(connection: Connection, changes: Changes) -> None:
    """Write what a fold changed."""
    await _write(connection, SAVE_ORIGINS, [(*key, origin) for key, origin in changes.origins.items()])
    await _write(connection, SAVE_SESSIONS, [astuple(session) for session in changes.sessions.values()])
    await _write(connection, SAVE_RECEIPTS, [_receipt(receipt) for receipt in changes.receipts.values()])
    await _write(connection, SAVE_OPENINGS, [(*key, opening) for key, opening in changes.openings.items()])
    await _write(connection, ADD_TENDERS, [(*key, t.sales, t.refunds) for key, t in changes.tenders.items()])
    await _write(
        connection, ADD_PRODUCTS, [(*key, p.name, p.quantity, p.gross) for key, p in changes.products.items()]
    )
    await _write(connection, SAVE_CASH_UPS, [_cash_up_values(row) for row in changes.cash_ups.values()])


async def forget(connection: Connection) -> None:
    """Remove everything that came from the ledger."""
    for statement in FORGET:
        await connection.execute(statement)


async def sessions_by_id(connection: Connection, session_ids: Sequence[str]) -> dict[str, Session]:
    """Return the sessions that exist among these."""
    if not session_ids:
        return {}
    return {row["session_id"]: Session(**row) for row in await connection.fetch(SESSIONS, session_ids)}


async def newest_sessions(connection: Connection, store: str) -> list[Session]:
    """Return each terminal's sessions of its newest date, and all in which somebody still sells or counts."""
    return [Session(**row) for row in await connection.fetch(NEWEST_SESSIONS, store)]


async def cash_ups_of_date(connection: Connection, store: str, business_date: date) -> list[CashUpRow]:
    """Return the printed reports of a store's date."""
    return [_cash_up(row) for row in await connection.fetch(CASH_UPS_OF_DATE, store, business_date)]


async def cash_up_of(connection: Connection, session_id: str) -> CashUpRow | None:
    """Return the printed report of a session, or None."""
    row = await connection.fetchrow(CASH_UP_OF_SESSION, session_id)
    return _cash_up(row) if row else None


async def products_of(
    connection: Connection, session_ids: Sequence[str]
) -> dict[str, dict[str, ProductTotals]]:
    """Return what was sold per session, by SKU."""
    products: dict[str, dict[str, ProductTotals]] = {session_id: {} for session_id in session_ids}
    for row in await connection.fetch(PRODUCTS, session_ids):
        products[row["session_id"]][row["sku"]] = ProductTotals(row["name"], row["quantity"], row["gross"])
    return products


async def _origins(connection: Connection, terminals: Iterable[TerminalKey]) -> dict[TerminalKey, Origin]:
    keys = sorted(terminals)
    rows = await connection.fetch(ORIGINS, [key.store for key in keys], [key.terminal for key in keys])
    return {TerminalKey(row["store"], row["terminal"]): row["origin"] for row in rows}


async def _receipt_places(connection: Connection, entries: Sequence[str]) -> dict[str, str]:
    if not entries:
        return {}
    return {row["entry"]: row["session_id"] for row in await connection.fetch(RECEIPT_PLACES, entries)}


async def _write(connection: Connection, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        await connection.execute(statement, *zip(*rows, strict=True))


def _receipt(receipt: Receipt) -> tuple[object, ...]:
    return (receipt.entry, receipt.session_id, receipt.number, receipt.cashier, receipt.at, receipt.total)


def _cash_up_values(row: CashUpRow) -> tuple[object, ...]:
    tenders = TENDERS.dump_json(row.tenders).decode()
    return (row.session_id, row.number, row.closed_at, row.closed_by, row.closed_from, tenders)


def _cash_up(row: Mapping[str, Any]) -> CashUpRow:
    return CashUpRow(
        session_id=row["session_id"],
        number=row["number"],
        closed_at=row["closed_at"],
        closed_by=row["closed_by"],
        closed_from=row["closed_from"],
        tenders=TENDERS.validate_json(row["tenders"]),
    )
