"""Storing what a round of posting leaves: steps, stock documents, the entry. Rows of money are only added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from service_kit.database import Connection
from till_service.domain.accounts import Line
from till_service.domain.posting import Entry, Posted, PostedSession
from till_service.domain.stock import Pieces
from till_service.persistence.posting import Due

STORE_STEPS: Final = """
    INSERT INTO posting_step (session_id, revision, step, state, reason, attempts, owner, at)
    SELECT $1, $2, new.*, $7, $8
      FROM unnest($3::text[], $4::text[], $5::text[], $6::integer[]) AS new
        ON CONFLICT (session_id, revision, step) DO UPDATE
       SET state = excluded.state,
           reason = excluded.reason,
           attempts = excluded.attempts,
           owner = excluded.owner,
           at = excluded.at
     WHERE posting_step.state <> 'done'
"""
STORE_DOCUMENT: Final = """
    INSERT INTO stock_document (store, location, kind, session_id, revision, sale, by, reason, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
 RETURNING document
"""
STORE_MOVES: Final = """
    INSERT INTO stock_move (document, sku, name, quantity)
    SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[])
"""
ADD_ON_HAND: Final = """
    INSERT INTO stock_on_hand AS old (store, location, sku, name, quantity)
    SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::bigint[])
        ON CONFLICT (store, location, sku) DO UPDATE
       SET quantity = old.quantity + excluded.quantity,
           name = excluded.name
"""
ADD_PICKED: Final = """
    INSERT INTO session_picked AS old (session_id, sku, quantity)
    SELECT $1, * FROM unnest($2::text[], $3::bigint[])
        ON CONFLICT (session_id, sku) DO UPDATE SET quantity = old.quantity + excluded.quantity
