"""Writing retained state: one writer among all replicas, at start, on change, and every minute unchanged."""

import asyncio
from typing import Final

import structlog

from service_kit.crash import crash_point
from service_kit.database import Database
from service_kit.failures import TransientError, describe
from service_kit.links import RetainedPublisher
from store_service.persistence.desired import Retained, mark_published, read_retained
from tillday_contracts.link import REPUBLISH_SECONDS

log = structlog.get_logger()

RETRY_SECONDS: Final = 0.5


class RetainedWriter:
    """Publishes desired state and settings. Every message is read from the database when it is published,
    so that an older revision never follows a newer one.
    """

    def __init__(
        self, database: Database, publisher: RetainedPublisher, *, every: float = REPUBLISH_SECONDS
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._every = every
        self._changed = asyncio.Event()
        self._all = True

    def wake(self) -> None:
        """Publish what has changed."""
        self._changed.set()

    async def publish_all(self) -> None:
        """Publish everything again, soon: the broker may have been wiped."""
        self._all = True
        self._changed.set()

    async def run(self) -> None:
        """Publish until cancelled. Only the replica that holds the lease runs this."""
        self._all = True
        while True:
            self._changed.clear()
            await self._publish()
            await self._wait()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._every):
                await self._changed.wait()
        except TimeoutError:
            self._all = True

    async def _publish(self) -> None:
        everything, self._all = self._all, False
        async with self._database.connection() as connection:
            messages = await read_retained(connection, everything=everything)
        taken = await self._send(messages)
        async with self._database.transaction() as connection:
            crash_point("retained_published")
            await mark_published(connection, taken)
        crash_point("retained_marked")
        if len(taken) < len(messages):
            self._all = self._all or everything
            self._changed.set()
            await asyncio.sleep(RETRY_SECONDS)

    async def _send(self, messages: list[Retained]) -> list[Retained]:
        taken: list[Retained] = []
        for message in messages:
            try:
                await self._publisher.publish(message.topic, message.body)
            except TransientError as error:
                log.warning("retained state waits for the broker", reason=describe(error))
                break
            taken.append(message)
        return taken
