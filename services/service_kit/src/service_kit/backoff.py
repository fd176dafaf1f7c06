"""Waiting longer after each failure, never in step with the other processes."""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


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


async def cancel(*tasks: "asyncio.Task[object] | None") -> None:
    """Cancel tasks and wait until they are gone; what they raise is of no interest any more."""
    alive = [task for task in tasks if task is not None]
    for task in alive:
        task.cancel()
    await asyncio.gather(*alive, return_exceptions=True)