"""
STORE_ENTRY: Final = """
    INSERT INTO ledger_entry (company, store, kind, session_id, revision, business_date, entry_date,
                              date_reason, text, posted_by, posted_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
 RETURNING entry
"""
STORE_LINES: Final = """
    INSERT INTO ledger_line (entry, line, account, role, key, currency, amount)
    SELECT $1, * FROM unnest($2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
"""
ADD_POSTED: Final = """
    INSERT INTO session_posted AS old (session_id, role, key, currency, amount)
    SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[])
        ON CONFLICT (session_id, role, key, currency) DO UPDATE SET amount = old.amount + excluded.amount
"""
ADD_BALANCES: Final = """
    INSERT INTO ledger_balance AS old (company, account, currency, debit, credit)
    SELECT $1, new.account, new.currency,
           coalesce(sum(new.amount) FILTER (WHERE new.amount > 0), 0),
           coalesce(sum(-new.amount) FILTER (WHERE new.amount < 0), 0)
      FROM unnest($2::text[], $3::text[], $4::bigint[]) AS new (account, currency, amount)
     GROUP BY new.account, new.currency
     ORDER BY new.account, new.currency
        ON CONFLICT (company, account, currency) DO UPDATE
       SET debit = old.debit + excluded.debit,
           credit = old.credit + excluded.credit
"""
SET_POSTED: Final = "UPDATE till_session SET status = 'posted' WHERE session_id = $1"
DONE_WITH: Final = "DELETE FROM session_to_post WHERE session_id = $1 AND marks = $2"
NOTE_TROUBLE: Final = """
    INSERT INTO posting_step (session_id, revision, step, state, reason, attempts, owner, at)
    VALUES ($1, 1, 'count', 'pending', $2, 1, $3, $4)
        ON CONFLICT (session_id, revision, step) DO UPDATE
       SET reason = excluded.reason,
           attempts = posting_step.attempts + 1,
           owner = excluded.owner,
           at = excluded.at
     WHERE posting_step.state <> 'done'
"""
PUT_OFF: Final = "UPDATE session_to_post SET not_before = $3 WHERE session_id = $1 AND marks = $2"


@dataclass(frozen=True, slots=True)
class Document:
    """What a stock document is of: a picking of a session or of one of its sales, goods in, an adjustment."""

    store: str
    location: str
    kind: str
    at: datetime
    session_id: str | None = None
    revision: int | None = None
    sale: bytes | None = None
    by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EntryHead:
    """What an entry of accounts is of."""

    store: str
    company: str
    kind: str
    text: str
    by: str
    at: datetime
    session_id: str | None = None
    revision: int | None = None


async def store_steps(
    connection: Connection, session: PostedSession, posted: Posted, *, owner: str, at: datetime
) -> None:
    """Store where the steps of a revision stand; what is done stays done."""
    steps = posted.steps
    columns = [[getattr(step, name) for step in steps] for name in ("name", "state", "reason", "attempts")]
    await connection.execute(STORE_STEPS, session.session_id, posted.revision, *columns, owner, at)
    if posted.done and not session.posted:
        await connection.execute(SET_POSTED, session.session_id)


async def move_stock(connection: Connection, document: Document, moves: Mapping[str, Pieces]) -> int:
    """Write a stock document and what is on hand after it; return its number."""
    values = (document.store, document.location, document.kind, document.session_id, document.revision)
    number: int = await connection.fetchval(
        STORE_DOCUMENT, *values, document.sale, document.by, document.reason, document.at
    )
    skus = sorted(moves)
    names, pieces = [moves[sku].name for sku in skus], [moves[sku].quantity for sku in skus]
    await connection.execute(STORE_MOVES, number, skus, names, pieces)
    await connection.execute(ADD_ON_HAND, document.store, document.location, skus, names, pieces)
    if document.session_id is not None:
        await connection.execute(ADD_PICKED, document.session_id, skus, [-each for each in pieces])
    return number


async def write_entry(connection: Connection, head: EntryHead, business_date: date, entry: Entry) -> int:
    """Write an entry and add it to the balances; return its number."""
    number: int = await connection.fetchval(
        STORE_ENTRY,
        head.company,
        head.store,
        head.kind,
        head.session_id,
        head.revision,
        business_date,
        entry.date.on,
        entry.date.reason,
        head.text,
        head.by,
        head.at,
    )
    lines = entry.lines
    await connection.execute(STORE_LINES, number, list(range(1, len(lines) + 1)), *_columns(lines))
    accounts, _, _, currencies, amounts = _columns(lines)
    await connection.execute(ADD_BALANCES, head.company, accounts, currencies, amounts)
    if head.session_id is not None:
        await connection.execute(ADD_POSTED, head.session_id, *_by_role(lines))
    return number


def _columns(lines: tuple[Line, ...]) -> list[list[object]]:
    names = ("account", "role", "key", "currency", "amount")
    return [[getattr(line, name) for line in lines] for name in names]


def _by_role(lines: tuple[Line, ...]) -> list[list[object]]:
    sums: dict[tuple[str, str, str], int] = {}
    for line in lines:
        key = (line.role, line.key, line.currency)
        sums[key] = sums.get(key, 0) + line.amount
    columns: list[list[object]] = [[key[n] for key in sums] for n in range(3)]
    return [*columns, list(sums.values())]


async def done_with(connection: Connection, due: Due, *, again: datetime | None) -> None:
    """Take the mark away, unless more came meanwhile; what failed keeps it until `again`."""
    if again is None:
        await connection.execute(DONE_WITH, due.session_id, due.marks)
    else:
        await connection.execute(PUT_OFF, due.session_id, due.marks, again)


async def put_off(
    connection: Connection, due: Due, reason: str, *, owner: str, times: tuple[datetime, datetime]
) -> None:
    """Note why a session could not even be looked at; `times` are now and when it is tried again."""
    now, again = times
    await connection.execute(NOTE_TROUBLE, due.session_id, reason, owner, now)
    await done_with(connection, due, again=again)
