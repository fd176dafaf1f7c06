"""Contracts install and import without any other part of the workspace."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
ONLY_CONTRACTS = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
import tillday_contracts
for module in pkgutil.iter_modules(tillday_contracts.__path__):
    importlib.import_module("tillday_contracts." + module.name)
others = {"service_kit", "store_service", "till_service", "report_service", "backoffice_service"}
others |= {"terminal_agent", "tillday_local"}
print(sorted(others & {name.split(".")[0] for name in sys.modules}))
"""


def test_contracts_import_no_other_part() -> None:
    source = str(ROOT / "contracts" / "src")
    result = subprocess.run(
        [sys.executable, "-c", ONLY_CONTRACTS, source], capture_output=True, text=True, check=False, cwd="/"
    )

    assert result.stdout == "[]\n", result.stderr


def test_contracts_declare_no_other_part() -> None:
    project = tomllib.loads((ROOT / "contracts" / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert not [name for name in project["dependencies"] if name.startswith("tillday-")]
