"""docs/specification.md says where each requirement lives and which test shows it: none of it is made up."""

import re

import pytest

from architecture.page_names import ROOT, gone

PAGE = ROOT / "docs" / "specification.md"
REQUIREMENT = re.compile(r"^\| (?P<number>\d+\.\d+) \|(?P<wish>[^|]+)\|(?P<where>[^|]+)\|(?P<shown>[^|]+)\|$")
DECISION = re.compile(r"^\| D(?P<number>\d+) \|(?P<wish>[^|]+)\|(?P<where>[^|]+)\|(?P<shown>[^|]+)\|$")
LINK = re.compile(r"\[`(?P<file>\w+)(?P<kind>\.|::)(?P<name>[\w.]+)`\]\(\.\./(?P<path>[^)]+)\)")
MISSING = "not there yet:"


def rows(page: str) -> list[re.Match[str]]:
    """Return the rows of requirements and of decisions, in the order of the page."""
    return [found for line in page.splitlines() if (found := REQUIREMENT.match(line) or DECISION.match(line))]


def named(page: str) -> list[tuple[str, str]]:
    """Return the (name, path) pairs of every link to a function or a test."""
    return [(found["name"], found["path"]) for found in LINK.finditer(page)]


def misnamed(page: str) -> list[str]:
    """Return the links whose file is called otherwise than their text says."""
    return [
        found[0]
        for found in LINK.finditer(page)
        if found["path"].rsplit("/", 1)[-1] not in (f"{found['file']}.py", f"{found['file']}")
    ]


def unproven(page: str) -> list[str]:
    """Return the numbers of rows that name neither code nor what is missing, or that no test shows."""
    return [
        row["number"]
        for row in rows(page)
        if not (_links(row["where"], ".") or MISSING in row["where"])
        or (_links(row["where"], ".") and not _links(row["shown"], "::"))
    ]


def _links(cell: str, kind: str) -> bool:
    return any(found["kind"] == kind for found in LINK.finditer(cell))


def numbers(page: str) -> list[tuple[int, int]]:
    """Return the requirements' numbers as section and place."""
    found = (REQUIREMENT.match(line) for line in page.splitlines())
    return [(int(left), int(right)) for row in found if row for left, right in [row["number"].split(".")]]


def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_every_function_and_every_test_on_the_page_is_still_there() -> None:
    assert gone(named(text())) == []
    assert misnamed(text()) == []


def test_every_requirement_says_where_it_lives_and_which_test_shows_it_or_that_it_is_missing() -> None:
    assert unproven(text()) == []


def test_the_sections_are_complete_and_numbered_without_gaps() -> None:
    found = numbers(text())
    sections = sorted({section for section, _ in found})

    assert sections == [1, 2, 3, 4, 5, 6, 7]
    for section in sections:
        places = [place for one, place in found if one == section]
        assert places == list(range(1, len(places) + 1))


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ("[`seal.decid`](../services/till_service/src/till_service/domain/seal.py)", "has no decid"),
        ("[`seals.decide`](../services/till_service/src/till_service/domain/seals.py)", "does not exist"),
        ("[`page_names::gon`](../tests/architecture/page_names.py)", "has no gon"),
    ],
)
def test_a_name_that_is_gone_is_noticed(link: str, fault: str) -> None:
    (found,) = gone(named(link))
    assert fault in found


def test_a_link_that_leads_to_another_file_than_it_says_is_noticed() -> None:
    assert misnamed("[`seals.decide`](../services/till_service/src/till_service/domain/seal.py)")


@pytest.mark.parametrize(
    "row",
    [
        "| 1.1 | a wish | somewhere | - |",
        "| D1 | a hole | [`page_names.gone`](../tests/architecture/page_names.py) | - |",
    ],
)
def test_a_requirement_without_a_place_or_a_test_is_noticed(row: str) -> None:
    assert unproven(row) == ["1.1" if "1.1" in row else "1"]
