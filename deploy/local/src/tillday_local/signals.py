"""Run a command until it ends or somebody asks it to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Coroutine
from typing import Any, Final

STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def until_stopped(work: Coroutine[Any, Any, int]) -> int:
    """The result of `work`, or 128 + signal after a stop signal, once `work` has cleaned up.

    The handlers are set also where a signal was ignored at the start, as shells do for background commands.
    Children started from here get the default handling back.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    received: list[signal.Signals] = []

    def stop(number: signal.Signals) -> None:
        if not received:
            task.cancel()
        received.append(number)

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop, number)
    try:
        with contextlib.suppress(asyncio.CancelledError):
            return await task
        return 128 + (received[0] if received else signal.SIGTERM)
    finally:
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)
