"""docs/one-sale.md names every function that a sale passes: each one is still where the page says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "one-sale.md"
ROW = re.compile(r"^\| `(?P<name>[\w.]+)` \| \[(?P<shown>[^\]]+)\]\(\.\./(?P<path>[^)]+)\) \|")


def named(page: str) -> list[tuple[str, str]]:
    """Return the (name, path) pairs of the page's tables."""
    return [(found["name"], found["path"]) for line in page.splitlines() if (found := ROW.match(line))]


def defined_in(path: Path) -> set[str]:
    """Return the functions and classes of a file, methods as Class.method."""
    return set(_names(ast.parse(path.read_text(encoding="utf-8")).body, ""))


def _names(body: list[ast.stmt], prefix: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{node.name}"
        elif isinstance(node, ast.ClassDef):
            yield f"{prefix}{node.name}"
            yield from _names(node.body, f"{prefix}{node.name}.")


def missing(page: str) -> list[str]:
    """Return what the page names and the code does not have."""
    gone = []
    for name, path in named(page):
        file = ROOT / path
        if not file.is_file():
            gone.append(f"{path} does not exist")
        elif name not in defined_in(file):
            gone.append(f"{path} has no {name}")
    return gone


def test_every_name_on_the_page_is_still_there() -> None:
    assert missing(PAGE.read_text(encoding="utf-8")) == []


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
    ("row", "gone"),
    [
        ("| `sel` | [x](../terminal_agent/src/terminal_agent/core/selling.py) | - |", "has no sel"),
        ("| `Desk.sell` | [x](../terminal_agent/src/terminal_agent/desk/desk.py) | - |", "has no Desk.sell"),
        ("| `sell` | [x](../terminal_agent/src/terminal_agent/core/sales.py) | - |", "does not exist"),
    ],
)
def test_a_name_that_is_gone_is_noticed(row: str, gone: str) -> None:
    assert len(missing(row)) == 1
    assert gone in missing(row)[0]


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
