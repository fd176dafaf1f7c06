"""The rows of the dead-letter desk: letters, the places they claim, and how they were closed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from service_kit import deadletters
from service_kit.database import Connection
from till_service.domain.desk import Tried
from till_service.domain.incoming import JournalEntry, read_entry
from till_service.domain.ledger import Letter
from tillday_contracts.desk_messages import (
    LETTERS_A_PAGE,
    Change,
    DeadLetter,
    DeadLetters,
    LetterClosed,
    LetterOutcome,
    LetterPlace,
)
from tillday_contracts.journal import WireEntry
from tillday_contracts.topics import TerminalAddress

STORE_ENTRY: Final = """
    INSERT INTO letter_entry (digest, store, terminal, epoch, seq, hash, prev, data, quarantine, proven)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT DO NOTHING
"""
CLOSE_ARRIVED: Final = """
    INSERT INTO letter_closed (digest, outcome, reason, closed_at)
    SELECT e.digest, 'arrived', $3, $2
      FROM letter_entry AS e
     WHERE e.hash = ANY($1::bytea[]) AND NOT e.proven
     ORDER BY e.digest
        ON CONFLICT DO NOTHING
 RETURNING digest, (SELECT e.hash FROM letter_entry AS e WHERE e.digest = letter_closed.digest) AS hash
"""
ARRIVED: Final = "The intact entry reached the ledger."
PAGE: Final = """
    SELECT *
      FROM desk_letter
     WHERE starts_with(subject, 'pos.' || $1 || '.')
       AND ($2 = 'all' OR ($2 = 'closed') = (outcome IS NOT NULL))
       AND ($3::bytea IS NULL
            OR (first_seen, digest) < (SELECT first_seen, digest FROM dead_letter WHERE digest = $3))
     ORDER BY first_seen DESC, digest DESC
     LIMIT $4
"""
ONE: Final = """
    SELECT *
      FROM desk_letter
     WHERE starts_with(subject, 'pos.' || $1 || '.') AND starts_with(encode(digest, 'hex'), $2)
     ORDER BY digest
     LIMIT 2
"""
READ_BODY: Final = "SELECT body FROM dead_letter WHERE digest = $1"
READ_ENTRY: Final = """
    SELECT store, terminal, epoch, seq, hash, prev, data, quarantine FROM letter_entry WHERE digest = $1
"""
READ_CHANGES: Final = "SELECT changes FROM desk_effect WHERE digest = $1"
CLOSE: Final = """
    INSERT INTO letter_closed (digest, outcome, closed_by, approved_by, reason, closed_at)
    VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING
 RETURNING digest
"""
STORE_EFFECT: Final = """
    INSERT INTO desk_effect (hash, digest, placement, session_id, data, changes)
    VALUES ($1, $2, $3, $4, $5, $6)
"""
ARE_HELD: Final = "SELECT count(*) FROM journal WHERE hash = ANY($1::bytea[])"


@dataclass(frozen=True, slots=True)
class Decision:
    """How a person closes a letter."""

    outcome: LetterOutcome
    by: str
    reason: str
    at: datetime
    approved_by: str | None = None


async def store_entry(connection: Connection, digest: bytes, letter: Letter) -> None:
    """Store the place that a new letter's entry claims."""
    entry, who = letter.entry, letter.address
    await connection.execute(
        STORE_ENTRY,
        digest,
        who.store,
        who.terminal,
        entry.epoch,
        entry.seq,
        bytes.fromhex(entry.hash),
        bytes.fromhex(entry.prev),
        entry.data,
        entry.quarantine,
        letter.proven,
    )


async def close_arrived(
    connection: Connection, hashes: Sequence[str], *, at: datetime
) -> list[tuple[str, str]]:
    """Close the letters whose claims came true by intact entries; return (hash, digest) of each."""
    asked = [bytes.fromhex(hash_) for hash_ in hashes]
    closed = await connection.fetch(CLOSE_ARRIVED, asked, at, ARRIVED)
    return [(row["hash"].hex(), row["digest"].hex()) for row in closed]


