"""The rules about who imports whom: they hold, and each one notices its violation."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
# For each rule, an importer and what it must not import.
VIOLATIONS = {
    "contracts-stand-alone": ("tillday_contracts.planted", "service_kit"),
    "deployables-independent": ("store_service.planted", "till_service"),
    "kit-without-domain": ("service_kit.planted", "report_service"),
    "look-without-domain": ("tillday_ui_kit.planted", "terminal_agent"),
    "terminal-without-services": ("terminal_agent.planted", "asyncpg"),
    "checker-own-arithmetic": ("tillday_checker.planted", "tillday_contracts.arithmetic"),
    "launcher-through-processes": ("tillday_local.planted", "till_service"),
}


def lint(config: Path, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LINTER), "--config", str(config), "--no-cache"],
        cwd=path,
        env={"PYTHONPATH": str(path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def empty_packages(tmp_path: Path) -> Path:
    for package in SETTINGS["root_packages"]:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "tillday_contracts" / "arithmetic.py").touch()
    return tmp_path


def test_every_rule_has_a_violation_to_be_tried_with() -> None:
    assert {contract["id"] for contract in SETTINGS["contracts"]} == set(VIOLATIONS)


def test_packages_that_import_nothing_keep_every_rule(empty_packages: Path) -> None:
    result = lint(ROOT / "pyproject.toml", empty_packages)

    assert f"{len(VIOLATIONS)} kept, 0 broken" in result.stdout, result.stdout + result.stderr


@pytest.mark.parametrize("rule", sorted(VIOLATIONS))
def test_a_planted_violation_is_named(empty_packages: Path, rule: str) -> None:
    importer, imported = VIOLATIONS[rule]
    planted = empty_packages / (importer.replace(".", "/") + ".py")
    planted.write_text(f"import {imported}\n", encoding="utf-8")

    result = lint(ROOT / "pyproject.toml", empty_packages)

    assert result.returncode == 1
    (name,) = (contract["name"] for contract in SETTINGS["contracts"] if contract["id"] == rule)
    assert f"{name} BROKEN" in result.stdout, result.stdout + result.stderr
    assert f"{importer} -> {imported}" in result.stdout
