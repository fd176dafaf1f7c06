"""Names that a page of docs/ gives, and whether the code still has them."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


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


def gone(named: Iterable[tuple[str, str]]) -> list[str]:
    """Return which of these (name, path) pairs the code does not have; paths start at the repository."""
    missing = []
    for name, path in named:
        file = ROOT / path
        if not file.is_file():
            missing.append(f"{path} does not exist")
        elif name not in defined_in(file):
            missing.append(f"{path} has no {name}")
    return missing
