"""Carrying on days that are under way: after a crash, an attestation, or an absence of the till service."""

import asyncio
import contextlib
from typing import Final

import structlog

from service_kit.failures import FailureKind, classify, describe
from store_service.messaging.cancellings import Cancellings
from store_service.messaging.closings import Closings
from store_service.messaging.openings import Openings
from store_service.messaging.workshop import Workshop
from store_service.persistence.days import read_unfinished

log = structlog.get_logger()

LOOK_SECONDS: Final = 2.0


class CarryOn:
    """Looks after openings, closings and cancellings that are persisted and not decided."""

    def __init__(
        self, workshop: Workshop, openings: Openings, closings: Closings, cancellings: Cancellings
    ) -> None:
        self._workshop = workshop
        self._openings = openings
        self._closings = closings
        self._cancellings = cancellings
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look now."""
        self._woken.set()

    async def run(self) -> None:
        """Look until cancelled: when woken, and from time to time for what a crash or an absence left."""
        while True:
            self._woken.clear()
            await self.look()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._woken.wait()

    async def look(self) -> None:
        """Carry on every store's day as far as it goes."""
        async with self._workshop.database.connection() as connection:
            stores = await read_unfinished(connection)
        for store in stores:
            await self._carry_on(store)

    async def _carry_on(self, store: str) -> None:
        try:
            book = await self._workshop.look(store)
            if book is not None and book.opening is not None:
                await self._openings.carry_on(store, book.opening)
            if book is not None and book.cancelling is not None:
                await self._cancellings.carry_on(store)
            await self._closings.carry_on(store)
        except Exception as error:
            if classify(error) is FailureKind.PERMANENT:
                log.error("a day cannot be carried on", store=store, reason=describe(error), exc_info=error)
            else:
                log.warning("a day waits", store=store, reason=describe(error))
