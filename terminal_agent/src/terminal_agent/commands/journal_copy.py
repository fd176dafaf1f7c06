"""A consistent copy of the journal, taken while the agent works, and the verdict on it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from terminal_agent.core.chain import Identity
from terminal_agent.core.condition import Condition
from terminal_agent.journal.database import Database
from terminal_agent.journal.failures import JournalBroken, failure_of
from terminal_agent.journal.opening import JOURNAL_FILE, examine

_PAGES_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Waiting:
    """Entries of one epoch that the ledger has not acknowledged."""

    epoch: str
    entries: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class WaitingEntry:
    """One of them: its position, its type, and the size of its bytes."""

    epoch: str
    seq: int
    type: str
    size: int


_WAITING = """
    SELECT j.epoch, count(*), min(j.seq), max(j.seq)
      FROM journal j JOIN epoch e ON e.epoch = j.epoch
     WHERE j.acked_at IS NULL GROUP BY j.epoch ORDER BY min(e.ord)
"""
_WAITING_ENTRIES = """
    SELECT j.epoch, j.seq, j.type, length(j.data)
      FROM journal j JOIN epoch e ON e.epoch = j.epoch
     WHERE j.acked_at IS NULL ORDER BY e.ord, j.seq LIMIT ?
"""


def open_to_read(folder: Path) -> sqlite3.Connection:
    """Open a terminal's journal without a chance to change it. Raises JournalError."""
    path = folder / JOURNAL_FILE
    if not path.exists():
        raise JournalBroken(f"There is no journal in {folder} yet: it begins with the first start.")
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
        connection.execute("SELECT count(*) FROM epoch").fetchone()
    except sqlite3.Error as error:
        raise failure_of(error) from error
    return connection


def waiting(folder: Path) -> list[Waiting]:
    """Return what waits for the ledger, epoch by epoch. Raises JournalError."""
    with closing(open_to_read(folder)) as connection:
        return [Waiting(str(row[0]), *map(int, row[1:])) for row in connection.execute(_WAITING)]


def waiting_entries(folder: Path, limit: int) -> list[WaitingEntry]:
    """Return the oldest entries that wait, at most `limit`. Raises JournalError."""
    with closing(open_to_read(folder)) as connection:
        rows = connection.execute(_WAITING_ENTRIES, (limit,))
        return [WaitingEntry(str(epoch), int(seq), str(kind), int(size)) for epoch, seq, kind, size in rows]


def copy_journal(folder: Path, target: Path) -> None:
    """Copy the journal as it is at one moment, also while the agent writes. Raises JournalError."""
    with closing(open_to_read(folder)) as source, closing(sqlite3.connect(target)) as copy:
        try:
            source.backup(copy, pages=_PAGES_AT_ONCE)
        except sqlite3.Error as error:
            raise failure_of(error) from error


async def verdict_on(copy: Path, identity: Identity, anchor: Path) -> Condition:
    """Verify every entry of a copied journal, and its head against an anchor. Raises JournalError."""
    database = await Database.open(copy)
    try:
        return await examine(database, identity, anchor)
    finally:
        await database.close()
