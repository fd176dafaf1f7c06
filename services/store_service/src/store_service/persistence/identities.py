"""Credentials, enrolment codes and rotated keys of terminals."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from service_kit.database import Connection
from store_service.domain.admission import Code, Credential, JournalKey, Known, terminal_user
from tillday_contracts.topics import TerminalAddress

READ_CREDENTIALS: Final = """
    SELECT store, terminal, secret_hash, ended_at IS NOT NULL AS ended
      FROM terminal_credential
     WHERE ended_at IS NULL OR ended_at > now() - interval '400 days'
"""
ADD_CREDENTIAL: Final = """
    INSERT INTO terminal_credential (secret_hash, store, terminal, code_id, made_at)
    VALUES ($1, $2, $3, $4, $5)
"""
END_ALL: Final = """
    UPDATE terminal_credential
       SET ended_at = $3, ended_why = $4
     WHERE store = $1 AND terminal = $2 AND ended_at IS NULL
 RETURNING secret_hash
"""
END_OLDER: Final = """
    UPDATE terminal_credential AS older
       SET ended_at = $2, ended_why = 'replaced'
      FROM terminal_credential AS used
     WHERE used.secret_hash = $1
       AND older.store = used.store AND older.terminal = used.terminal
       AND older.ended_at IS NULL AND older.made_at < used.made_at
 RETURNING older.secret_hash
"""
END_OF_CODE: Final = """
    UPDATE terminal_credential
       SET ended_at = $2, ended_why = 'replaced'
     WHERE code_id = $1 AND ended_at IS NULL
 RETURNING secret_hash
"""
END_CODES: Final = """
    UPDATE enrolment_code
       SET expires_at = $3
     WHERE store = $1 AND terminal = $2 AND expires_at > $3
