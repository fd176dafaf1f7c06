"""Archiving closed days: by itself, from time to time, asking the till service about each."""

import asyncio
from datetime import UTC, date, datetime
from typing import Final

import structlog

from service_kit.failures import describe
from store_service.domain.archiving import ARCHIVE_AFTER, DayArchived, decide_archive, evolve_archiving
from store_service.domain.days import Archived, Closed
from store_service.messaging.till_service import Tills
from store_service.messaging.work import StoreWork
from store_service.messaging.workshop import Workshop
from store_service.persistence.days import ClosedDay, read_to_archive
from tillday_contracts.day_messages import StoreDayArchived
from tillday_contracts.till_messages import DaySettlement

log = structlog.get_logger()

LOOK_SECONDS: Final = 60.0
MOST_AT_ONCE: Final = 50
BEGIN: Final = ClosedDay("", date(1970, 1, 1), datetime(1970, 1, 1, tzinfo=UTC))


class Archivist:
    """Archives what is settled and old enough."""

    def __init__(self, workshop: Workshop, tills: Tills) -> None:
        self._workshop = workshop
        self._tills = tills
        self._after = BEGIN

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Archive what can be of the next days in line. What cannot waits until the line begins again."""
        closed_before = self._workshop.clockwork.now() - ARCHIVE_AFTER
        async with self._workshop.database.connection() as connection:
            line = await read_to_archive(connection, closed_before, after=self._after, most=MOST_AT_ONCE)
        self._after = line[-1] if len(line) == MOST_AT_ONCE else BEGIN
        for day in line:
            try:
                settlement = await self._tills.settlement(day.store, day.business_date)
                await self._archive(day, settlement)
            except Exception as error:
                which = {"store": day.store, "business_date": str(day.business_date)}
                log.warning("a day cannot be archived now", reason=describe(error), **which)

    async def _archive(self, waiting: ClosedDay, settlement: DaySettlement) -> None:
        async with self._workshop.begin(waiting.store) as work:
            book = await work.book(waiting.business_date)
            day = book.day(waiting.business_date)
            if not isinstance(day, Closed):
                return
            fact = decide_archive(day, settlement, closed_at=waiting.closed_at, at=work.at)
            if not isinstance(fact, DayArchived):
                log.info("a day is not archived yet", store=waiting.store, reasons=fact.reasons)
                return
            await work.save_days(book, evolve_archiving(book, fact))
            await self._announce(work, fact.day)

    async def _announce(self, work: StoreWork, day: Archived) -> None:
        book = await work.book()
        told = {"store": book.store, "business_date": day.business_date}
        await work.announce_unasked(StoreDayArchived, **told, archived_through=book.archived_through)
        await work.tell_terminals(book)
        log.info("store day archived", store=book.store, business_date=str(day.business_date))
