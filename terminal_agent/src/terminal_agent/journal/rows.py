"""The rows of the journal: SQL that stores and loads sets and decides nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import aiosqlite

from terminal_agent.core.chain import Entry, Head
from terminal_agent.core.drain import JournalView
from terminal_agent.journal.database import Database

PrintState = Literal["pending", "sending", "printed", "unknown", "tried"]

_ADD_ENTRY: Final = "INSERT INTO journal (epoch, seq, prev, hash, type, data) VALUES (?, ?, ?, ?, ?, ?)"
_ADD_EPOCH: Final = "INSERT INTO epoch (epoch, key_id, reason) VALUES (?, ?, ?)"
_ADD_BOOT: Final = "INSERT INTO boot (boot_no, nonce, started_at) VALUES (?, ?, ?)"
_SET_STATE: Final = (
    "INSERT INTO state (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
)
_SET_EFFECT: Final = """
    INSERT INTO effect (entry, kind, document, state, reason) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET state = excluded.state, reason = excluded.reason
"""
_ADD_ANSWER: Final = "INSERT INTO answer (key, request, answer, epoch, seq) VALUES (?, ?, ?, ?, ?)"
_ADD_DOCUMENT: Final = "INSERT INTO document (number, content) VALUES (?, ?)"
_ENTRY: Final = "SELECT epoch, seq, prev, hash, type, data FROM journal"
_KEY_IDS: Final = "SELECT epoch, key_id FROM epoch"
_NEWEST_EPOCH: Final = "SELECT epoch FROM epoch ORDER BY ord DESC LIMIT 1"
_HEAD_OF: Final = "SELECT seq, hash FROM journal WHERE epoch = ? ORDER BY seq DESC LIMIT 1"
_LOW_OF: Final = """
    SELECT seq, hash, prev FROM journal WHERE epoch = ? AND acked_at IS NULL ORDER BY seq LIMIT 1
