"""Guests as the till service told of them: who asked to join which till, who ever joined a session."""

from typing import Final

from service_kit.database import Connection
from tillday_contracts.sharing_messages import GuestChanged

READ_MEMBERS: Final = "SELECT terminal FROM session_guest WHERE session_id = $1 ORDER BY terminal"
READ_WISH: Final = "SELECT till FROM join_wish WHERE store = $1 AND terminal = $2"
READ_WISHING: Final = "SELECT terminal FROM join_wish WHERE store = $1 AND till = $2 ORDER BY terminal"
SAVE_WISH: Final = """
    INSERT INTO join_wish (store, terminal, till)
    VALUES ($1, $2, $3)
        ON CONFLICT (store, terminal) DO UPDATE SET till = excluded.till
"""
END_WISH: Final = "DELETE FROM join_wish WHERE store = $1 AND terminal = $2 AND till = $3"
ADD_MEMBER: Final = """
    INSERT INTO session_guest (session_id, terminal) VALUES ($1, $2) ON CONFLICT DO NOTHING
"""
FORGET_WISHES: Final = "DELETE FROM join_wish"
FORGET_MEMBERS: Final = "DELETE FROM session_guest"


async def read_members(connection: Connection, session_id: str) -> tuple[str, ...]:
    """Return the guests that ever joined a session."""
    return tuple(row["terminal"] for row in await connection.fetch(READ_MEMBERS, session_id))


async def read_wish(connection: Connection, store: str, terminal: str) -> str | None:
    """Return the till that a terminal asked to join."""
    row = await connection.fetchrow(READ_WISH, store, terminal)
    return row["till"] if row is not None else None


async def read_wishing(connection: Connection, store: str, till: str) -> list[str]:
    """Return the terminals that asked to join a till."""
    return [row["terminal"] for row in await connection.fetch(READ_WISHING, store, till)]


async def save_guest(connection: Connection, event: GuestChanged) -> None:
    """Keep what a guest did."""
    at = (event.store, event.terminal, event.till)
    await connection.execute(END_WISH if event.state == "left" else SAVE_WISH, *at)
    if event.state == "joined" and event.session_id is not None:
        await connection.execute(ADD_MEMBER, event.session_id, event.terminal)


async def forget_guests(connection: Connection) -> None:
    """Forget guests, before the till service tells of them again."""
    await connection.execute(FORGET_WISHES)
    await connection.execute(FORGET_MEMBERS)
