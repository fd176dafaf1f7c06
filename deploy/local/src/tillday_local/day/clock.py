"""The clock of the day: the machine's, or one that jumps or runs through a day of the past."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from tillday_contracts.replay_clock import set_clock, wall_clock

LONGEST_WAIT: Final = timedelta(hours=12)
"""A night or a closed week is skipped at any speed."""


class DayClock(Protocol):
    """What time it is for everybody on this day; `file` is where processes read it, None the machine's."""

    file: Path | None
    now: Callable[[], datetime]

    async def wait_until(self, at: datetime) -> None:
        """Return once it is `at` or later."""


class MachineClock:
    """The present: nobody waits for it."""

    def __init__(self) -> None:
        self.file: Path | None = None
        self.now = wall_clock(None)

    async def wait_until(self, at: datetime) -> None:
        """Return when the machine's clock says so."""
        await asyncio.sleep(max(0.0, (at - self.now()).total_seconds()))


class ReplayedClock:
    """A day of the past in a file: it runs `rate` times as fast as real time, or jumps where rate is None.

    It runs fast from the first wait on: what is set up before, as codes that are good for some minutes, takes
    its real time.
    """

    def __init__(self, file: Path, begin: datetime, *, rate: int | None) -> None:
        set_clock(file, begin)
        self.file: Path | None = file
        self._path = file
        self.now = wall_clock(file)
        self._rate = rate
        self._runs = False

    async def wait_until(self, at: datetime) -> None:
        """Jump there, or wait while the clock runs."""
        if not self._runs and self._rate is not None:
            set_clock(self._path, self.now(), rate=self._rate)
            self._runs = True
        if self.now() >= at:
            return
        if self._rate is None or at - self.now() > LONGEST_WAIT:
            set_clock(self._path, at, rate=self._rate or 1)
        else:
            await asyncio.sleep((at - self.now()).total_seconds() / self._rate)
