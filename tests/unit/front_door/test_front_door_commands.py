"""Every command that the README names is there: one that is lost in an edit is missed at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from tillday_local.cli import app

ROOT = Path(__file__).resolve().parents[3]
AT_THE_DOOR = {"test", "check", "lock", "faults", "sim", "fuzz"}
"""Answered by the front door itself."""


def named_in(text: str) -> set[str]:
    """The commands behind ./tillday in a page."""
    return set(re.findall(r"\./tillday ([a-z]+)", text))


def commands() -> set[str]:
    return set(getattr(get_command(app), "commands")) | AT_THE_DOOR  # noqa: B009 - a group has them


@pytest.mark.parametrize(
    "page", ["README.md", "docs/master-data.md", "docs/reports.md", "docs/troubleshooting.md"]
)
def test_every_command_that_a_page_names_exists(page: str) -> None:
    assert named_in((ROOT / page).read_text(encoding="utf-8")) <= commands()


def test_the_benchmark_is_among_them() -> None:
    assert {"demo", "day", "bench"} <= commands()


def test_a_command_that_is_not_there_would_be_missed() -> None:
    assert not named_in("Then `./tillday fly` away.") <= commands()
