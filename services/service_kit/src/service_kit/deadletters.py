"""Dead letters: bytes that cannot be processed, kept intact and counted, one row per content."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from service_kit.database import Connection

KEEP: Final = """
    INSERT INTO dead_letter AS known (digest, subject, body, reason, first_seen, last_seen)
    VALUES ($1, $2, $3, $4, $5, $5)
        ON CONFLICT (digest) DO UPDATE
       SET attempts = known.attempts + 1,
           last_seen = greatest(known.last_seen, excluded.last_seen)
 RETURNING attempts
"""
COUNT: Final = "SELECT count(*) FROM dead_letter"
LONGEST_REASON: Final = 500


@dataclass(frozen=True)
class DeadLetter:
    """A message as it came, and why it stays here."""

    subject: str
    body: bytes
    reason: str

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.subject.encode() + b"\0" + self.body).digest()


async def keep(connection: Connection, letter: DeadLetter, *, at: datetime) -> bool:
    """Keep the bytes. True when they were not known; otherwise they are counted once more."""
    reason = letter.reason.replace("\0", "?")[:LONGEST_REASON]
    attempts = await connection.fetchval(KEEP, letter.digest, letter.subject, letter.body, reason, at)
    return bool(attempts == 1)


async def count(connection: Connection) -> int:
    """How many different letters wait."""
    return int(await connection.fetchval(COUNT))
