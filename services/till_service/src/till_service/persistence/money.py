"""Storing what a batch does to money: places, totals, the safe, adjustments, tasks; in lock order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from service_kit.database import Connection
from till_service.domain.ledger import Taken
from till_service.domain.money import AdjustmentRow, CountRow, LeftMoney, SafeRow, Task, Unidentified
from till_service.domain.routing import Placed
from till_service.persistence import posting_sums
from tillday_contracts.arithmetic import ProductTotals, TenderTotals
from tillday_contracts.entries import Movement, Sale

STORE_SALES: Final = """
    INSERT INTO sale (hash, store, terminal, epoch, seq, named_session, session_id, placement, reason, number,
                      business_date, total, cashier, occurred_at)
    SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[],
                         $7::text[], $8::text[], $9::text[], $10::text[], $11::date[], $12::bigint[],
                         $13::text[], $14::timestamptz[])
        ON CONFLICT (hash) DO UPDATE
       SET session_id = excluded.session_id,
           placement = excluded.placement,
           reason = excluded.reason,
           total = excluded.total,
           cashier = excluded.cashier
"""
STORE_MOVEMENTS: Final = """
    INSERT INTO movement (hash, store, terminal, epoch, seq, named_session, session_id, placement, reason,
                          kind, tender, amount, business_date, moved_by, occurred_at)
    SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[],
                         $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bigint[],
                         $13::date[], $14::text[], $15::timestamptz[])
        ON CONFLICT (hash) DO UPDATE
       SET session_id = excluded.session_id,
           placement = excluded.placement,
           reason = excluded.reason,
           kind = excluded.kind,
           tender = excluded.tender,
           amount = excluded.amount,
           moved_by = excluded.moved_by
"""
STORE_TENDERS: Final = """
    INSERT INTO session_tender AS old (session_id, tender, opening, sales, refunds, paid_in, paid_out, loans,
                                       pickups)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                         $7::bigint[], $8::bigint[], $9::bigint[])
        ON CONFLICT (session_id, tender) DO UPDATE
       SET opening = old.opening + excluded.opening,
           sales = old.sales + excluded.sales,
           refunds = old.refunds + excluded.refunds,
           paid_in = old.paid_in + excluded.paid_in,
           paid_out = old.paid_out + excluded.paid_out,
           loans = old.loans + excluded.loans,
           pickups = old.pickups + excluded.pickups
"""
STORE_PRODUCTS: Final = """
    INSERT INTO session_product AS old (session_id, sku, name, quantity, gross)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
        ON CONFLICT (session_id, sku) DO UPDATE
       SET quantity = old.quantity + excluded.quantity,
           gross = old.gross + excluded.gross
"""
STORE_MEMBERS: Final = """
    INSERT INTO session_member AS old (session_id, terminal, epoch, last_seq)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
        ON CONFLICT (session_id, terminal, epoch) DO UPDATE
       SET last_seq = greatest(old.last_seq, excluded.last_seq)
"""
STORE_SAFE: Final = """
    INSERT INTO safe_movement (store, terminal, kind, tender, amount, session_id, entry, recorded_at)
    SELECT new.*, $8
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bytea[])
           AS new
"""
STORE_ADJUSTMENTS: Final = """
    INSERT INTO adjustment (hash, store, session_id, corrects, tender, amount, reason, adjusted_by,
                            allowed_by, occurred_at)
    SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
                         $7::text[], $8::text[], $9::text[], $10::timestamptz[])
"""
STORE_TASKS: Final = """
    INSERT INTO till_task (session_id, kind, store, terminal, till, text, created_at)
    SELECT new.*, $7
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) AS new
        ON CONFLICT (session_id, kind) DO NOTHING
"""


STORE_COUNTS: Final = """
    INSERT INTO till_count (session_id, kind, tender, epoch, seq, expected, counted, moved)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
                         $7::bigint[], $8::bigint[])
        ON CONFLICT DO NOTHING
