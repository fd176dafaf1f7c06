"""The clock of a replayed day: real time while the system is set up, then as fast as was asked for."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tillday_local.day.clock import ReplayedClock

ROLLOVER = datetime(2017, 1, 1, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def rate_of(clock: ReplayedClock) -> int:
    assert clock.file is not None
    return int(clock.file.read_text(encoding="ascii").split()[2])


def test_what_is_set_up_takes_real_time_and_the_day_runs_from_the_first_wait_on(tmp_path: Path) -> None:
    clock = ReplayedClock(tmp_path / "clock", ROLLOVER, rate=6000)
    assert rate_of(clock) == 1

    asyncio.run(clock.wait_until(ROLLOVER + MINUTE))

    assert rate_of(clock) == 6000
    assert clock.now() >= ROLLOVER + MINUTE


def test_a_ticket_of_before_the_first_wait_makes_the_day_run_too(tmp_path: Path) -> None:
    clock = ReplayedClock(tmp_path / "clock", ROLLOVER, rate=6000)

    asyncio.run(clock.wait_until(ROLLOVER - MINUTE))

    assert rate_of(clock) == 6000


def test_without_a_speed_the_clock_jumps(tmp_path: Path) -> None:
    clock = ReplayedClock(tmp_path / "clock", ROLLOVER, rate=None)

    asyncio.run(clock.wait_until(ROLLOVER + 10 * MINUTE))

    assert rate_of(clock) == 1
    assert ROLLOVER + 10 * MINUTE <= clock.now() < ROLLOVER + 11 * MINUTE
