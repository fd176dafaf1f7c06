"""Whoever gets an alarm finds the page that helps."""

from pathlib import Path

import pytest

from tillday_contracts.alarm_messages import ALARM_KINDS, runbook_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("kind", ALARM_KINDS)
def test_every_kind_of_alarm_has_a_page_that_says_what_to_do_and_when_it_clears(kind: str) -> None:
    page = (ROOT / runbook_of(kind)).read_text(encoding="utf-8")

    for part in ("What it means", "Do", "It clears"):
        assert f"\n## {part}\n" in page
    assert f"`{kind}`" in (ROOT / "docs/runbooks/README.md").read_text(encoding="utf-8")


def test_a_kind_without_a_page_would_be_missed() -> None:
    assert not (ROOT / runbook_of("no_such_alarm")).exists()
