"""Till sessions with their totals, folded from the ledger: loaded before a fold and written after it."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import Final

from report_service.domain.rows import (
    Before,
    CashUpRow,
    Changes,
    Needs,
    Opening,
    PlacedMovement,
    Receipt,
    SessionTender,
    Takings,
    TerminalKey,
)
from report_service.persistence import back_closes, guests, rescues
from report_service.persistence.sessions import TENDERS, sessions_by_id
from report_service.persistence.writing import write
from service_kit.database import Connection

OPENINGS: Final = """
    SELECT store, terminal, origin, business_date
      FROM terminal_origin
     WHERE (store, terminal) IN (SELECT * FROM unnest($1::text[], $2::text[]))
"""
PLACES: Final = """
    SELECT entry, session_id
      FROM receipt
     WHERE entry = ANY($1::text[])
     UNION ALL
    SELECT entry, session_id
      FROM movement
     WHERE entry = ANY($1::text[])
"""
SAVE_OPENINGS: Final = """
    INSERT INTO terminal_origin (store, terminal, origin, business_date)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::date[])
        ON CONFLICT (store, terminal) DO UPDATE
       SET origin = excluded.origin, business_date = excluded.business_date
"""
SAVE_POSITIONS: Final = """
    INSERT INTO journal_position (store, terminal, epoch, seq, begun_at)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[])
        ON CONFLICT (store, terminal, epoch) DO UPDATE
       SET seq = greatest(journal_position.seq, excluded.seq)
"""
SAVE_SESSIONS: Final = """
    INSERT INTO till_session (session_id, store, terminal, till, business_date, status, late, origin,
                              opened_at, opened_by, closed_at, closed_by, closed_from, receipts, total,
                              rescue_of, refunds)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::text[],
                         $7::boolean[], $8::text[], $9::timestamptz[], $10::text[], $11::timestamptz[],
                         $12::text[], $13::text[], $14::integer[], $15::bigint[], $16::text[], $17::integer[])
        ON CONFLICT (session_id) DO UPDATE
       SET status = excluded.status, late = excluded.late, origin = excluded.origin,
           opened_at = excluded.opened_at, opened_by = excluded.opened_by,
           closed_at = excluded.closed_at, closed_by = excluded.closed_by, closed_from = excluded.closed_from,
           receipts = excluded.receipts, total = excluded.total, rescue_of = excluded.rescue_of,
           refunds = excluded.refunds
"""
WITHDRAW: Final = (
    "DELETE FROM receipt WHERE entry = ANY($1::text[])",
    "DELETE FROM movement WHERE entry = ANY($1::text[])",
)
SAVE_RECEIPTS: Final = """
    INSERT INTO receipt (entry, session_id, number, cashier, at, total, quantity)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[],
                         $7::bigint[])
        ON CONFLICT (entry) DO UPDATE SET session_id = excluded.session_id
"""
SAVE_MOVEMENTS: Final = """
    INSERT INTO movement (entry, session_id, kind, tender, amount)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
        ON CONFLICT (entry) DO UPDATE SET session_id = excluded.session_id
"""
SAVE_COUNTED: Final = """
    INSERT INTO session_tender (session_id, tender, opening, sales, refunds)
    SELECT session_id, tender, opening, 0, 0
      FROM unnest($1::text[], $2::text[], $3::bigint[]) AS given (session_id, tender, opening)
        ON CONFLICT (session_id, tender) DO UPDATE SET opening = excluded.opening
"""
ADD_TAKINGS: Final = """
    INSERT INTO session_tender (session_id, tender, opening, sales, refunds, paid_in, paid_out,
                                loans, pickups, receipts, worth)
    SELECT session_id, tender, 0, sales, refunds, paid_in, paid_out, loans, pickups, receipts, worth
      FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                  $7::bigint[], $8::bigint[], $9::integer[], $10::bigint[])
        AS given (session_id, tender, sales, refunds, paid_in, paid_out, loans, pickups, receipts, worth)
        ON CONFLICT (session_id, tender) DO UPDATE
       SET sales = session_tender.sales + excluded.sales,
           refunds = session_tender.refunds + excluded.refunds,
           paid_in = session_tender.paid_in + excluded.paid_in,
           paid_out = session_tender.paid_out + excluded.paid_out,
           loans = session_tender.loans + excluded.loans,
           pickups = session_tender.pickups + excluded.pickups,
           receipts = session_tender.receipts + excluded.receipts,
           worth = session_tender.worth + excluded.worth
"""
ADD_PRODUCTS: Final = """
    INSERT INTO session_product (session_id, sku, name, quantity, gross, receipts)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::integer[])
        ON CONFLICT (session_id, sku) DO UPDATE
       SET name = excluded.name,
           quantity = session_product.quantity + excluded.quantity,
           gross = session_product.gross + excluded.gross,
           receipts = session_product.receipts + excluded.receipts
