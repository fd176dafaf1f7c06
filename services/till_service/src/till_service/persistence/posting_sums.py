"""Storing what a batch adds to the sums that accounts are made of, and which sessions have to be posted."""

from collections.abc import Iterable
from typing import Final

from service_kit.database import Connection
from till_service.domain.ledger import Taken
from till_service.domain.posting_sums import PostingSums
from tillday_contracts.entries import Sale

STORE_TAXES: Final = """
    INSERT INTO session_tax AS old (session_id, rate, gross, tax)
    SELECT * FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[])
        ON CONFLICT (session_id, rate) DO UPDATE
       SET gross = old.gross + excluded.gross,
           tax = old.tax + excluded.tax
"""
STORE_ROUNDING: Final = """
    INSERT INTO session_rounding AS old (session_id, amount)
    SELECT * FROM unnest($1::text[], $2::bigint[])
        ON CONFLICT (session_id) DO UPDATE SET amount = old.amount + excluded.amount
"""
STORE_WORTHS: Final = """
    INSERT INTO session_worth AS old (session_id, tender, amount, worth)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
        ON CONFLICT (session_id, tender) DO UPDATE
       SET amount = old.amount + excluded.amount,
           worth = old.worth + excluded.worth
"""
STORE_TO_PICK: Final = """
    INSERT INTO sale_to_pick (hash, store)
    SELECT new.*
      FROM unnest($1::bytea[], $2::text[]) AS new (hash, store)
      JOIN stock_rule AS r USING (store)
     WHERE r.pickings = 'sale'
        ON CONFLICT DO NOTHING
"""
MARK_SESSIONS: Final = """
    INSERT INTO session_to_post AS known (session_id)
    SELECT unnest($1::text[])
        ON CONFLICT (session_id) DO UPDATE
       SET marks = known.marks + 1,
           not_before = '-infinity'
"""


async def store(connection: Connection, taken: Taken) -> None:
    """Store the sums of a batch, after its totals; mark what has to be posted."""
    await _sums(connection, taken.sums)
    sales = [p.origin for p in taken.placed if isinstance(p.body, Sale) and p.placement == "session"]
    if sales:
        hashes = [bytes.fromhex(origin.hash) for origin in sales]
        await connection.execute(STORE_TO_PICK, hashes, [origin.store for origin in sales])
    await mark(connection, taken.to_post)


async def mark(connection: Connection, sessions: Iterable[str]) -> None:
    """Have sessions posted, or looked at again: in the transaction that made something of them new."""
    asked = sorted(set(sessions))
    if asked:
        await connection.execute(MARK_SESSIONS, asked)


async def _sums(connection: Connection, sums: PostingSums) -> None:
    if sums.taxes:
        keys = sorted(sums.taxes)
        found = [sums.taxes[key] for key in keys]
        await connection.execute(
            STORE_TAXES, *_columns(keys), [tax.gross for tax in found], [tax.tax for tax in found]
        )
    if sums.rounding:
        sessions = sorted(sums.rounding)
        await connection.execute(STORE_ROUNDING, sessions, [sums.rounding[key] for key in sessions])
    if sums.worths:
        pairs = sorted(sums.worths)
        worths = [sums.worths[key] for key in pairs]
        await connection.execute(
            STORE_WORTHS, *_columns(pairs), [one.amount for one in worths], [one.worth for one in worths]
        )


def _columns(keys: Iterable[tuple[str, int | str]]) -> list[list[object]]:
    return [list(column) for column in zip(*keys, strict=True)]
