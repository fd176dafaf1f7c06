"""Reading a till session with everything that made its expected amounts."""

from typing import Final

from service_kit.database import Connection
from till_service.domain.explaining import Replayed
from till_service.domain.till_history import TillHistory
from till_service.persistence import rows
from tillday_contracts.explain_messages import MOST_LINES

READ_SESSION: Final = """
    SELECT terminal, till, business_date
      FROM till_session
     WHERE store = $1 AND session_id = $2 AND rescue_of IS NULL
"""
READ_OPENINGS: Final = "SELECT tender, opening FROM session_tender WHERE session_id = $1 ORDER BY tender"
COUNT_HELD: Final = "SELECT count(*) FROM placed WHERE session_id = $1 AND placement = 'session'"
READ_HELD: Final = "SELECT * FROM placed_entry WHERE session_id = $1 AND placement = 'session'"


async def find_till(connection: Connection, store: str, session_id: str) -> tuple[str, str] | None:
    """Return the till of a regular session as its store and code, None where there is no such session."""
    row = await connection.fetchrow(READ_SESSION, store, session_id)
    return (store, row["till"]) if row is not None else None


async def is_too_long(connection: Connection, session_id: str) -> bool:
    """Whether a session holds more than is explained line by line."""
    return int(await connection.fetchval(COUNT_HELD, session_id)) > MOST_LINES


async def read(connection: Connection, store: str, session_id: str, history: TillHistory) -> Replayed:
    """Read a session that is there, beside the history of its till. Wants repeatable read."""
    facts = await connection.fetchrow(READ_SESSION, store, session_id)
    openings = await connection.fetch(READ_OPENINGS, session_id)
    held = await connection.fetch(READ_HELD, session_id)
    return Replayed(
        terminal=facts["terminal"],
        till=facts["till"],
        business_date=facts["business_date"],
        openings={row["tender"]: row["opening"] for row in openings},
        held=tuple(rows.placed_of(row) for row in held),
        late={placed.origin.hash: placed for placed in history.rescued},
        reported={told.tender: told for told in history.reported.get(session_id, ())},
    )
