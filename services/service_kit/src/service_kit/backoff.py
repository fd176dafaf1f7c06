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


async def cancel(*tasks: "asyncio.Task[Any] | None") -> None:
    """Cancel tasks and wait until they are gone; what they raise is of no interest any more.

    A library may swallow a cancellation, so one that lingers is told again: from time to time, and once more
    when the caller itself is cancelled meanwhile.
    """
    alive = {task for task in tasks if task is not None and not task.done()}
    while alive:
        try:
            alive = await _tell(alive, FINISH_SECONDS + 0.5)
        except asyncio.CancelledError:
            await _tell({task for task in alive if not task.done()}, FINISH_SECONDS)
            raise


async def _tell(tasks: "set[asyncio.Task[Any]]", patience: float) -> "set[asyncio.Task[Any]]":
    """Cancel them; those that linger after `patience` seconds."""
    for task in tasks:
        task.cancel()
        task.add_done_callback(_look_away)
    if not tasks:
        return set()
    return (await asyncio.wait(tasks, timeout=patience))[1]


def _look_away(task: "asyncio.Task[Any]") -> None:
    if not task.cancelled():
        task.exception()


async def together(*works: Coroutine[Any, Any, Any]) -> None:
    """Run them side by side until all are done or one raises, which cancels the others and is raised here.

    `asyncio.TaskGroup` tells its tasks once that they are cancelled. One that a library made deaf to it
    (`asyncio.wait_for` of Python 3.11 loses a cancellation that comes together with the result) would run on,
    and the group wait for it for ever.
    """
    tasks = [asyncio.create_task(work) for work in works]
    try:
        if tasks:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
    finally:
        await cancel(*tasks)
