"""Decisions are spoken of by number: each has one of its own, and the index names every page once."""

import re
from collections import Counter
from pathlib import Path

DECISIONS = Path(__file__).parents[2] / "docs" / "adr"


def numbers_given_twice(names: list[str]) -> list[str]:
    return [number for number, times in Counter(name[:4] for name in names).items() if times > 1]


def test_each_decision_has_a_number_of_its_own_and_stands_in_the_index() -> None:
    pages = sorted(page.name for page in DECISIONS.glob("[0-9]*.md"))
    listed = re.findall(r"^\| \[(\d{4})\]\(([^)]+)\)", (DECISIONS / "README.md").read_text(), re.MULTILINE)

    assert not numbers_given_twice(pages)
    assert [page for _, page in listed] == pages
    assert all(page.startswith(f"{number}-") for number, page in listed)
    assert all((DECISIONS / page).read_text().startswith(f"# {page[:4]}") for page in pages)


def test_control_a_number_given_twice_is_seen() -> None:
    assert numbers_given_twice(["0001-a.md", "0002-b.md", "0002-c.md"]) == ["0002"]
