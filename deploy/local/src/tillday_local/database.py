"""Reaching a PostgreSQL as its administrator: does it answer, and the owner and database Tillday needs."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlsplit

import asyncpg

DATABASE: Final = "tillday"
OWNER: Final = "tillday_owner"
ITERATIONS: Final = 4096

FIND_ROLE: Final = "SELECT 1 FROM pg_roles WHERE rolname = $1"
FIND_DATABASE: Final = "SELECT 1 FROM pg_database WHERE datname = $1"
MAKE_OWNER: Final = f"CREATE ROLE {OWNER} LOGIN CREATEROLE"
LET_ADMINISTRATOR_ACT: Final = f"GRANT {OWNER} TO CURRENT_USER"
LET_OWNER_SHOW: Final = f"GRANT pg_read_all_stats TO {OWNER} WITH ADMIN OPTION"
MAKE_DATABASE: Final = f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8'"
CLOSE_TO_OTHERS: Final = f"REVOKE TEMPORARY ON DATABASE {DATABASE} FROM PUBLIC"


@dataclass(frozen=True, kw_only=True)
class DatabaseAddress:
    """Where a database is and who speaks to it."""

    host: str
    port: int
    user: str
    password: str
    database: str = DATABASE

    @property
    def url(self) -> str:
        """Without the password, as settings want it."""
        return f"postgresql://{quote(self.user)}@{self.host}:{self.port}/{self.database}"

    @property
    def dsn(self) -> str:
        """With the password, for files that only their owner reads."""
        return (
            f"postgresql://{quote(self.user)}:{quote(self.password)}@{self.host}:{self.port}/{self.database}"
        )

    def as_user(self, user: str, password: str) -> DatabaseAddress:
        """The same database for another user."""
        return replace(self, user=user, password=password, database=DATABASE)


def address_of(url: str, password: str | None) -> DatabaseAddress:
    """An administrator's address from its URL; the password may stand in either place. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.hostname or not parts.username:
        raise ValueError("the database URL must look like postgresql://user@host:5432/postgres")
    return DatabaseAddress(
        host=parts.hostname,
        port=parts.port or 5432,
        user=parts.username,
        password=password or parts.password or "",
        database=parts.path.strip("/") or "postgres",
    )


async def connect(address: DatabaseAddress, *, timeout: float = 5.0) -> asyncpg.Connection:
    """A connection; raises OSError or asyncpg.PostgresError."""
    return await asyncpg.connect(
        host=address.host,
        port=address.port,
        user=address.user,
        password=address.password,
        database=address.database,
        timeout=timeout,
    )


async def database_answers(address: DatabaseAddress) -> bool:
    """True when it takes connections."""
    try:
        connection = await connect(address, timeout=2.0)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    await connection.close()
    return True


async def make_database(administrator: DatabaseAddress, owner_password: str) -> None:
    """Make the owner and the database where they are missing, and give the owner this password."""
    connection = await connect(administrator)
    try:
        if not await connection.fetchval(FIND_ROLE, OWNER):
            await connection.execute(MAKE_OWNER)
            await connection.execute(LET_ADMINISTRATOR_ACT)
        # An administrator without that right is enough: the page of operations then says what it cannot show.
        with contextlib.suppress(asyncpg.InsufficientPrivilegeError):
            await connection.execute(LET_OWNER_SHOW)
        # Also for an owner known already: the data folder that holds the password may be a new one.
        await connection.execute(f"ALTER ROLE {OWNER} PASSWORD '{scram_verifier(owner_password)}'")
        if not await connection.fetchval(FIND_DATABASE, DATABASE):
            await connection.execute(MAKE_DATABASE)
            await connection.execute(CLOSE_TO_OTHERS)
    finally:
        await connection.close()


def scram_verifier(password: str, *, salt: bytes | None = None) -> str:
    """What PostgreSQL stores of a password, made here so that no statement and no log holds it."""
    salt = salt if salt is not None else secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    shown = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(ITERATIONS, *shown)
