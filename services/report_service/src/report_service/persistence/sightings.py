"""When terminals were last heard, and since when somebody listens."""

from collections.abc import Iterable
from typing import Final

from report_service.domain.presence import Listening
from report_service.domain.rows import Sighting
from service_kit.database import Connection

SAVE_SIGHTINGS: Final = """
    INSERT INTO sighting (store, terminal, last_seen, waiting)
    SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[])
     ORDER BY 1, 2
        ON CONFLICT (store, terminal) DO UPDATE
       SET last_seen = excluded.last_seen, waiting = excluded.waiting
     WHERE sighting.last_seen <= excluded.last_seen
"""
READ_LISTENING: Final = "SELECT heard_since, heard_until FROM listening"
LOCK_LISTENING: Final = "SELECT heard_since, heard_until FROM listening FOR UPDATE"
SAVE_LISTENING: Final = """
    INSERT INTO listening (heard_since, heard_until) VALUES ($1, $2)
        ON CONFLICT (only_row) DO UPDATE
       SET heard_since = excluded.heard_since, heard_until = excluded.heard_until
"""


async def save(connection: Connection, sightings: Iterable[Sighting]) -> None:
    """Write sightings, at most one per terminal; an older one changes nothing."""
    values = [(one.store, one.terminal, one.last_seen, one.waiting) for one in sightings]
    if values:
        await connection.execute(SAVE_SIGHTINGS, *zip(*values, strict=True))


async def read_listening(connection: Connection) -> Listening | None:
    """Return since when terminals are heard; None before the first start."""
    row = await connection.fetchrow(READ_LISTENING)
    return None if row is None else Listening(*row)


async def lock_listening(connection: Connection) -> Listening | None:
    """Return the same for who is about to write it: the replicas share one row."""
    row = await connection.fetchrow(LOCK_LISTENING)
    return None if row is None else Listening(*row)


async def save_listening(connection: Connection, listening: Listening) -> None:
    """Write since when, and until when, terminals are heard."""
    await connection.execute(SAVE_LISTENING, *listening)