"""
STORE_LEFT_MONEY: Final = """
    INSERT INTO left_money (hash, tender, store, terminal, epoch, seq, session_id, amount)
    SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
                         $7::text[], $8::bigint[])
        ON CONFLICT DO NOTHING
"""
STORE_UNIDENTIFIED: Final = """
    INSERT INTO unidentified_receipt (store, session_id, event, tender, amount, recorded_at)
    SELECT new.*, $6
      FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::bigint[]) AS new
"""
MARK_TILLS: Final = """
    INSERT INTO till_to_settle AS known (store, till)
    SELECT * FROM unnest($1::text[], $2::text[])
        ON CONFLICT (store, till) DO UPDATE SET marks = known.marks + 1
"""


async def store(connection: Connection, taken: Taken, *, recorded_at: datetime) -> None:
    """Store the money of a batch, after its sessions."""
    await _sales(connection, taken.placed)
    await _movements(connection, taken.placed)
    await _tenders(connection, taken.tenders)
    await _products(connection, taken.products)
    await posting_sums.store(connection, taken)
    await _members(connection, taken.members)
    await _safe(connection, taken.safe, recorded_at)
    await _adjustments(connection, taken.adjustments)
    await _tasks(connection, taken.tasks, recorded_at)
    await _counts(connection, taken.counts)
    await _left_money(connection, taken.left_money)
    await _unidentified(connection, taken.unidentified, recorded_at)
    if taken.to_settle:
        stores, tills = (list(column) for column in zip(*taken.to_settle, strict=True))
        await connection.execute(MARK_TILLS, stores, tills)


async def _sales(connection: Connection, placed: Sequence[Placed]) -> None:
    sales = [(p.origin, p.body, p) for p in placed if isinstance(p.body, Sale)]
    if sales:
        await connection.execute(
            STORE_SALES,
            [bytes.fromhex(origin.hash) for origin, _, _ in sales],
            [origin.store for origin, _, _ in sales],
            [origin.terminal for origin, _, _ in sales],
            [origin.epoch for origin, _, _ in sales],
            [origin.seq for origin, _, _ in sales],
            [sale.session_id for _, sale, _ in sales],
            [at.session_id for _, _, at in sales],
            [at.placement for _, _, at in sales],
            [at.reason for _, _, at in sales],
            [sale.number for _, sale, _ in sales],
            [sale.business_date for _, sale, _ in sales],
            [sale.total for _, sale, _ in sales],
            [sale.cashier for _, sale, _ in sales],
            [origin.at for origin, _, _ in sales],
        )


async def _movements(connection: Connection, placed: Sequence[Placed]) -> None:
    movements = [(p.origin, p.body, p) for p in placed if isinstance(p.body, Movement)]
    if movements:
        await connection.execute(
            STORE_MOVEMENTS,
            [bytes.fromhex(origin.hash) for origin, _, _ in movements],
            [origin.store for origin, _, _ in movements],
            [origin.terminal for origin, _, _ in movements],
            [origin.epoch for origin, _, _ in movements],
            [origin.seq for origin, _, _ in movements],
            [movement.session_id for _, movement, _ in movements],
            [at.session_id for _, _, at in movements],
            [at.placement for _, _, at in movements],
            [at.reason for _, _, at in movements],
            [movement.kind for _, movement, _ in movements],
            [movement.tender for _, movement, _ in movements],
            [movement.amount for _, movement, _ in movements],
            [movement.business_date for _, movement, _ in movements],
            [movement.by for _, movement, _ in movements],
            [origin.at for origin, _, _ in movements],
        )


async def _tenders(connection: Connection, tenders: Mapping[tuple[str, str], TenderTotals]) -> None:
    if tenders:
        keys = sorted(tenders)
        new = [tenders[key] for key in keys]
        await connection.execute(
            STORE_TENDERS,
            [session for session, _ in keys],
            [tender for _, tender in keys],
            [t.opening for t in new],
            [t.sales for t in new],
            [t.refunds for t in new],
            [t.paid_in for t in new],
            [t.paid_out for t in new],
            [t.loans for t in new],
            [t.pickups for t in new],
        )


async def _products(connection: Connection, products: Mapping[tuple[str, str], ProductTotals]) -> None:
    if products:
        keys = sorted(products)
        await connection.execute(
            STORE_PRODUCTS,
            [session for session, _ in keys],
            [sku for _, sku in keys],
            [products[key].name for key in keys],
            [products[key].quantity for key in keys],
            [products[key].gross for key in keys],
        )


async def _members(connection: Connection, members: Mapping[tuple[str, str, str], int]) -> None:
    if members:
        keys = sorted(members)
        sessions, terminals, epochs = (list(column) for column in zip(*keys, strict=True))
        await connection.execute(STORE_MEMBERS, sessions, terminals, epochs, [members[key] for key in keys])


async def _safe(connection: Connection, moved: Sequence[SafeRow], recorded_at: datetime) -> None:
    if moved:
        await connection.execute(
            STORE_SAFE,
            [r.store for r in moved],
            [r.terminal for r in moved],
            [r.kind for r in moved],
            [r.tender for r in moved],
            [r.amount for r in moved],
            [r.session_id for r in moved],
            [bytes.fromhex(r.entry) for r in moved],
            recorded_at,
        )


async def _adjustments(connection: Connection, adjustments: Sequence[AdjustmentRow]) -> None:
    if adjustments:
        bodies = [a.body for a in adjustments]
        await connection.execute(
            STORE_ADJUSTMENTS,
            [bytes.fromhex(a.origin.hash) for a in adjustments],
            [a.origin.store for a in adjustments],
            [b.session_id for b in bodies],
            [b.corrects for b in bodies],
            [b.tender for b in bodies],
            [b.amount for b in bodies],
            [b.reason for b in bodies],
            [b.by for b in bodies],
            [b.allowed_by for b in bodies],
            [a.origin.at for a in adjustments],
        )


async def _tasks(connection: Connection, tasks: Sequence[Task], created_at: datetime) -> None:
    if tasks:
        facts = [task.facts for task in tasks]
        await connection.execute(
            STORE_TASKS,
            [f.session_id for f in facts],
            [task.kind for task in tasks],
            [f.store for f in facts],
            [f.terminal for f in facts],
            [f.till for f in facts],
            [task.text for task in tasks],
            created_at,
        )


async def _counts(connection: Connection, counts: Sequence[CountRow]) -> None:
    if counts:
        await connection.execute(
            STORE_COUNTS,
            [c.session_id for c in counts],
            [c.kind for c in counts],
            [c.tender for c in counts],
            [c.epoch for c in counts],
            [c.seq for c in counts],
            [c.expected for c in counts],
            [c.counted for c in counts],
            [c.moved for c in counts],
        )


async def _left_money(connection: Connection, left: Sequence[LeftMoney]) -> None:
    if left:
        origins = [one.origin for one in left]
        await connection.execute(
            STORE_LEFT_MONEY,
            [bytes.fromhex(o.hash) for o in origins],
            [one.tender for one in left],
            [o.store for o in origins],
            [o.terminal for o in origins],
            [o.epoch for o in origins],
            [o.seq for o in origins],
            [one.session_id for one in left],
            [one.amount for one in left],
        )


async def _unidentified(connection: Connection, new: Sequence[Unidentified], recorded_at: datetime) -> None:
    if new:
        await connection.execute(
            STORE_UNIDENTIFIED,
            [one.store for one in new],
            [one.session_id for one in new],
            [bytes.fromhex(one.event) for one in new],
            [one.tender for one in new],
            [one.amount for one in new],
            recorded_at,
        )