"""
ADD_CODE: Final = """
    INSERT INTO enrolment_code (code_id, store, terminal, secret_hash, rotate, compromised,
                                issued_by, issued_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
READ_CODE: Final = "SELECT * FROM enrolment_code WHERE code_id = $1"
LOCK_CODE: Final = "SELECT * FROM enrolment_code WHERE code_id = $1 FOR UPDATE"
COUNT_WRONG: Final = "UPDATE enrolment_code SET wrong_tries = wrong_tries + 1 WHERE code_id = $1"
REDEEM: Final = "UPDATE enrolment_code SET redeemed_by = $2 WHERE code_id = $1"
ADD_KEY: Final = """
    INSERT INTO terminal_key (key_id, store, terminal, code_id, journal_key, made_at)
    VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (code_id) DO NOTHING
"""
READ_KEYS: Final = """
    SELECT held.key_id, held.journal_key, known.key_id IS NOT NULL AS compromised
      FROM (SELECT key_id, journal_key, made_at FROM terminal_key WHERE store = $1 AND terminal = $2
             UNION ALL
            SELECT key_id, journal_key, '-infinity' FROM terminal_secret WHERE store = $1 AND terminal = $2)
           AS held
      LEFT JOIN compromised_key AS known USING (key_id)
     ORDER BY held.made_at DESC
"""
ADD_TOLD_KEY: Final = """
    INSERT INTO terminal_key (key_id, store, terminal, journal_key, made_at)
    SELECT $1, $2, $3, $4, $5
     WHERE NOT EXISTS (SELECT FROM terminal_secret WHERE key_id = $1)
        ON CONFLICT (key_id) DO NOTHING
"""
ADD_COMPROMISED: Final = """
    INSERT INTO compromised_key (key_id, store, terminal, since)
    SELECT key_id, $2, $3, $4 FROM unnest($1::text[]) AS key_id
        ON CONFLICT DO NOTHING
"""
CHANGE_PEPPER: Final = "UPDATE terminal_secret SET pepper = $3 WHERE store = $1 AND terminal = $2"


async def read_credentials(connection: Connection) -> Known:
    """Read every terminal's credentials by broker user, ended ones too: their use is told apart."""
    known: dict[str, list[Credential]] = {}
    for row in await connection.fetch(READ_CREDENTIALS):
        address = TerminalAddress(row["store"], row["terminal"])
        known.setdefault(terminal_user(address), []).append(
            Credential(address, row["secret_hash"], row["ended"])
        )
    return known


async def add_credential(
    connection: Connection, address: TerminalAddress, hashed: bytes, *, code_id: str, at: datetime
) -> Sequence[bytes]:
    """Add a credential in place of one that the same code gave; returns the hashes of those that ended."""
    ended = await connection.fetch(END_OF_CODE, code_id, at)
    await connection.execute(ADD_CREDENTIAL, hashed, address.store, address.terminal, code_id, at)
    return [row["secret_hash"] for row in ended]


async def end_credentials(
    connection: Connection, address: TerminalAddress, *, why: str, at: datetime
) -> Sequence[bytes]:
    """End every credential of a terminal; returns their hashes."""
    rows = await connection.fetch(END_ALL, address.store, address.terminal, at, why)
    return [row["secret_hash"] for row in rows]


async def end_older(connection: Connection, used: bytes, *, at: datetime) -> Sequence[bytes]:
    """End the credentials that one in use replaces; returns their hashes."""
    return [row["secret_hash"] for row in await connection.fetch(END_OLDER, used, at)]


async def end_codes(connection: Connection, address: TerminalAddress, *, at: datetime) -> None:
    """End every code of a terminal."""
    await connection.execute(END_CODES, address.store, address.terminal, at)


async def add_code(connection: Connection, code: Code, *, by: str, at: datetime) -> None:
    """Keep a new code."""
    address = code.address
    who = (code.code_id, address.store, address.terminal, code.secret_hash, code.rotate, code.compromised)
    await connection.execute(ADD_CODE, *who, by, at, code.expires_at)


async def read_code_row(connection: Connection, code_id: str, *, lock: bool = False) -> Code | None:
    """Read a code by its public part."""
    row = await connection.fetchrow(LOCK_CODE if lock else READ_CODE, code_id)
    if row is None:
        return None
    return Code(
        code_id=row["code_id"],
        address=TerminalAddress(row["store"], row["terminal"]),
        secret_hash=row["secret_hash"],
        expires_at=row["expires_at"],
        wrong_tries=row["wrong_tries"],
        rotate=row["rotate"],
        redeemed_by=row["redeemed_by"],
        compromised=row["compromised"],
    )


async def count_wrong_try(connection: Connection, code_id: str) -> None:
    """Count a guess at a code."""
    await connection.execute(COUNT_WRONG, code_id)


async def redeem(connection: Connection, code_id: str, nonce: bytes) -> None:
    """Note which attempt redeemed a code."""
    await connection.execute(REDEEM, code_id, nonce)


async def add_key(
    connection: Connection, address: TerminalAddress, key: JournalKey, *, code_id: str, at: datetime
) -> None:
    """Give a terminal another key, one for each code."""
    names = (key.key_id, address.store, address.terminal, code_id, key.key, at)
    await connection.execute(ADD_KEY, *names)


async def add_told_key(
    connection: Connection, address: TerminalAddress, key: JournalKey, *, at: datetime
) -> None:
    """Keep a key that its terminal told; one that stands for another terminal is left there."""
    await connection.execute(ADD_TOLD_KEY, key.key_id, address.store, address.terminal, key.key, at)


async def read_keys(connection: Connection, address: TerminalAddress) -> list[JournalKey]:
    """Read a terminal's keys, newest first. Greetings of any that is not compromised are its own."""
    rows = await connection.fetch(READ_KEYS, address.store, address.terminal)
    return [JournalKey(row["key_id"], row["journal_key"], row["compromised"]) for row in rows]


async def give_up_keys(connection: Connection, address: TerminalAddress, *, at: datetime) -> list[str]:
    """Note that others may know every key that a terminal has so far; returns the ids of all of these."""
    key_ids = [held.key_id for held in await read_keys(connection, address)]
    await give_up(connection, address, key_ids, at=at)
    return key_ids


async def give_up(
    connection: Connection, address: TerminalAddress, key_ids: Sequence[str], *, at: datetime
) -> None:
    """Note that others may know these keys."""
    await connection.execute(ADD_COMPROMISED, key_ids, address.store, address.terminal, at)


async def change_pepper(connection: Connection, address: TerminalAddress, pepper: bytes) -> None:
    """Give a terminal another pepper: verifiers made with the former one fit no PIN any more."""
    await connection.execute(CHANGE_PEPPER, address.store, address.terminal, pepper)
