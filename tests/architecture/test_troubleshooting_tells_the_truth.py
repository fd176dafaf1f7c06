"""docs/troubleshooting.md quotes messages: each one is still what the code says, word by word."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "troubleshooting.md"
QUOTED = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
GAP = "…"


@cache
def said_by_the_code() -> tuple[str, ...]:
    """Return every text in the code, each once; what is filled in later is a gap."""
    files = [ROOT / "tillday", *ROOT.glob("*/src/**/*.py"), *ROOT.glob("*/*/src/**/*.py")]
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in files)
    return tuple({text for tree in trees for text in _texts(tree)})


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.sub(r"\{[^}]*\}", GAP, node.value)
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else GAP for p in node.values)


def unknown(page: str) -> list[str]:
    """Return the quoted messages that no code says."""
    return [
        quoted
        for quoted in QUOTED.findall(page)
        if not any(_says(text, quoted) for text in said_by_the_code())
    ]


def _says(text: str, quoted: str) -> bool:
    parts = quoted.split(GAP)
    if not all(part in text for part in parts):  # cheap, and nearly always the answer
        return False
    return re.search(".*?".join(map(re.escape, parts)), text, re.DOTALL) is not None


def test_every_quoted_message_is_one_that_the_code_says() -> None:
    assert unknown(PAGE.read_text(encoding="utf-8")) == []


def test_the_page_quotes_messages_of_every_part() -> None:
    assert len(QUOTED.findall(PAGE.read_text(encoding="utf-8"))) > 40


def test_a_message_that_nobody_says_is_noticed() -> None:
    assert unknown("| `The till is on fire: leave the shop.` | - | - |") == [
        "The till is on fire: leave the shop."
    ]
