"""What the checker looks at of stock and accounts: plain rows as they were found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of accounts; a session's bears the session's revision."""

    entry: int
    company: str
    session_id: str | None
    revision: int | None
    business_date: date
    entry_date: date
    date_reason: str | None = None


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of an entry: debit > 0, credit < 0."""

    entry: int
    account: str
    role: str
    key: str
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """What an account was debited and credited, as the trial balance shows it."""

    company: str
    account: str
    currency: str
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class MoveRow:
    """Pieces of a product into a location (> 0) or out of it, by a stock document."""

    document: int
    store: str
    location: str
    session_id: str | None
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class OnHandRow:
    """What a location is said to hold of a product."""

    store: str
    location: str
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Books:
    """The tables of stock and accounts; `unfinished` are sessions that are still to be posted, or anew."""

    entries: tuple[EntryRow, ...] = ()
    lines: tuple[LineRow, ...] = ()
    balances: tuple[BalanceRow, ...] = ()
    moves: tuple[MoveRow, ...] = ()
    on_hand: tuple[OnHandRow, ...] = ()
    unfinished: frozenset[str] = field(default_factory=frozenset)


QUERIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "entries": """
            SELECT entry, company, session_id, revision, business_date, entry_date, date_reason
              FROM till.ledger_entry
             ORDER BY entry
        """,
        "lines": "SELECT entry, account, role, key, currency, amount FROM till.ledger_line",
        "balances": "SELECT company, account, currency, debit, credit FROM till.ledger_balance",
        "moves": """
            SELECT m.document, d.store, d.location, d.session_id, m.sku, m.quantity
              FROM till.stock_move AS m
              JOIN till.stock_document AS d USING (document)
        """,
        "on_hand": "SELECT store, location, sku, quantity FROM till.stock_on_hand",
        "unfinished": """
            SELECT session_id FROM till.session_to_post
             UNION
            SELECT session_id FROM till.posting_step WHERE state <> 'done'
        """,
    }
)


async def read_books(connection: Any) -> Books:
    """Return stock and accounts, in the snapshot of the connection."""
    rows = {name: await connection.fetch(query) for name, query in QUERIES.items()}
    return Books(
        entries=tuple(EntryRow(**row) for row in rows["entries"]),
        lines=tuple(LineRow(**row) for row in rows["lines"]),
        balances=tuple(BalanceRow(**row) for row in rows["balances"]),
        moves=tuple(MoveRow(**row) for row in rows["moves"]),
        on_hand=tuple(OnHandRow(**row) for row in rows["on_hand"]),
        unfinished=frozenset(row["session_id"] for row in rows["unfinished"]),
    )
