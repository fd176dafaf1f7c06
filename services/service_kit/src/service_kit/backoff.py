"""Waiting longer after each failure, never in step with the other processes."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

FINISH_SECONDS: Final = 1.5


@dataclass(frozen=True)
class Backoff:
    """Delays that double from `first` to at most `longest` seconds, shortened by up to half at random."""

    first: float = 0.1
    longest: float = 5.0
    jitter: Callable[[], float] = field(default=random.random)

    def delays(self) -> Iterator[float]:
        """Endless; begin a new iterator after a success."""
        delay = self.first
        while True:
            yield delay * (1 - self.jitter() / 2)
            delay = min(delay * 2, self.longest)


async def finish(work: Coroutine[Any, Any, None]) -> None:
    """Await work that should not be torn apart: a cancellation waits for it, at most FINISH_SECONDS."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=FINISH_SECONDS)
        await cancel(task)
        raise


async def cancel(*tasks: "asyncio.Task[object] | None") -> None:
    """Cancel tasks and wait until they are gone; what they raise is of no interest any more.

    A library may swallow a cancellation, so one that lingers is told again.
    """
    alive = {task for task in tasks if task is not None and not task.done()}
    while alive:
        for task in alive:
            task.cancel()
        done, alive = await asyncio.wait(alive, timeout=FINISH_SECONDS + 0.5)
        for task in done:
            if not task.cancelled():
                task.exception()
