"""The pages that walk through the code name functions: each one is still where the page says."""

import re
from pathlib import Path
from typing import get_args

import pytest

from architecture.page_names import ROOT, gone
from tillday_contracts.link import Verdict

PAGE = ROOT / "docs" / "one-sale.md"
PROTOCOL = ROOT / "docs" / "protocol.md"
ROW = re.compile(r"^\| `(?P<name>[\w.]+)` \| \[(?P<shown>[^\]]+)\]\(\.\./(?P<path>[^)]+)\) \|")


def named(page: str) -> list[tuple[str, str]]:
    """Return the (name, path) pairs of the page's tables."""
    return [(found["name"], found["path"]) for line in page.splitlines() if (found := ROW.match(line))]


def missing(page: str) -> list[str]:
    """Return what the page names and the code does not have."""
    return gone(named(page))


@pytest.mark.parametrize("page", [PAGE, PROTOCOL], ids=lambda page: page.stem)
def test_every_name_on_the_page_is_still_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert named(text)
    assert missing(text) == []


def test_the_page_of_the_link_tells_of_every_answer() -> None:
    text = PROTOCOL.read_text(encoding="utf-8")
    words = [kind.model_fields["kind"].default for kind in get_args(Verdict)]

    assert [word for word in words if not re.search(rf"\b{word}\b", text)] == []


def test_the_page_follows_the_sale_through_every_part() -> None:
    parts = {path.split("/src/")[1].split("/")[0] for _, path in named(PAGE.read_text(encoding="utf-8"))}

    assert parts == {
        "terminal_agent",
        "tillday_contracts",
        "service_kit",
        "till_service",
        "report_service",
        "tillday_local",
        "tillday_checker",
    }


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("| `sel` | [x](../terminal_agent/src/terminal_agent/core/selling.py) | - |", "has no sel"),
        ("| `Desk.sell` | [x](../terminal_agent/src/terminal_agent/desk/desk.py) | - |", "has no Desk.sell"),
        ("| `sell` | [x](../terminal_agent/src/terminal_agent/core/sales.py) | - |", "does not exist"),
    ],
)
def test_a_name_that_is_gone_is_noticed(row: str, fault: str) -> None:
    assert len(missing(row)) == 1
    assert fault in missing(row)[0]


def test_links_between_the_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]

    assert broken == []


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")

    assert [page.name for page in ROOT.glob("docs/adr/[0-9]*.md") if f"({page.name})" not in listed] == []
