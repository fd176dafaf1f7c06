"""The lease: one replica at a time writes retained state and carries on days that are under way."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import asyncpg
import structlog

from service_kit.database import Connection, Database
from service_kit.failures import TransientError
from store_service.persistence.desired import WAKE_CHANNEL

log = structlog.get_logger()

LEASE: Final = 7_414_455_101  # an arbitrary number that only this service locks
TRY_SECONDS: Final = 1.0
WATCH_SECONDS: Final = 5.0
TAKE: Final = "SELECT pg_try_advisory_lock($1)"
STILL_THERE: Final = "SELECT true"


class Lease:
    """Runs duties while this replica holds the lease; the lease ends with its database connection."""

    def __init__(
        self,
        database: Database,
        duties: Sequence[Callable[[], Awaitable[None]]],
        *,
        woken: Callable[[], None],
    ) -> None:
        self._database = database
        self._duties = duties
        self._woken = woken

    async def run(self) -> None:
        """Wait for the lease, hold it, and raise when it is lost."""
        async with self._database.connection() as connection:
            await _take(connection)
            log.info("this replica writes retained state")
            await connection.add_listener(WAKE_CHANNEL, self._on_wake)
            try:
                await self._hold(connection)
            finally:
                await _stop_listening(connection, self._on_wake)

    async def _hold(self, connection: Connection) -> None:
        begun = [_watch(connection), *(duty() for duty in self._duties)]
        duties = [asyncio.ensure_future(duty) for duty in begun]
        try:
            done, _ = await asyncio.wait(duties, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for duty in duties:
                duty.cancel()
            await asyncio.gather(*duties, return_exceptions=True)
        for duty in done:
            duty.result()
        raise TransientError("a duty ended by itself")

    def _on_wake(self, *_: Any) -> None:
        self._woken()


async def _take(connection: Connection) -> None:
    while True:
        if await connection.fetchval(TAKE, LEASE):
            return
        await asyncio.sleep(TRY_SECONDS)


async def _watch(connection: Connection) -> None:
    while True:
        await connection.execute(STILL_THERE)
        await asyncio.sleep(WATCH_SECONDS)


async def _stop_listening(connection: Connection, callback: Callable[..., None]) -> None:
    try:
        await connection.remove_listener(WAKE_CHANNEL, callback)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        log.info("the lease's connection is gone")
