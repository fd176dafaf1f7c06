"""One answer for all who ask the same at the same time: pages that a change wakes ask together."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from tillday_contracts.messages import Done, Question

Answer = TypeVar("Answer", bound=Done)


class SharedAnswers:
    """Asks once for several. Whoever shares an answer asked before it was begun, so nobody's is too old.

    Holds what is being asked and nothing else: an answer is gone once those who wait have it.
    """

    def __init__(self, ask: Callable[[Question, type[Any]], Awaitable[Any]]) -> None:
        self._ask = ask
        self._begun: dict[str, asyncio.Task[Any]] = {}
        self._next: dict[str, asyncio.Task[Any]] = {}

    async def ask(self, message: Question, expect: type[Answer]) -> Answer:
        """Return the answer. Raises what asking alone would raise."""
        key = f"{message.subject} {message.model_dump_json()}"
        if key not in self._next:
            self._next[key] = asyncio.create_task(self._ask_next(key, message, expect))
            self._next[key].add_done_callback(_heard)
        # One who leaves takes nothing away from the others.
        answer: Answer = await asyncio.shield(self._next[key])
        return answer

    async def _ask_next(self, key: str, message: Question, expect: type[Answer]) -> Answer:
        """Ask once the answer before is there: it was begun before those who wait now had asked."""
        if (before := self._begun.get(key)) is not None:
            await asyncio.wait([before])
        mine = self._begun[key] = self._next.pop(key)
        try:
            answer: Answer = await self._ask(message, expect)
            return answer
        finally:
            if self._begun.get(key) is mine:
                del self._begun[key]


def _heard(task: asyncio.Task[Any]) -> None:
    """Look at how it ended, although all who waited may have left."""
    if not task.cancelled():
        task.exception()
