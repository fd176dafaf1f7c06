"""The clock of a day that is played again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tillday_contracts.replay_clock import UnreadableClock, set_clock, wall_clock

NEW_YEAR = datetime(2017, 1, 1, 4, 0, tzinfo=UTC)


def test_without_a_file_it_is_the_machines_clock() -> None:
    assert abs(wall_clock(None)() - datetime.now(UTC)) < timedelta(seconds=5)


def test_all_who_read_the_file_are_on_the_day_it_names(tmp_path: Path) -> None:
    set_clock(tmp_path / "clock", NEW_YEAR)

    assert timedelta(0) <= wall_clock(tmp_path / "clock")() - NEW_YEAR < timedelta(seconds=5)


def test_a_moved_clock_is_seen_at_the_next_look(tmp_path: Path) -> None:
    now = wall_clock(tmp_path / "clock")
    set_clock(tmp_path / "clock", NEW_YEAR)
    set_clock(tmp_path / "clock", NEW_YEAR + timedelta(hours=6))

    assert now() >= NEW_YEAR + timedelta(hours=6)


def test_time_runs_as_fast_as_the_file_says(tmp_path: Path) -> None:
    set_clock(tmp_path / "clock", NEW_YEAR, rate=10**6)
    now = wall_clock(tmp_path / "clock")
    first = now()

    assert now() > first


@pytest.mark.parametrize("content", ["", "yesterday", "1 2"])
def test_a_spoilt_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "clock").write_text(content)

    with pytest.raises(UnreadableClock, match="clock"):
        wall_clock(tmp_path / "clock")()
