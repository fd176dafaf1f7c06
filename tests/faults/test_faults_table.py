"""The table of faults: each row has tests that exist, or says why none does; the page and the table agree."""

import re
from pathlib import Path

import pytest

from faults.campaign.machine import missing
from faults.campaign.row import Row
from faults.campaign.rows import ROWS, SHORT, page

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))
def test_every_row_has_tests_that_exist_or_says_why_not(row: Row) -> None:
    assert bool(row.tests) != bool(row.why_not)
    for test in row.tests:
        path, _, name = test.partition("::")
        source = (ROOT / path).read_text(encoding="utf-8")
        assert not name or re.search(rf"def {name}\(", source), f"{test} is gone"


def test_the_short_form_names_rows_of_the_table() -> None:
    assert set(SHORT) <= set(ROWS)


def test_the_page_shows_the_table() -> None:
    written = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")

    assert page() in written, "write it anew: PYTHONPATH=tests python -m faults.campaign.page"


def test_what_cannot_be_tried_here_is_said_with_a_reason() -> None:
    assert all(missing().values())
