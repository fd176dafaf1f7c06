"""docs/security.md names a test for every line, or a reason; and the tests that it names are there."""

import re

from architecture.page_names import ROOT, gone

PAGE = ROOT / "docs" / "security.md"
ROW = re.compile(r"^\| (?P<line>\d+a?) \| (?P<what>.+?) \| (?P<held>.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(?P<path>tests/[\w/]+\.py)(?:::(?P<test>\w+))?`")
LINES = {*map(str, range(1, 34)), "16a", "26a"}


def rows(text: str) -> dict[str, str]:
    """What holds each line."""
    return {row["line"]: row["held"] for row in ROW.finditer(text)}


def missing(held: str) -> list[str]:
    """Which of the named tests are not there."""
    named = [(one["path"], one["test"]) for one in NAMED.finditer(held)]
    files = [path for path, test in named if test is None and not (ROOT / path).is_file()]
    return files + gone((test, path) for path, test in named if test is not None)


def test_every_line_has_a_test_or_a_reason() -> None:
    held = rows(PAGE.read_text(encoding="utf-8"))

    assert set(held) == LINES
    assert [line for line, by in held.items() if not NAMED.search(by) and len(by) < 60] == []


def test_every_test_that_the_page_names_is_there() -> None:
    assert missing(PAGE.read_text(encoding="utf-8")) == []


def test_a_test_that_went_away_is_noticed() -> None:
    assert missing("`tests/architecture/test_gone.py`, `tests/architecture/page_names.py::nothing`") == [
        "tests/architecture/test_gone.py",
        "tests/architecture/page_names.py has no nothing",
    ]
