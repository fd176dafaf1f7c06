"""What the ledger has acknowledged, and what it takes back."""

from typing import Final

from terminal_agent.core.answers import ClearAcks, ClearStamps, MarkAcked
from terminal_agent.crash import crash_point
from terminal_agent.journal.database import Database

_MARK_UP_TO: Final = """
    UPDATE journal SET acked_at = ?, ack_timeline = ?, ack_c = ?
     WHERE epoch = ? AND seq <= ? AND acked_at IS NULL
"""
_MARK_ONE: Final = """
    UPDATE journal SET acked_at = ?, ack_timeline = ?, ack_c = ?
     WHERE epoch = ? AND seq = ? AND acked_at IS NULL
"""
_CLEAR_FROM: Final = """
    UPDATE journal SET acked_at = NULL, ack_timeline = NULL, ack_c = NULL WHERE epoch = ? AND seq >= ?
"""
_CLEAR_STAMP: Final = """
    UPDATE journal SET acked_at = NULL, ack_timeline = NULL, ack_c = NULL WHERE ack_timeline = ? AND ack_c > ?
"""
_STAMPS: Final = """
    SELECT ack_timeline, max(ack_c) FROM journal
     WHERE acked_at IS NOT NULL GROUP BY ack_timeline ORDER BY max(acked_at) DESC, ack_timeline
"""


async def mark(database: Database, acked: MarkAcked, at: str) -> None:
    """Note that entries are in the ledger. What was acknowledged before keeps its own stamp."""
    statement = _MARK_ONE if acked.single else _MARK_UP_TO
    async with database.transaction() as connection:
        await connection.execute(statement, (at, acked.timeline, acked.c, acked.epoch, acked.seq))
        crash_point("before_ack_commit")
    crash_point("after_ack_commit")


async def clear(database: Database, cleared: ClearAcks) -> None:
    """Forget the acknowledgements of an epoch from an entry on."""
    async with database.transaction() as connection:
        await connection.execute(_CLEAR_FROM, (cleared.epoch, cleared.from_seq))


async def clear_stamps(database: Database, cleared: ClearStamps) -> None:
    """Forget, in every epoch, the acknowledgements beyond what is still valid of each timeline."""
    async with database.transaction() as connection:
        await connection.executemany(_CLEAR_STAMP, list(cleared.valid.items()))


async def stamps(database: Database) -> list[tuple[str, int]]:
    """Return every timeline that acknowledged something held here with its highest c, newest ack first."""
    async with database.reading() as connection, connection.execute(_STAMPS) as cursor:
        return [(str(timeline), int(c)) for timeline, c in await cursor.fetchall()]
