"""When terminals were last heard."""

from collections.abc import Iterable
from typing import Final

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
SIGHTINGS_OF: Final = """
    SELECT store, terminal, last_seen, waiting
      FROM sighting
     WHERE store = $1
"""


async def save(connection: Connection, sightings: Iterable[Sighting]) -> None:
    """Write sightings, at most one per terminal; an older one changes nothing."""
    values = [(one.store, one.terminal, one.last_seen, one.waiting) for one in sightings]
    if values:
        await connection.execute(SAVE_SIGHTINGS, *zip(*values, strict=True))


async def sightings_of(connection: Connection, store: str) -> dict[str, Sighting]:
    """Return the last sighting of each terminal of a store, by code."""
    return {row["terminal"]: Sighting(**row) for row in await connection.fetch(SIGHTINGS_OF, store)}
