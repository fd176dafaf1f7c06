"""Beginning transactions on stores: to change one at once, or to carry on its day with others' answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final

from service_kit.database import Connection, Database
from service_kit.failures import RefusedError
from store_service.domain import refusals
from store_service.domain.days import StoreBook
from store_service.messaging.work import Clockwork, StoreWork, locked_work
from store_service.persistence.days import read_book
from store_service.persistence.stores import read_settings

MOST_CARRIERS: Final = 3  # each keeps a database connection while it waits for the till service
CARRYING: Final = 7_414_455  # an arbitrary number that only this service locks
CARRY_ALONE: Final = "SELECT pg_advisory_xact_lock($1, hashtext($2))"


@dataclass(frozen=True, slots=True)
class Carrier:
    """The transaction that carries on a store's day."""

    connection: Connection
    clockwork: Clockwork
    store: str

    async def look(self, *asked: date) -> StoreBook | None:
        """Read the store's days without locking the store."""
        return await _look(self.connection, self.store, *asked)

    async def decide(self) -> StoreWork:
        """Lock the store, now that the answer is there."""
        return await _known_work(self.connection, self.clockwork, self.store)


class Workshop:
    """Begins transactions on stores."""

    def __init__(self, database: Database, clockwork: Clockwork) -> None:
        self.database = database
        self.clockwork = clockwork
        self._carriers = asyncio.Semaphore(MOST_CARRIERS)

    @asynccontextmanager
    async def carry(self, store: str) -> AsyncIterator[Carrier]:
        """One transaction that alone carries on the store's day, while the till service is asked.

        Two that ask at the same time could hear different answers: one takes the day back while the other's
        date is sealed. The store itself is not locked before the answer is there.
        """
        async with self._carriers, self.database.transaction() as connection:
            await connection.execute(CARRY_ALONE, CARRYING, store)
            yield Carrier(connection, self.clockwork, store)

    @asynccontextmanager
    async def begin(self, store: str) -> AsyncIterator[StoreWork]:
        """One transaction with the store locked; raises RefusedError when there is no such store."""
        async with self.database.transaction() as connection:
            yield await _known_work(connection, self.clockwork, store)

    async def look(self, store: str, *asked: date) -> StoreBook | None:
        """Read a store's days without locking anything."""
        async with self.database.transaction() as connection:
            return await _look(connection, store, *asked)


async def _look(connection: Connection, store: str, *asked: date) -> StoreBook | None:
    settings = await read_settings(connection, store)
    return None if settings is None else await read_book(connection, settings, *asked)


async def _known_work(connection: Connection, clockwork: Clockwork, store: str) -> StoreWork:
    work = await locked_work(connection, clockwork, store)
    if work is None:
        refusal = refusals.unknown_store(store)
        raise RefusedError(refusal.text, code=refusal.code)
    return work