"""
ADD_TERMINAL_PRODUCTS: Final = """
    INSERT INTO terminal_product (store, terminal, business_date, sku, name, quantity, gross, receipts)
    SELECT * FROM unnest($1::text[], $2::text[], $3::date[], $4::text[], $5::text[], $6::bigint[],
                         $7::bigint[], $8::integer[])
        ON CONFLICT (store, terminal, business_date, sku) DO UPDATE
       SET name = excluded.name,
           quantity = terminal_product.quantity + excluded.quantity,
           gross = terminal_product.gross + excluded.gross,
           receipts = terminal_product.receipts + excluded.receipts
"""
SAVE_CASH_UPS: Final = """
    INSERT INTO cash_up (session_id, number, closed_at, closed_by, closed_from, tenders, entry)
    SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::jsonb[],
                         $7::text[])
        ON CONFLICT (session_id) DO NOTHING
"""
SAVE_COPIES: Final = """
    UPDATE cash_up
       SET copies = greatest(copies, printed.copy_no)
      FROM unnest($1::text[], $2::integer[]) AS printed (entry, copy_no)
     WHERE cash_up.entry = printed.entry
"""
FORGET: Final = (
    "DELETE FROM terminal_origin",
    "DELETE FROM journal_position",
    "DELETE FROM till_session",
    "DELETE FROM receipt",
    "DELETE FROM movement",
    "DELETE FROM session_tender",
    "DELETE FROM session_product",
    "DELETE FROM terminal_product",
    "DELETE FROM cash_up",
    "DELETE FROM back_close",
    "DELETE FROM session_guest",
    "DELETE FROM rescue_session",
)


async def load(connection: Connection, needs: Needs) -> Before:
    """Return the rows that a fold needs."""
    return Before(
        openings=await _openings(connection, needs.terminals),
        sessions=await sessions_by_id(connection, sorted(needs.sessions)),
        places=await _places(connection, sorted(needs.entries)),
    )


async def save(connection: Connection, changes: Changes) -> None:
    """Write what a fold changed."""
    await write(connection, SAVE_OPENINGS, [(*key, *astuple(row)) for key, row in changes.openings.items()])
    await write(connection, SAVE_POSITIONS, [(*key, *astuple(row)) for key, row in changes.positions.items()])
    await write(connection, SAVE_SESSIONS, [astuple(session) for session in changes.sessions.values()])
    for statement in WITHDRAW if changes.withdrawn else ():
        await connection.execute(statement, sorted(changes.withdrawn))
    await write(connection, SAVE_RECEIPTS, [_receipt(receipt) for receipt in changes.receipts.values()])
    await write(connection, SAVE_MOVEMENTS, [_movement(placed) for placed in changes.movements.values()])
    await write(connection, SAVE_COUNTED, [(*key, amount) for key, amount in changes.counted.items()])
    await write(connection, ADD_TAKINGS, [_takings(key, taken) for key, taken in changes.takings.items()])
    await write(connection, ADD_PRODUCTS, [(*key, *astuple(sold)) for key, sold in changes.products.items()])
    sold_at = [(*key, *astuple(sold)) for key, sold in changes.terminal_products.items()]
    await write(connection, ADD_TERMINAL_PRODUCTS, sold_at)
    await write(connection, SAVE_CASH_UPS, [_cash_up(row) for row in changes.cash_ups.values()])
    await back_closes.save(connection, changes.back_closes.values())
    await guests.save(connection, changes.guests)
    await rescues.save(connection, changes.rescues.values())
    await write(connection, SAVE_COPIES, list(changes.copies.items()))


async def forget(connection: Connection) -> None:
    """Remove everything that came from the ledger."""
    for statement in FORGET:
        await connection.execute(statement)


async def _openings(connection: Connection, terminals: Iterable[TerminalKey]) -> dict[TerminalKey, Opening]:
    keys = sorted(terminals)
    rows = await connection.fetch(OPENINGS, [key.store for key in keys], [key.terminal for key in keys])
    return {
        TerminalKey(row["store"], row["terminal"]): Opening(row["origin"], row["business_date"])
        for row in rows
    }


async def _places(connection: Connection, entries: Sequence[str]) -> dict[str, str]:
    if not entries:
        return {}
    return {row["entry"]: row["session_id"] for row in await connection.fetch(PLACES, entries)}


def _receipt(receipt: Receipt) -> tuple[object, ...]:
    placed = (receipt.entry, receipt.session_id, receipt.number)
    return (*placed, receipt.cashier, receipt.at, receipt.total, receipt.quantity)


def _movement(placed: PlacedMovement) -> tuple[object, ...]:
    movement = placed.movement
    return (placed.entry, placed.session_id, movement.kind, movement.tender, movement.amount)


def _takings(key: SessionTender, taken: Takings) -> tuple[object, ...]:
    totals = taken.totals
    moved = (totals.paid_in, totals.paid_out, totals.loans, totals.pickups)
    return (*key, totals.sales, totals.refunds, *moved, taken.receipts, taken.worth)


def _cash_up(row: CashUpRow) -> tuple[object, ...]:
    tenders = TENDERS.dump_json(row.tenders).decode()
    return (row.session_id, row.number, row.closed_at, row.closed_by, row.closed_from, tenders, row.entry)
