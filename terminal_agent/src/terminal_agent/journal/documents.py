"""Documents as they were first laid out, the entries behind them, and what of a receipt came back."""

from dataclasses import dataclass
from typing import Final

from terminal_agent.core.chain import Entry
from terminal_agent.journal.database import Database
from terminal_agent.journal.rows import entry_of
from tillday_contracts.entries import Sale, TillClosed, read_body, read_envelope
from tillday_contracts.journal import canonical

_FIND: Final = """
    SELECT e.entry, d.content FROM effect e JOIN document d ON d.number = e.document
     WHERE e.document = ? AND e.kind = 'print'
"""
_COUNT_COPY: Final = "UPDATE document SET copies = copies + 1 WHERE number = ? RETURNING copies"
_ENTRY_BEHIND: Final = """
    SELECT j.epoch, j.seq, j.prev, j.hash, j.type, j.data
      FROM effect e JOIN journal j ON j.hash = e.entry
     WHERE e.document = ? AND e.kind = 'print'
"""
_RECENT: Final = """
    SELECT d.number, j.hash, d.content FROM journal j
      JOIN effect e ON e.entry = j.hash AND e.kind = 'print'
      JOIN document d ON d.number = e.document
     WHERE j.epoch = ? AND j.type IN ('SALE', 'TILL_CLOSED')
     ORDER BY j.seq DESC LIMIT ?
"""
# Refunds are rare: a look through the receipts costs less than an index that every sale pays for.
_MENTIONING: Final = """
    SELECT epoch, seq, prev, hash, type, data FROM journal
     WHERE type = 'SALE' AND instr(data, ?) > 0
"""


@dataclass(frozen=True, slots=True)
class Document:
    """A document by its number: the entry that it shows, and its content as JSON."""

    number: str
    entry: str
    content: str


async def find(database: Database, number: str) -> Document | None:
    """Return a document of this terminal, None where it has none of that number."""
    async with database.reading() as connection, connection.execute(_FIND, (number,)) as cursor:
        row = await cursor.fetchone()
    return Document(number, str(row[0]), str(row[1])) if row else None


async def next_copy(database: Database, number: str) -> int:
    """Return the number of the next copy of a document, never given before."""
    async with (
        database.transaction() as connection,
        connection.execute(_COUNT_COPY, (number,)) as cursor,
    ):
        row = await cursor.fetchone()
    return int(row[0]) if row else 1


async def receipt(database: Database, number: str) -> Sale | None:
    """Return a receipt of this terminal by its number."""
    async with database.reading() as connection, connection.execute(_ENTRY_BEHIND, (number,)) as cursor:
        row = await cursor.fetchone()
    return _sale(entry_of(tuple(row))) if row else None


async def closed(database: Database, number: str) -> TillClosed | None:
    """Return the close that a cash-up report of this terminal shows."""
    async with database.reading() as connection, connection.execute(_ENTRY_BEHIND, (number,)) as cursor:
        row = await cursor.fetchone()
    body = read_body(read_envelope(entry_of(tuple(row)).data)) if row else None
    return body if isinstance(body, TillClosed) else None


async def recent(database: Database, epoch: str, limit: int) -> list[Document]:
    """Return the newest documents of an epoch of this terminal's journal, the newest first."""
    async with database.reading() as connection, connection.execute(_RECENT, (epoch, limit)) as cursor:
        return [Document(str(row[0]), str(row[1]), str(row[2])) for row in await cursor.fetchall()]


async def refunded(database: Database, number: str) -> dict[str, int]:
    """Return how many of each product of a receipt came back already, by SKU."""
    mention = canonical({"refund_of": number})[1:-1]
    async with database.reading() as connection, connection.execute(_MENTIONING, (mention,)) as cursor:
        rows = await cursor.fetchall()
    counts: dict[str, int] = {}
    for row in rows:
        sale = _sale(entry_of(tuple(row)))
        if sale is not None and sale.refund_of == number:
            for line in sale.lines:
                counts[line.sku] = counts.get(line.sku, 0) - line.quantity
    return counts


def _sale(entry: Entry) -> Sale | None:
    body = read_body(read_envelope(entry.data))
    return body if isinstance(body, Sale) else None
