"""The wall clock of a day that is played again: every process of a run reads it from one small file.

The file holds `REAL VIRTUAL RATE`: at the real instant REAL (Unix nanoseconds) it was VIRTUAL, and since then
time runs RATE times as fast. Whoever plays the day moves the clock by replacing the file as a whole.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path


class UnreadableClock(Exception):
    """The file is missing or holds something else; the text names it."""


def wall_clock(file: Path | None) -> Callable[[], datetime]:
    """Return the clock to inject: the machine's, or the one that `file` describes at each call."""
    if file is None:
        return lambda: datetime.now(UTC)
    return lambda: _read(file)


def set_clock(file: Path, virtual: datetime, *, rate: int = 1) -> None:
    """Make it `virtual` now, running `rate` times as fast from here on."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_text(f"{time.time_ns()} {_nanoseconds(virtual)} {rate}\n", encoding="ascii")
    fresh.replace(file)


def _read(file: Path) -> datetime:
    try:
        real, virtual, rate = (int(word) for word in file.read_text(encoding="ascii").split())
    except (OSError, ValueError) as error:
        raise UnreadableClock(f"the clock file {file} cannot be used: {error}") from None
    now = virtual + (time.time_ns() - real) * rate
    return datetime.fromtimestamp(now // 10**9, UTC) + timedelta(microseconds=now % 10**9 // 1000)


def _nanoseconds(instant: datetime) -> int:
    since = instant - datetime(1970, 1, 1, tzinfo=UTC)
    return (since // timedelta(microseconds=1)) * 1000