async def read_page(connection: Connection, question: DeadLetters) -> tuple[list[DeadLetter], bool]:
    """Read a page of letters, newest first, and whether more follow."""
    after = bytes.fromhex(question.after) if question.after else None
    asked = (question.store, question.state, after, LETTERS_A_PAGE + 1)
    found = [_letter(row) for row in await connection.fetch(PAGE, *asked)]
    return found[:LETTERS_A_PAGE], len(found) > LETTERS_A_PAGE


async def find(connection: Connection, store: str, digest: str) -> list[DeadLetter]:
    """Read the letters whose digest begins so: none, the one meant, or two where it says too little."""
    return [_letter(row) for row in await connection.fetch(ONE, store, digest)]


async def read_bytes(connection: Connection, letter: DeadLetter) -> bytes:
    """Read a letter's bytes as they came."""
    return bytes(await connection.fetchval(READ_BODY, bytes.fromhex(letter.digest)))


async def read_entry_of(
    connection: Connection, letter: DeadLetter
) -> tuple[TerminalAddress, JournalEntry] | None:
    """Read a letter's entry by the rules of today; None for a message in which none was found."""
    row = await connection.fetchrow(READ_ENTRY, bytes.fromhex(letter.digest))
    if row is None:
        return None
    wire = WireEntry(seq=row["seq"], prev=row["prev"].hex(), hash=row["hash"].hex(), data=bytes(row["data"]))
    entry = read_entry(wire, row["epoch"], quarantine=row["quarantine"])
    return TerminalAddress(row["store"], row["terminal"]), entry


async def read_changes(connection: Connection, letter: DeadLetter) -> tuple[Change, ...]:
    """Read what a repair changed."""
    found = await connection.fetchval(READ_CHANGES, bytes.fromhex(letter.digest))
    return tuple(Change.model_validate(change) for change in json.loads(found or "[]"))


async def close(connection: Connection, letter: DeadLetter, decision: Decision) -> bool:
    """Close a letter; False when it was closed in the meantime."""
    values = (decision.outcome, decision.by, decision.approved_by, decision.reason, decision.at)
    return await connection.fetchval(CLOSE, bytes.fromhex(letter.digest), *values) is not None


async def store_effect(
    connection: Connection, letter: DeadLetter, tried: Tried, repaired: tuple[bytes, Sequence[Change]] | None
) -> None:
    """Store the effect that an entry of the desk had after all, and the repaired entry if there is one."""
    assert letter.place is not None
    data, changes = (None, None) if repaired is None else repaired
    told = None if changes is None else json.dumps([change.model_dump(mode="json") for change in changes])
    effect = tried.effect
    place = (bytes.fromhex(letter.place.hash), bytes.fromhex(letter.digest))
    await connection.execute(STORE_EFFECT, *place, effect.placement, effect.session_id, data, told)


async def are_held(connection: Connection, hashes: Sequence[str]) -> bool:
    """Say whether the ledger holds every one of these entries."""
    asked = {bytes.fromhex(hash_) for hash_ in hashes}
    return bool(await connection.fetchval(ARE_HELD, list(asked)) == len(asked))


def as_kept(letter: Letter) -> deadletters.DeadLetter:
    """Return a letter as its bytes are kept."""
    return deadletters.DeadLetter(letter.address.subject("journal"), letter.entry.wire(), letter.reason)


def _letter(row: Any) -> DeadLetter:
    return DeadLetter(
        digest=row["digest"].hex(),
        subject=row["subject"],
        reason=row["reason"],
        size=row["size"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        attempts=row["attempts"],
        place=_place(row) if row["hash"] is not None else None,
        closed=_closed(row) if row["outcome"] is not None else None,
    )


def _place(row: Any) -> LetterPlace:
    names = ("terminal", "epoch", "seq", "quarantine", "proven")
    return LetterPlace(**{name: row[name] for name in names}, hash=row["hash"].hex())


def _closed(row: Any) -> LetterClosed:
    return LetterClosed(
        outcome=row["outcome"],
        by=row["closed_by"],
        approved_by=row["approved_by"],
        reason=row["closed_reason"],
        at=row["closed_at"],
    )
