"""Accounts in the tables: chart, locked periods, entries and balances as people read them, deposits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from service_kit.database import Connection
from tillday_contracts.account_messages import (
    ENTRIES_A_PAGE,
    AccountEntry,
    DepositToBank,
    EntryLine,
    LedgerEntries,
    LockPeriod,
    SetAccounts,
)

HIGHEST_ENTRY: Final = 2**63 - 1
"""No entry has a higher number: who asks from beyond it asks for the newest ones."""
READ_LINES: Final = """
    SELECT entry, account, role, key, currency, amount
      FROM ledger_line
     WHERE entry = ANY($1::bigint[])
     ORDER BY entry, line
"""
PAGE: Final = """
    SELECT entry, company, kind, session_id, revision, business_date, entry_date, date_reason, text, posted_at
      FROM ledger_entry
     WHERE store = $1
       AND ($2::date IS NULL OR business_date = $2)
       AND ($3::bigint IS NULL OR entry < $3)
     ORDER BY entry DESC
     LIMIT $4
"""
READ_BALANCES: Final = """
    SELECT account, currency, debit, credit FROM ledger_balance WHERE company = $1 ORDER BY account, currency
"""
SET_COMPANY: Final = """
    INSERT INTO ledger_company (store, company) VALUES ($1, $2)
        ON CONFLICT (store) DO UPDATE SET company = excluded.company
"""
SET_NAMES: Final = """
    INSERT INTO ledger_account (company, account, name)
    SELECT $1, * FROM unnest($2::text[], $3::text[])
        ON CONFLICT (company, account) DO UPDATE SET name = excluded.name
"""
SET_ROLES: Final = """
    INSERT INTO ledger_role (company, role, account)
    SELECT $1, * FROM unnest($2::text[], $3::text[])
        ON CONFLICT (company, role) DO UPDATE SET account = excluded.account
"""
LOCK: Final = """
    INSERT INTO ledger_lock (company, through, locked_by, reason, locked_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING
"""
TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended('safe ' || $1, 0))"
IN_SAFE: Final = """
    SELECT coalesce((SELECT sum(amount) FROM safe_movement WHERE store = $1 AND tender = $2), 0)::bigint
         - coalesce((SELECT sum(amount) FROM safe_deposit WHERE store = $1 AND tender = $2), 0)::bigint
"""
STORE_DEPOSIT: Final = """
    INSERT INTO safe_deposit (deposit, store, tender, amount, reference, entry, deposited_by, deposited_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
STALLED: Final = """
    SELECT DISTINCT p.session_id
      FROM posting_step AS p
      JOIN till_session AS s USING (session_id)
     WHERE s.store = $1 AND p.state = 'failed'
"""


async def read_lines(connection: Connection, entries: Sequence[int]) -> dict[int, tuple[EntryLine, ...]]:
    """Read the lines of entries."""
    found: dict[int, tuple[EntryLine, ...]] = {}
    for row in await connection.fetch(READ_LINES, list(entries)):
        line = EntryLine(**{name: value for name, value in row.items() if name != "entry"})
        found[row["entry"]] = (*found.get(row["entry"], ()), line)
    return found


async def read_page(connection: Connection, question: LedgerEntries) -> tuple[list[AccountEntry], bool]:
    """Read a page of entries, newest first, and whether older ones follow."""
    before = None if question.before is None else max(0, min(question.before, HIGHEST_ENTRY))
    asked = (question.store, question.business_date, before, ENTRIES_A_PAGE + 1)
    found = await connection.fetch(PAGE, *asked)
    shown = found[:ENTRIES_A_PAGE]
    lines = await read_lines(connection, [row["entry"] for row in shown])
    entries = [AccountEntry(**dict(row), lines=lines.get(row["entry"], ())) for row in shown]
    return entries, len(found) > ENTRIES_A_PAGE


async def read_balances(connection: Connection, company: str) -> list[tuple[str, str, int, int]]:
    """Read (account, currency, debit, credit) of every account that has any."""
    return [tuple(row) for row in await connection.fetch(READ_BALANCES, company)]


async def set_accounts(connection: Connection, company: str, command: SetAccounts) -> None:
    """Store what changes in a chart."""
    if command.company is not None:
        await connection.execute(SET_COMPANY, command.store, company)
    names, roles = command.accounts, command.roles
    await connection.execute(SET_NAMES, company, list(names), list(names.values()))
    await connection.execute(SET_ROLES, company, list(roles), list(roles.values()))


async def lock_period(connection: Connection, company: str, command: LockPeriod, *, at: datetime) -> None:
    """Store that a company's periods are locked through a date."""
    await connection.execute(LOCK, company, command.through, command.by, command.reason, at)


async def in_safe(connection: Connection, store: str, tender: str) -> int:
    """Return what is known to lie in a store's safe; deposits wait for each other until the end."""
    await connection.execute(TAKE_TURN, store)
    return int(await connection.fetchval(IN_SAFE, store, tender))


async def store_deposit(connection: Connection, command: DepositToBank, entry: int, *, at: datetime) -> None:
    """Store a deposit and the entry that tells of it."""
    id_: UUID = command.message_id
    what = (command.tender, command.amount, command.reference)
    await connection.execute(STORE_DEPOSIT, id_, command.store, *what, entry, command.by, at)


async def read_stalled(connection: Connection, store: str) -> list[str]:
    """Read the sessions of a store whose posting failed: a changed rule may help them."""
    return [row["session_id"] for row in await connection.fetch(STALLED, store)]
