"""Journal keys of terminals, and the seals of days."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from service_kit.database import Connection
from till_service.domain.sessions import TillSession
from till_service.domain.turns import Turn
from till_service.persistence import rows
from tillday_contracts.sharing_messages import HostTurn
from tillday_contracts.till_messages import RegisterJournalKey, ReleaseDay, SealDay

STORE_TERMINAL: Final = """
    INSERT INTO terminal (store, terminal, till) VALUES ($1, $2, $3)
        ON CONFLICT (store, terminal) DO UPDATE SET till = excluded.till
"""
STORE_KEY: Final = """
    INSERT INTO journal_key (key_id, store, terminal, till, key) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (key_id) DO NOTHING
"""
READ_KEY: Final = "SELECT store, terminal, key FROM journal_key WHERE key_id = $1"
HAVE_SEAL: Final = "INSERT INTO day_seal (store, business_date) VALUES ($1, $2) ON CONFLICT DO NOTHING"
LOCK_SEAL: Final = "SELECT sealed_at FROM day_seal WHERE store = $1 AND business_date = $2 FOR UPDATE"
READ_NOT_FINAL: Final = """
    SELECT s.session_id, s.store, s.terminal, s.till, s.business_date, s.status, s.late, s.recovered,
           s.opened_by, s.epoch, s.start_seq, s.turn, NULL::bytea AS close_hash
      FROM till_session AS s
     WHERE s.store = $1 AND s.status IN ('opening_count', 'open', 'closing_count')
"""
READ_OF_DATE: Final = """
    SELECT s.session_id, s.store, s.terminal, s.till, s.business_date, s.status, s.late, s.recovered,
           s.opened_by, s.epoch, s.start_seq, s.turn, NULL::bytea AS close_hash
      FROM till_session AS s
     WHERE s.store = $1 AND s.business_date = $2 AND s.rescue_of IS NULL
"""
READ_ONE: Final = """
    SELECT s.*, NULL::bytea AS close_hash
      FROM till_session AS s
     WHERE s.store = $1 AND s.session_id = $2 AND s.rescue_of IS NULL
"""
STORE_SEAL: Final = """
    UPDATE day_seal
       SET sealed_at = coalesce(sealed_at, $3)
     WHERE store = $1 AND business_date = $2
"""
RELEASE_SEAL: Final = "UPDATE day_seal SET sealed_at = NULL WHERE store = $1 AND business_date = $2"
HAVE_TURNS: Final = """
    INSERT INTO till_turn (store, till)
    SELECT $1, * FROM unnest($2::text[])
        ON CONFLICT DO NOTHING
"""
LOCK_TURNS: Final = """
    SELECT till, turn, terminal
      FROM till_turn
     WHERE store = $1 AND till = ANY($2::text[])
     ORDER BY till
       FOR UPDATE
"""
SAVE_TURN: Final = "UPDATE till_turn SET turn = $3, terminal = $4 WHERE store = $1 AND till = $2"


async def register_key(connection: Connection, command: RegisterJournalKey) -> bool:
    """Keep a terminal's key; False when the key id stands for another terminal or another key."""
    key = bytes.fromhex(command.journal_key)
    await connection.execute(STORE_TERMINAL, command.store, command.terminal, command.till)
    await connection.execute(STORE_KEY, command.key_id, command.store, command.terminal, command.till, key)
    row = await connection.fetchrow(READ_KEY, command.key_id)
    return row is not None and (row["store"], row["terminal"], row["key"]) == (
        command.store,
        command.terminal,
        key,
    )


async def lock_seal(connection: Connection, command: SealDay) -> None:
    """Hold the seal of the day until the end: no session of that date begins meanwhile."""
    await connection.execute(HAVE_SEAL, command.store, command.business_date)
    await connection.fetchrow(LOCK_SEAL, command.store, command.business_date)


async def read_not_final(connection: Connection, store: str) -> list[TillSession]:
    """Read the regular sessions of a store that are not final."""
    return [rows.session_of(row) for row in await connection.fetch(READ_NOT_FINAL, store)]


async def read_session(connection: Connection, store: str, session_id: str) -> TillSession | None:
    """Read who hosts a session and where it stands; what is known of its close is left out."""
    row = await connection.fetchrow(READ_ONE, store, session_id)
    return rows.session_of(row) if row is not None else None


async def read_asked(connection: Connection, command: SealDay) -> list[TillSession]:
    """Read the sessions that a request to seal is decided by."""
    if command.scope != "unused":
        return await read_not_final(connection, command.store)
    rows_of_date = await connection.fetch(READ_OF_DATE, command.store, command.business_date)
    return [rows.session_of(row) for row in rows_of_date]


async def seal(connection: Connection, command: SealDay, *, at: datetime) -> None:
    """Seal the day; a repeat keeps the first instant."""
    await connection.execute(STORE_SEAL, command.store, command.business_date, at)


async def release(connection: Connection, command: ReleaseDay) -> None:
    """Lift the seal of a day, if it has one."""
    await connection.execute(RELEASE_SEAL, command.store, command.business_date)


async def lock_turns(connection: Connection, store: str, tills: list[str]) -> dict[str, Turn]:
    """Hold who has tills until the end: no session of them begins meanwhile."""
    await connection.execute(HAVE_TURNS, store, tills)
    found = await connection.fetch(LOCK_TURNS, store, tills)
    return {row["till"]: Turn(row["turn"], row["terminal"]) for row in found}


async def save_turns(connection: Connection, store: str, moves: Sequence[HostTurn]) -> None:
    """Give tills to other terminals."""
    await connection.executemany(SAVE_TURN, [(store, m.till, m.turn, m.terminal) for m in moves])
