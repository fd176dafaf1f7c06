"""What a pure module may not do, found in its source."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# The parts of the standard library that reach a clock, chance, a disk, a network, another thread or a log.
OUTSIDE_WORLD: Final = frozenset(
    {
        "asyncio",
        "asyncore",
        "concurrent",
        "contextvars",
        "ctypes",
        "ftplib",
        "glob",
        "http",
        "io",
        "logging",
        "mmap",
        "multiprocessing",
        "os",
        "pathlib",
        "pickle",
        "poplib",
        "queue",
        "random",
        "secrets",
        "select",
        "selectors",
        "shelve",
        "shutil",
        "signal",
        "smtplib",
        "socket",
        "socketserver",
        "sqlite3",
        "ssl",
        "subprocess",
        "sys",
        "syslog",
        "tempfile",
        "threading",
        "time",
        "urllib",
        "uuid",
        "warnings",
    }
)
# What stands in messages or is raised by reading them, though its module holds more.
TYPES_ONLY: Final = {"uuid": {"UUID", "uuid5"}, "pydantic": {"ValidationError"}}
# Shared by the composition roots of both sides; rules never see it.
EDGES: Final = ("tillday_contracts.replay_clock",)
CLOCKS: Final = frozenset({"now", "utcnow", "today"})


def impurities(source: str, *, allowed: frozenset[str]) -> list[str]:
    """One line per import beyond the pure standard library and `allowed`, and per clock that is read."""
    tree = ast.parse(source)
    return [*_imports(tree, allowed), *_clocks(tree)]


def impure_files(folder: Path, *, allowed: frozenset[str]) -> list[str]:
    """The same for every module below a folder, each with its place."""
    return [
        f"{path.relative_to(folder.parent)}: {found}"
        for path in sorted(folder.rglob("*.py"))
        for found in impurities(path.read_text(encoding="utf-8"), allowed=allowed)
    ]


def _imports(tree: ast.Module, allowed: frozenset[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                if not _is_pure(name.name, allowed):
                    yield f"imports {name.name}"
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            module = node.module or ""
            names = {name.name for name in node.names}
            if not _is_pure(module, allowed) and not names <= TYPES_ONLY.get(module, set()):
                yield f"imports {', '.join(sorted(names))} from {module}"


def _is_pure(module: str, allowed: frozenset[str]) -> bool:
    if module in EDGES:
        return False
    if any(module == name or module.startswith(f"{name}.") for name in allowed):
        return True
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names and top not in OUTSIDE_WORLD


def _clocks(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in CLOCKS
            and isinstance(node.value, ast.Name | ast.Attribute)
            and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr)
            in ("date", "datetime")
        ):
            yield f"reads a clock in line {node.lineno}"
