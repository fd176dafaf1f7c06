"""Keeps the disk from filling up: what was acknowledged and archived long ago leaves the journal."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog

from terminal_agent.core.retention import Limit, removable
from terminal_agent.desk.book import Book
from terminal_agent.journal import removal, rows
from terminal_agent.journal.failures import JournalError

log = structlog.get_logger()
FIRST_SECONDS: Final = 600.0
AGAIN_SECONDS: Final = 6 * 3600.0
PAGE: Final = 500
"""Entries in one transaction: a sale that comes meanwhile waits no longer than for that."""


class Tidying:
    """Removes entries. Only while the back office answers and agrees on the time: age is read off a clock."""

    def __init__(self, book: Book, clock_is_right: Callable[[], bool], *, keep: timedelta) -> None:
        self._book = book
        self._clock_is_right = clock_is_right
        self._keep = keep

    async def run(self) -> None:
        """Tidy up now and then until cancelled."""
        pause = FIRST_SECONDS
        while True:
            await asyncio.sleep(pause)
            pause = AGAIN_SECONDS
            try:
                await self.tidy()
            except JournalError as error:
                log.error("old entries could not be removed", reason=str(error))

    async def tidy(self) -> int:
        """Remove what may go; returns how many entries that were."""
        removed = 0
        for epoch in await rows.epochs(self._book.database):
            while taken := await self._one_page(epoch):
                removed += taken
        if removed:
            log.info("entries that are archived long since were removed", entries=removed)
        return removed

    async def _one_page(self, epoch: str) -> int:
        desired = self._book.memory.desired
        if desired is None or not self._clock_is_right():
            return 0
        limit = Limit(self._book.world.now() - self._keep, desired.archived_through)
        async with self._book.turn:
            entries = await removal.oldest(self._book.database, epoch, PAGE)
            upto = removable(entries, limit)
            if upto:
                await removal.remove(self._book.database, epoch, upto)
        return sum(entry.seq <= upto for entry in entries)
