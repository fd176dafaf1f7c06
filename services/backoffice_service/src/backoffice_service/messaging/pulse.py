"""What tells open pages that their store changed: the events of the other services."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Final

SETTLE_SECONDS: Final = 0.25
AGAIN_SECONDS: Final = 0.9
LOOK_SECONDS: Final = 10.0
"""What no event tells, a terminal's last sign of life, is looked at this often."""


class Pulse:
    """Counts what happened per store. An event that names no store concerns every one."""

    def __init__(self) -> None:
        self._beats: dict[str, int] = defaultdict(int)
        self._changed = asyncio.Event()

    def hear(self, body: bytes) -> None:
        """Note an event."""
        try:
            store = json.loads(body).get("store", "")
        except (ValueError, AttributeError):
            store = ""
        self._beats[store if isinstance(store, str) else ""] += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def changes(self, store: str) -> AsyncIterator[int]:
        """Yield whenever a page of the store may be out of date; after an event twice.

        The read model follows a moment after the event, so the first look may come too early.
        """
        seen = self._count(store)
        while True:
            changed = self._changed
            happened = self._count(store) != seen
            if not happened:
                happened = await _within(changed, LOOK_SECONDS) and self._count(store) != seen
                if not happened and changed.is_set():
                    continue
            if happened:
                await asyncio.sleep(SETTLE_SECONDS)
                seen = self._count(store)
                yield seen
                await asyncio.sleep(AGAIN_SECONDS - SETTLE_SECONDS)
            yield self._count(store)

    def _count(self, store: str) -> int:
        return self._beats[store] + self._beats[""]


async def _within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
