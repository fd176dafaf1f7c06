"""Taking out of the journal what was archived long ago: the beginning of an epoch, and what came of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from terminal_agent.core.retention import Aged
from terminal_agent.journal.database import Database

# Bytes that went bad on the disk may be no JSON any more: they name no date.
_AGED: Final = """
    SELECT seq, acked_at,
           CASE WHEN json_valid(CAST(data AS TEXT))
                THEN json_extract(CAST(data AS TEXT), '$.body.business_date') END
      FROM journal WHERE epoch = ? ORDER BY seq LIMIT ?
"""
_REMOVE: Final = (
    """
    DELETE FROM document WHERE number IN (
        SELECT e.document FROM effect e JOIN journal j ON j.hash = e.entry
         WHERE j.epoch = ? AND j.seq <= ? AND e.kind = 'print' AND e.state = 'printed')
    """,
    """
    DELETE FROM effect WHERE state IN ('printed', 'tried')
       AND entry IN (SELECT hash FROM journal WHERE epoch = ? AND seq <= ?)
    """,
    "DELETE FROM answer WHERE epoch = ? AND seq <= ?",
    "DELETE FROM journal WHERE epoch = ? AND seq <= ?",
)


async def oldest(database: Database, epoch: str, limit: int) -> list[Aged]:
    """Return the first entries that an epoch still holds."""
    async with database.reading() as connection, connection.execute(_AGED, (epoch, limit)) as cursor:
        return [_aged(row) for row in await cursor.fetchall()]


async def remove(database: Database, epoch: str, upto: int) -> None:
    """Remove the entries of an epoch up to a seq, what was printed of them and what was answered."""
    async with database.transaction() as connection:
        for statement in _REMOVE:
            await connection.execute(statement, (epoch, upto))


def _aged(row: Sequence[object]) -> Aged:
    seq, acked_at, named = row
    return Aged(
        seq=int(str(seq)),
        acked_at=None if acked_at is None else datetime.fromisoformat(str(acked_at)),
        named_date=None if named is None else date.fromisoformat(str(named)),
    )
