"""What tells open pages that the reports of their store changed."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Final

from pydantic import ValidationError

from tillday_contracts.report_progress_messages import ReportsChanged

LOOK_SECONDS: Final = 10.0
"""What nobody tells, a terminal's last sign of life, is looked at this often."""
SHORTEST_PAUSE: Final = 0.25
LONGEST_PAUSE: Final = 0.8
PAUSE_A_PAGE: Final = 0.1
"""Up to eight pages look about ten times a second together, however much happens."""
EVERY_STORE: Final = ""


class Pulse:
    """Counts the changes of each store, for as many pages as are open."""

    def __init__(self) -> None:
        self._beats: dict[str, int] = defaultdict(int)
        self._changed = asyncio.Event()
        self._pages = 0

    def hear(self, body: bytes) -> None:
        """Note that reports changed; what cannot be read tells nothing."""
        try:
            changed = ReportsChanged.model_validate_json(body)
        except ValidationError:
            return
        for store in changed.stores or (EVERY_STORE,):
            self._beats[store] += 1
        beaten, self._changed = self._changed, asyncio.Event()
        beaten.set()

    async def changes(self, store: str) -> AsyncIterator[int]:
        """Yield when a page of the store is out of date: at once, then after a pause, at times unasked."""
        seen = self._count(store)
        self._pages += 1
        try:
            while True:
                await self._news(store, seen)
                yield (seen := self._count(store))
                await asyncio.sleep(self.pause())
        finally:
            self._pages -= 1

    def pause(self) -> float:
        """Return how long a page rests between two looks, in seconds: the longer the more are open."""
        return min(LONGEST_PAUSE, max(SHORTEST_PAUSE, self._pages * PAUSE_A_PAGE))

    async def _news(self, store: str, seen: int) -> None:
        """Return once something has happened since, or after a while."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                while self._count(store) == seen:
                    await self._changed.wait()

    def _count(self, store: str) -> int:
        return self._beats.get(store, 0) + self._beats.get(EVERY_STORE, 0)
