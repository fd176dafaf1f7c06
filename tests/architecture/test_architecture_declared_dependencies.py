"""Each deployable declares what it imports: installed alone, it starts."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOYABLES = (
    "contracts",
    "services/service_kit",
    "services/store_service",
    "services/till_service",
    "services/report_service",
    "services/backoffice_service",
    "ui_kit",
    "terminal_agent",
    "checker",
    "deploy/local",
)
# Installed with another one by its declared extra.
BROUGHT_BY = {"faststream": {"zmqtt"}, "python-escpos": {"pyusb", "pyserial"}, "pydantic": {"pydantic-core"}}


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def distributions() -> dict[str, str]:
    return {module: normalised(found[0]) for module, found in packages_distributions().items()}


def imported(source: str) -> set[str]:
    """The top-level modules that a source imports, lazily or not."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            modules.add((node.module or "").partition(".")[0])
    return modules - set(sys.stdlib_module_names)


def workspace() -> dict[str, str]:
    """The import name of each deployable, and how others declare it."""
    names = {}
    for deployable in DEPLOYABLES:
        project = tomllib.loads((ROOT / deployable / "pyproject.toml").read_text(encoding="utf-8"))
        (package,) = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
        names[package.removeprefix("src/")] = normalised(project["project"]["name"])
    return names


def undeclared(deployable: Path, needed: set[str]) -> set[str]:
    project = tomllib.loads((deployable / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {normalised(re.split(r"[\[<>=!~; ]", line)[0]) for line in project["dependencies"]}
    declared |= {brought for name in declared for brought in BROUGHT_BY.get(name, ())}
    own = normalised(project["name"])
    return needed - declared - {own}


def needs(sources: list[str]) -> set[str]:
    modules = {module for source in sources for module in imported(source)}
    known = workspace()
    return {known.get(module) or distributions().get(module, module) for module in modules}


@pytest.mark.parametrize("deployable", DEPLOYABLES)
def test_what_is_imported_is_declared(deployable: str) -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / deployable / "src").rglob("*.py")]

    assert undeclared(ROOT / deployable, needs(sources)) == set()


def test_an_undeclared_import_is_noticed() -> None:
    assert undeclared(ROOT / "contracts", needs(["def f():\n    import asyncpg", "import pydantic"])) == {
        "asyncpg"
    }
