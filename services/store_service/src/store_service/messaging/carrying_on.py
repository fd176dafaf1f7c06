"""Carrying on days that are under way: after a crash, an attestation, or an absence of the till service."""

import asyncio
from typing import Final

import structlog

from service_kit.failures import FailureKind, classify, describe
from store_service.messaging.days import Closings, Openings
from store_service.messaging.work import Workshop
from store_service.persistence.days import read_unfinished

log = structlog.get_logger()

LOOK_SECONDS: Final = 30.0
RETRY_SECONDS: Final = 2.0


class CarryOn:
    """Looks after openings and closings that are persisted and not decided."""

    def __init__(self, workshop: Workshop, openings: Openings, closings: Closings) -> None:
        self._workshop = workshop
        self._openings = openings
        self._closings = closings
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look now."""
        self._woken.set()

    async def run(self) -> None:
        """Look until cancelled; sooner again while something could not be carried on."""
        while True:
            self._woken.clear()
            wait = LOOK_SECONDS if await self.look() else RETRY_SECONDS
            try:
                await asyncio.wait_for(self._woken.wait(), wait)
            except TimeoutError:
                continue

    async def look(self) -> bool:
        """Carry on every store's day as far as it goes; False when one has to be tried again."""
        async with self._workshop.database.connection() as connection:
            stores = await read_unfinished(connection)
        results = [await self._carry_on(store) for store in stores]
        return all(results)

    async def _carry_on(self, store: str) -> bool:
        try:
            book = await self._workshop.look(store)
            if book is not None and book.opening is not None:
                await self._openings.carry_on(store, book.opening)
            await self._closings.carry_on(store)
        except Exception as error:
            if classify(error) is FailureKind.PERMANENT:
                log.error("a day cannot be carried on", store=store, reason=describe(error), exc_info=error)
            else:
                log.warning("a day waits", store=store, reason=describe(error))
            return False
        return True
