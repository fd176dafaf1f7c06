"""Authenticators, and when a visit showed a code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backoffice_service.domain.attempts import Attempts
from backoffice_service.domain.second_factor import Factor
from service_kit.database import Connection

FIND: Final = """
    SELECT sealed, confirmed_at, used_step, wrong, wrong_at FROM second_factor WHERE person = $1
"""
LOCK: Final = """
    SELECT sealed, confirmed_at, used_step, wrong, wrong_at FROM second_factor WHERE person = $1 FOR UPDATE
"""
BEGIN: Final = """
    INSERT INTO second_factor (person, sealed, begun_at) VALUES ($1, $2, $3)
        ON CONFLICT (person) DO UPDATE
       SET sealed = $2, begun_at = $3, confirmed_at = NULL, used_step = 0, wrong = 0, wrong_at = NULL
"""
STORE: Final = """
    UPDATE second_factor
       SET confirmed_at = coalesce(confirmed_at, $2), used_step = $3, wrong = $4, wrong_at = $5
     WHERE person = $1
"""
FORGET: Final = "DELETE FROM second_factor WHERE person = $1 RETURNING person"
PROVEN_AT: Final = "SELECT proven_at FROM visit WHERE digest = $1"
PROVE: Final = "UPDATE visit SET digest = $2, proven_at = $3, used_at = $3 WHERE digest = $1 RETURNING person"


@dataclass(frozen=True, slots=True)
class Known:
    """An authenticator with what it shares with us, sealed."""

    factor: Factor
    sealed: bytes


async def find(connection: Connection, person: str) -> Known | None:
    """Return somebody's authenticator."""
    return _known(await connection.fetchrow(FIND, person))


async def lock(connection: Connection, person: str) -> Known | None:
    """Return somebody's authenticator for this transaction alone."""
    return _known(await connection.fetchrow(LOCK, person))


async def begin(connection: Connection, person: str, sealed: bytes, at: datetime) -> None:
    """Keep a new authenticator, not confirmed, in place of any other."""
    await connection.execute(BEGIN, person, sealed, at)


async def store(connection: Connection, person: str, factor: Factor, at: datetime) -> None:
    """Keep what became of an authenticator; `at` is when it was confirmed, if it is."""
    attempts = factor.attempts
    await connection.execute(
        STORE,
        person,
        at if factor.confirmed else None,
        factor.used_step,
        attempts.wrong if attempts else 0,
        attempts.last if attempts else None,
    )


async def forget(connection: Connection, person: str) -> bool:
    """Forget an authenticator. False where there is none."""
    return bool(await connection.fetchval(FORGET, person))


async def proven_at(connection: Connection, digest: bytes) -> datetime | None:
    """Return when a visit last showed a code."""
    found: datetime | None = await connection.fetchval(PROVEN_AT, digest)
    return found


async def prove(connection: Connection, digest: bytes, *, renewed: bytes, at: datetime) -> bool:
    """Note that a visit showed a code, and keep it under another secret. False where there is none."""
    return bool(await connection.fetchval(PROVE, digest, renewed, at))


def _known(row: object) -> Known | None:
    if row is None:
        return None
    sealed, confirmed_at, used_step, wrong, wrong_at = (
        row[key]  # type: ignore[index]
        for key in ("sealed", "confirmed_at", "used_step", "wrong", "wrong_at")
    )
    attempts = Attempts(wrong, wrong_at) if wrong_at is not None else None
    return Known(Factor(confirmed_at is not None, used_step, attempts), sealed)
