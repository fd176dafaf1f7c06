"""Stock and accounts of the checker's small world written into the till service's own tables."""

from typing import Any

import asyncpg

from checker_journal import MORNING, STORE
from tillday_checker.posted_rows import Books

ENTRY = """
    INSERT INTO till.ledger_entry (entry, company, store, kind, session_id, revision, business_date,
                                   entry_date, date_reason, text, posted_by, posted_at)
    OVERRIDING SYSTEM VALUE
    VALUES ($1, $2, $3, 'session', $4, $5, $6, $7, $8, 'Till', 'till_service-1', $9)
"""
LINE = """
    INSERT INTO till.ledger_line (entry, line, account, role, key, currency, amount)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
BALANCE = """
    INSERT INTO till.ledger_balance (company, account, currency, debit, credit) VALUES ($1, $2, $3, $4, $5)
"""
DOCUMENT = """
    INSERT INTO till.stock_document (document, store, location, kind, session_id, revision, at)
    OVERRIDING SYSTEM VALUE
    VALUES ($1, $2, $3, 'picking', $4, 1, $5)
        ON CONFLICT DO NOTHING
"""
MOVE = "INSERT INTO till.stock_move (document, sku, name, quantity) VALUES ($1, $2, $2, $3)"
ON_HAND = """
    INSERT INTO till.stock_on_hand (store, location, sku, name, quantity) VALUES ($1, $2, $3, $3, $4)
"""
UNFINISHED = "INSERT INTO till.session_to_post (session_id) VALUES ($1)"


async def fill_books(connection: "asyncpg.Connection[Any]", books: Books) -> None:
    """Write what is posted, and what is still to be posted."""
    for entry in books.entries:
        dates = (entry.business_date, entry.entry_date, entry.date_reason, MORNING)
        of = (entry.company, STORE, entry.session_id, entry.revision)
        await connection.execute(ENTRY, entry.entry, *of, *dates)
    for number, line in enumerate(books.lines, 1):
        place = (line.account, line.role, line.key, line.currency)
        await connection.execute(LINE, line.entry, number, *place, line.amount)
    for row in books.balances:
        await connection.execute(BALANCE, row.company, row.account, row.currency, row.debit, row.credit)
    for move in books.moves:
        await connection.execute(DOCUMENT, move.document, STORE, move.location, move.session_id, MORNING)
        await connection.execute(MOVE, move.document, move.sku, move.quantity)
    for held in books.on_hand:
        await connection.execute(ON_HAND, held.store, held.location, held.sku, held.quantity)
    await connection.executemany(UNFINISHED, [(session,) for session in books.unfinished])
