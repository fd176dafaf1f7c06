"""What the till service told: sessions, attestations, own openings. All of it can be told again."""

import json
from datetime import datetime
from typing import Final

import asyncpg
from pydantic import TypeAdapter

from service_kit.database import Connection
from store_service.domain.tills import KnownSession
from tillday_contracts.entries import TenderAmount
from tillday_contracts.parts import Claim
from tillday_contracts.till_messages import TerminalAttested, TerminalOpenedItself, TillClaimsChanged

READ_SESSION: Final = "SELECT * FROM till_session WHERE session_id = $1"
READ_SESSIONS: Final = """
    SELECT *
      FROM till_session
     WHERE store = $1 AND till = $2
     ORDER BY place DESC
     LIMIT 20
"""
SAVE_SESSION: Final = """
    INSERT INTO till_session (session_id, store, terminal, till, business_date, status, place, late, kept,
                              last_receipt, last_cash_up, close_wished)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (session_id) DO UPDATE
       SET status = excluded.status,
           late = excluded.late,
           kept = excluded.kept,
           last_receipt = excluded.last_receipt,
           last_cash_up = excluded.last_cash_up,
           close_wished = excluded.close_wished
"""
ADD_ATTESTATION: Final = """
    INSERT INTO attestation (store, terminal, business_date, revision, recorded_at)
    VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING
"""
ADD_OPENING: Final = """
    INSERT INTO followed_opening (store, terminal, epoch, seq)
    VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING
    RETURNING true
"""
READ_CLAIMS: Final = "SELECT claims FROM till_claims WHERE store = $1 AND till = $2"
SAVE_CLAIMS: Final = """
    INSERT INTO till_claims (store, till, claims)
    VALUES ($1, $2, $3)
        ON CONFLICT (store, till) DO UPDATE SET claims = excluded.claims
"""
FORGET_CLAIMS: Final = "DELETE FROM till_claims"
FORGET_SESSIONS: Final = "DELETE FROM till_session"
FORGET_ATTESTATIONS: Final = "DELETE FROM attestation"
CLAIMS: Final = TypeAdapter(tuple[Claim, ...])


async def read_session(connection: Connection, session_id: str) -> KnownSession | None:
    """Read one session."""
    row = await connection.fetchrow(READ_SESSION, session_id)
    return None if row is None else _session(row)


async def read_sessions(connection: Connection, store: str, till: str) -> list[KnownSession]:
    """Read the newest sessions of a till, newest first."""
    return [_session(row) for row in await connection.fetch(READ_SESSIONS, store, till)]


async def save_session(connection: Connection, store: str, session: KnownSession) -> None:
    """Add a session or change its status."""
    kept = json.dumps([amount.model_dump(mode="json") for amount in session.kept])
    await connection.execute(
        SAVE_SESSION,
        session.session_id,
        store,
        session.terminal,
        session.till,
        session.business_date,
        session.status,
        session.place,
        session.late,
        kept,
        session.last_receipt,
        session.last_cash_up,
        session.close_wished,
    )


async def read_claims(connection: Connection, store: str, till: str) -> tuple[Claim, ...]:
    """Read what the next opening count of a till asks for."""
    found = await connection.fetchval(READ_CLAIMS, store, till)
    return () if found is None else CLAIMS.validate_json(found)


async def save_claims(connection: Connection, event: TillClaimsChanged) -> None:
    """Keep what the next opening count of a till asks for; what was told before no longer holds."""
    told = CLAIMS.dump_json(event.claims).decode()
    await connection.execute(SAVE_CLAIMS, event.store, event.till, told)


async def add_attestation(connection: Connection, event: TerminalAttested, *, at: datetime) -> None:
    """Keep a terminal's attestation."""
    told = (event.store, event.terminal, event.business_date, event.revision)
    await connection.execute(ADD_ATTESTATION, *told, at)


async def is_first_told(connection: Connection, event: TerminalOpenedItself) -> bool:
    """Note that a terminal opened itself; says whether that is news."""
    told = (event.store, event.terminal, event.epoch, event.seq)
    return bool(await connection.fetchval(ADD_OPENING, *told))


async def forget_tills(connection: Connection) -> None:
    """Forget sessions, claims and attestations, before the till service tells them again."""
    await connection.execute(FORGET_SESSIONS)
    await connection.execute(FORGET_CLAIMS)
    await connection.execute(FORGET_ATTESTATIONS)


def _session(row: asyncpg.Record) -> KnownSession:
    return KnownSession(
        session_id=row["session_id"],
        terminal=row["terminal"],
        till=row["till"],
        business_date=row["business_date"],
        status=row["status"],
        place=row["place"],
        late=row["late"],
        kept=tuple(TenderAmount.model_validate(amount) for amount in json.loads(row["kept"])),
        last_receipt=row["last_receipt"],
        last_cash_up=row["last_cash_up"],
        close_wished=row["close_wished"],
    )
