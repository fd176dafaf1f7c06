"""Guests of sessions: written as they come and go, looked up with the sessions they sell into."""

from collections.abc import Mapping, Sequence
from typing import Final

from report_service.domain.rows import SessionGuest
from report_service.persistence.writing import write
from service_kit.database import Connection

SAVE_GUESTS: Final = """
    INSERT INTO session_guest (session_id, terminal, present)
    SELECT * FROM unnest($1::text[], $2::text[], $3::boolean[])
        ON CONFLICT (session_id, terminal) DO UPDATE SET present = excluded.present
"""
GUESTS: Final = """
    SELECT session_id, terminal, present
      FROM session_guest
     WHERE session_id = ANY($1::text[])
"""


async def save(connection: Connection, guests: Mapping[SessionGuest, bool]) -> None:
    """Write who came or left."""
    await write(connection, SAVE_GUESTS, [(*key, present) for key, present in guests.items()])


async def guests_of(connection: Connection, session_ids: Sequence[str]) -> dict[str, dict[str, bool]]:
    """Return the guests of those sessions that have any, and whether each is one still."""
    found: dict[str, dict[str, bool]] = {}
    for row in await connection.fetch(GUESTS, session_ids):
        found.setdefault(row["session_id"], {})[row["terminal"]] = row["present"]
    return found