"""
_FIRST_OF: Final = "SELECT min(seq) FROM journal WHERE epoch = ?"
_PENDING: Final = "SELECT count(*) FROM journal WHERE acked_at IS NULL"
_LEFT_WAITING: Final = """
    SELECT e.epoch FROM epoch e
     WHERE e.epoch <> ? AND EXISTS (SELECT 1 FROM journal j WHERE j.epoch = e.epoch AND j.acked_at IS NULL)
     ORDER BY e.ord LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Effect:
    """Something to do outside after the commit, and how it went."""

    entry: str
    kind: Literal["print", "kick"]
    state: PrintState
    document: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered, so that its repeat gets the same."""

    key: str
    request: str
    answer: str


@dataclass(frozen=True, slots=True)
class Write:
    """Everything that one transaction stores together."""

    entries: Sequence[Entry] = ()
    state: Mapping[str, str] = field(default_factory=dict)
    effects: Sequence[Effect] = ()
    documents: Sequence[tuple[str, str]] = ()
    answer: Answer | None = None
    epochs: Sequence[tuple[str, str, str]] = ()
    boot: tuple[int, str, str] | None = None


async def store(connection: aiosqlite.Connection, write: Write) -> None:
    """Store everything of a write, inside a transaction."""
    if write.boot is not None:
        await connection.execute(_ADD_BOOT, write.boot)
    if write.epochs:
        await connection.executemany(_ADD_EPOCH, write.epochs)
    entries = [(e.epoch, e.seq, e.prev, e.hash, e.type, e.data) for e in write.entries]
    if entries:
        await connection.executemany(_ADD_ENTRY, entries)
    if write.state:
        await connection.executemany(_SET_STATE, list(write.state.items()))
    if write.effects:
        effects = [(e.entry, e.kind, e.document, e.state, e.reason) for e in write.effects]
        await connection.executemany(_SET_EFFECT, effects)
    if write.documents:
        await connection.executemany(_ADD_DOCUMENT, write.documents)
    if write.answer is not None:
        last = (write.entries[-1].epoch, write.entries[-1].seq) if write.entries else (None, None)
        known = write.answer
        await connection.execute(_ADD_ANSWER, (known.key, known.request, known.answer, *last))


def entry_of(row: Sequence[object]) -> Entry:
    """Return the entry of a row."""
    epoch, seq, prev, fingerprint, kind, data = row
    assert isinstance(seq, int)
    assert isinstance(data, bytes)
    return Entry(str(epoch), seq, str(prev), str(fingerprint), str(kind), data)


async def newest_epoch(database: Database) -> str | None:
    """Return the current epoch, None in an empty journal."""
    async with database.reading() as connection, connection.execute(_NEWEST_EPOCH) as cursor:
        row = await cursor.fetchone()
    return str(row[0]) if row else None


async def head_of(database: Database, epoch: str) -> Head:
    """Return the newest entry of an epoch."""
    async with database.reading() as connection:
        return await _head(connection, epoch)


async def _head(connection: aiosqlite.Connection, epoch: str) -> Head:
    async with connection.execute(_HEAD_OF, (epoch,)) as cursor:
        row = await cursor.fetchone()
    return Head(epoch, int(row[0]), str(row[1])) if row else Head(epoch)


async def view_of(database: Database, epoch: str) -> JournalView:
    """Return what a step of the drain must know."""
    async with database.reading() as connection:
        head = await _head(connection, epoch)
        async with connection.execute(_LOW_OF, (epoch,)) as cursor:
            low = await cursor.fetchone()
        async with connection.execute(_FIRST_OF, (epoch,)) as cursor:
            first = await cursor.fetchone()
        async with connection.execute(_PENDING) as cursor:
            pending = await cursor.fetchone()
        async with connection.execute(_LEFT_WAITING, (epoch,)) as cursor:
            left = await cursor.fetchone()
    return JournalView(
        head=head,
        low_seq=int(low[0]) if low else head.seq + 1,
        low_hash=str(low[1]) if low else None,
        low_prev=str(low[2]) if low else head.hash,
        first_held=int(first[0]) if first and first[0] is not None else 1,
        left=str(left[0]) if left else None,
        pending=int(pending[0]) if pending else 0,
    )


async def boots(database: Database) -> int:
    """Return the number of the last boot."""
    async with (
        database.reading() as connection,
        connection.execute("SELECT max(boot_no) FROM boot") as cursor,
    ):
        row = await cursor.fetchone()
    return int(row[0]) if row and row[0] is not None else 0


async def states(database: Database) -> dict[str, str]:
    """Return every state row."""
    async with (
        database.reading() as connection,
        connection.execute("SELECT name, value FROM state") as cursor,
    ):
        return {str(name): str(value) for name, value in await cursor.fetchall()}


async def entry_at(database: Database, epoch: str, seq: int) -> Entry | None:
    """Return one entry."""
    question = f"{_ENTRY} WHERE epoch = ? AND seq = ?"
    async with database.reading() as connection, connection.execute(question, (epoch, seq)) as cursor:
        row = await cursor.fetchone()
    return entry_of(tuple(row)) if row else None


async def entries_from(database: Database, epoch: str, first: int, limit: int) -> list[Entry]:
    """Return consecutive entries of an epoch."""
    question = f"{_ENTRY} WHERE epoch = ? AND seq >= ? ORDER BY seq LIMIT ?"
    async with (
        database.reading() as connection,
        connection.execute(question, (epoch, first, limit)) as cursor,
    ):
        return [entry_of(tuple(row)) for row in await cursor.fetchall()]


async def unacknowledged_from(database: Database, epoch: str, first: int, limit: int) -> list[Entry]:
    """Return the unacknowledged entries of an epoch."""
    question = f"{_ENTRY} WHERE epoch = ? AND seq >= ? AND acked_at IS NULL ORDER BY seq LIMIT ?"
    async with (
        database.reading() as connection,
        connection.execute(question, (epoch, first, limit)) as cursor,
    ):
        return [entry_of(tuple(row)) for row in await cursor.fetchall()]


async def held(database: Database, hashes: Sequence[str]) -> frozenset[str]:
    """Return which of these entries the journal holds."""
    if not hashes:
        return frozenset()
    question = f"SELECT hash FROM journal WHERE hash IN ({', '.join('?' for _ in hashes)})"  # noqa: S608
    async with database.reading() as connection, connection.execute(question, list(hashes)) as cursor:
        return frozenset(str(row[0]) for row in await cursor.fetchall())


async def epochs(database: Database) -> list[str]:
    """Return every epoch, oldest first."""
    question = "SELECT epoch FROM epoch ORDER BY ord"
    async with database.reading() as connection, connection.execute(question) as cursor:
        return [str(row[0]) for row in await cursor.fetchall()]


async def key_ids(database: Database) -> dict[str, str]:
    """Return the id of the key that each epoch is chained with."""
    async with database.reading() as connection, connection.execute(_KEY_IDS) as cursor:
        return {str(row[0]): str(row[1]) for row in await cursor.fetchall()}


async def epochs_since_damage(database: Database) -> list[str]:
    """Return the epochs from the newest one that was begun after damage on, oldest first."""
    question = """
        SELECT epoch FROM epoch
         WHERE ord >= (SELECT coalesce(max(ord), 0) FROM epoch WHERE reason = 'damaged') ORDER BY ord
    """
    async with database.reading() as connection, connection.execute(question) as cursor:
        return [str(row[0]) for row in await cursor.fetchall()]


async def answer_of(database: Database, key: str) -> Answer | None:
    """Return what a request was answered."""
    question = "SELECT key, request, answer FROM answer WHERE key = ?"
    async with database.reading() as connection, connection.execute(question, (key,)) as cursor:
        row = await cursor.fetchone()
    return Answer(str(row[0]), str(row[1]), str(row[2])) if row else None


async def unfinished_prints(database: Database) -> list[Effect]:
    """Return the documents that did not certainly come out."""
    question = """
        SELECT entry, document, state, reason FROM effect
         WHERE kind = 'print' AND state IN ('pending', 'sending', 'unknown')
    """
    async with database.reading() as connection, connection.execute(question) as cursor:
        rows = await cursor.fetchall()
    return [Effect(str(e), "print", _print_state(s), str(d) if d else None, str(r)) for e, d, s, r in rows]


def _print_state(text: object) -> PrintState:
    match text:
        case "pending" | "sending" | "printed" | "tried":
            return text
        case _:
            return "unknown"


async def forget_senders(database: Database) -> None:
    """After a restart nobody knows how far a document came that was on its way to the printer.

    One that waited may have been begun once more just before the end.
    """
    async with database.transaction() as connection:
        await connection.execute(
            "UPDATE effect SET state = 'unknown', reason = 'the agent ended while it printed' "
            "WHERE kind = 'print' AND state IN ('sending', 'pending')"
        )


async def replace_products(
    database: Database, rows: Iterable[tuple[str, str]], state: Mapping[str, str]
) -> None:
    """Swap the whole catalogue at once."""
    async with database.transaction() as connection:
        await connection.execute("DELETE FROM product")
        await connection.executemany("INSERT INTO product (sku, item) VALUES (?, ?)", list(rows))
        await store(connection, Write(state=state))


async def replace_people(
    database: Database, rows: Iterable[tuple[str, str]], state: Mapping[str, str]
) -> None:
    """Swap the whole list of people at once."""
    async with database.transaction() as connection:
        await connection.execute("DELETE FROM person")
        await connection.executemany("INSERT INTO person (person, content) VALUES (?, ?)", list(rows))
        await store(connection, Write(state=state))


async def products(database: Database) -> list[str]:
    """Return the items of the catalogue, as JSON, by SKU."""
    async with (
        database.reading() as connection,
        connection.execute("SELECT item FROM product ORDER BY sku") as cursor,
    ):
        return [str(row[0]) for row in await cursor.fetchall()]


async def people(database: Database) -> list[str]:
    """Return the people, as JSON, by code."""
    question = "SELECT content FROM person ORDER BY person"
    async with database.reading() as connection, connection.execute(question) as cursor:
        return [str(row[0]) for row in await cursor.fetchall()]
