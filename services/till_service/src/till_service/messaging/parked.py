"""Looks now and then for entries that are parked though their day was closed."""

import asyncio
from dataclasses import dataclass
from typing import Final

from service_kit.database import Database
from service_kit.outbox import announce_events
from till_service.messaging.journal import Surroundings
from till_service.persistence.parked import Parked, read_parked_after_day, store_task
from tillday_contracts.till_messages import TaskRaised

EVERY_SECONDS: Final = 15.0


@dataclass(frozen=True)
class ParkedWatch:
    """Raises a task for what is parked after its day. Nothing is rescued here: that is a person's word."""

    database: Database
    around: Surroundings

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> int:
        """Raise what is new; return how many tasks that were."""
        raised = 0
        async with self.database.transaction() as connection:
            for parked in await read_parked_after_day(connection):
                if await store_task(connection, parked, at=self.around.now()):
                    await announce_events(connection, self._told(parked))
                    raised += 1
        return raised

    def _told(self, parked: Parked) -> TaskRaised:
        cause = self.around.new_id()
        return TaskRaised(
            message_id=self.around.new_id(),
            correlation_id=cause,
            causation_id=cause,
            occurred_at=self.around.now(),
            store=parked.store,
            terminal=parked.terminal,
            till=parked.till,
            session_id=parked.session_id,
            business_date=parked.business_date,
            kind="parked_after_day",
            text=parked.text,
        )
