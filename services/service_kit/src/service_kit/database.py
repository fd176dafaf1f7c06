"""The service's PostgreSQL connections: waited for, refused when not durable, every wait bounded."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import asyncpg
import structlog
from asyncpg.pool import PoolConnectionProxy

from service_kit.backoff import Backoff
from service_kit.failures import FailureKind, classify, describe

log = structlog.get_logger()

Connection: TypeAlias = asyncpg.Connection | PoolConnectionProxy
NewConnection = Callable[[asyncpg.Connection, int], Awaitable[None]]
Isolation = Literal["read_committed", "repeatable_read", "serializable"]

LOCK_TIMEOUT: Final = 5.0
STATEMENT_TIMEOUT: Final = 15.0
IDLE_TIMEOUT: Final = 30.0
STOP_TIMEOUT: Final = 2.0
MUST_BE_ON: Final = ("fsync", "full_page_writes", "synchronous_commit")

READ_DURABILITY: Final = """
    SELECT name, setting
      FROM pg_settings
     WHERE name = ANY($1::text[])
"""
SET_LOCAL: Final = "SELECT set_config($1, $2, true)"


class UnsafeDatabase(Exception):
    """The database would lose committed data at a power cut."""


@dataclass(frozen=True)
class DatabaseAddress:
    """Where the database is and who we are there. The password stands apart from the address."""

    url: str
    password: str | None
    schema: str
    application: str
    most_connections: int = 8


class Database:
    """A pool whose connections know their schema and their time limits.

    `start` returns once the database answers and is durable; it waits as long as that takes.
    """

    def __init__(self, address: DatabaseAddress, *, backoff: Backoff | None = None) -> None:
        self._address = address
        self._backoff = backoff or Backoff()
        self._pool: asyncpg.Pool | None = None
        self._new_connection: list[NewConnection] = []
        self._generation = 0
        self._generations: dict[int, int] = {}

    @property
    def schema(self) -> str:
        return self._address.schema

    @property
    def pool(self) -> asyncpg.Pool:
        if self._pool is None:
            raise asyncpg.InterfaceError("the database connection has not been started")
        return self._pool

    def on_new_connection(self, callback: NewConnection) -> None:
        """Awaited with each new physical connection and its number, before anyone else uses it."""
        self._new_connection.append(callback)

    async def start(self) -> None:
        """Wait for the database. Raises UnsafeDatabase when a durability setting is off."""
        for delay in self._backoff.delays():
            try:
                self._pool = await self._open_pool()
                return
            except Exception as error:
                if classify(error) is not FailureKind.TRANSIENT:
                    raise
                log.warning("waiting for the database", reason=describe(error), again_in=round(delay, 2))
                await asyncio.sleep(delay)

    async def stop(self) -> None:
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            async with asyncio.timeout(STOP_TIMEOUT):
                await pool.close()
        except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            pool.terminate()

    async def _open_pool(self) -> asyncpg.Pool:
        return await asyncpg.create_pool(
            **connection_options(self._address),
            min_size=1,
            max_size=self._address.most_connections,
            max_inactive_connection_lifetime=0,
            init=self._welcome,
        )

    async def _welcome(self, connection: asyncpg.Connection) -> None:
        await refuse_unsafe(connection)
        self._generation += 1
        self._generations[connection.get_server_pid()] = self._generation
        for callback in self._new_connection:
            await callback(connection, self._generation)

    def generation_of(self, connection: Connection) -> int:
        """Which of this process's physical connections this is, counted from 1."""
        return self._generations[connection.get_server_pid()]

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection outside any transaction."""
        async with self.pool.acquire() as connection:
            yield connection

    @asynccontextmanager
    async def transaction(
        self,
        *,
        lock_timeout: float | None = None,
        statement_timeout: float | None = None,
        isolation: Isolation | None = None,
    ) -> AsyncIterator[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises. Limits are in seconds.

        An error raised while leaving the block may mean that COMMIT succeeded unheard: look before repeating.
        """
        async with self.pool.acquire() as connection, connection.transaction(isolation=isolation):
            for name, seconds in (("lock_timeout", lock_timeout), ("statement_timeout", statement_timeout)):
                if seconds is not None:
                    await connection.execute(SET_LOCAL, name, _milliseconds(seconds))
            yield connection

    async def answers(self) -> bool:
        """Whether the database answers now; for readiness."""
        try:
            async with asyncio.timeout(2), self.connection() as connection:
                return bool(await connection.fetchval("SELECT true"))
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, UnsafeDatabase):
            return False


def connection_options(address: DatabaseAddress) -> dict[str, Any]:
    """What asyncpg needs to open a connection with our schema and limits."""
    return {
        "dsn": address.url,
        "password": address.password,
        "timeout": 5,
        "command_timeout": STATEMENT_TIMEOUT + 5,
        "server_settings": {
            "application_name": address.application,
            "search_path": address.schema,
            "lock_timeout": _milliseconds(LOCK_TIMEOUT),
            "statement_timeout": _milliseconds(STATEMENT_TIMEOUT),
            "idle_in_transaction_session_timeout": _milliseconds(IDLE_TIMEOUT),
            "jit": "off",
            # A plan kept from when a table was empty would scan it whole for ever.
            "plan_cache_mode": "force_custom_plan",
        },
    }


async def refuse_unsafe(connection: Connection) -> None:
    """Raises UnsafeDatabase naming each durability setting that is off and how to turn it on."""
    rows = await connection.fetch(READ_DURABILITY, list(MUST_BE_ON))
    off = sorted(row["name"] for row in rows if row["setting"] == "off")
    if off:
        remedy = "; ".join(f"ALTER SYSTEM SET {name} = on" for name in off)
        raise UnsafeDatabase(
            f"PostgreSQL runs with {', '.join(off)} off and would lose committed sales at a power cut. "
            f"Turn it on ({remedy}; then SELECT pg_reload_conf()), also for this role and database."
        )


def _milliseconds(seconds: float) -> str:
    return f"{int(seconds * 1000)}"
