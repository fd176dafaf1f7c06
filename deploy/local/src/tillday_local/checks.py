"""`tillday check`: everything that is wrong without running the product, each check timed."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path.cwd()
TYPED: Final = (
    "contracts/src",
    "services/service_kit/src",
    "services/store_service/src",
    "services/till_service/src",
    "services/report_service/src",
    "services/backoffice_service/src",
    "ui_kit/src",
    "terminal_agent/src",
    "checker/src",
    "deploy/local/src",
    "tests",
)


@dataclass(frozen=True)
class Check:
    """A name and the command that decides it."""

    name: str
    command: tuple[str, ...]


def _module(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


CHECKS: Final = (
    Check("lint", _module("ruff", "check", "--quiet", ".")),
    Check("format", _module("ruff", "format", "--check", "--quiet", ".")),
    Check("types", _module("mypy", *TYPED)),
    Check("import rules", (str(Path(sys.executable).with_name("lint-imports")), "--no-logo")),
    Check("schemas", _module("tillday_contracts.schemas", "--check")),
    Check("locks", _module("tillday_local.locks", "--check")),
    Check("secrets", _module("tillday_local.secret_scan")),
)


def run(checks: tuple[Check, ...]) -> int:
    """Run all of them, also after a failure; 0 when every one passed."""
    results = []
    for check in checks:
        shown = " ".join(Path(part).name if part.startswith("/") else part for part in check.command)
        sys.stdout.write(f"--- {check.name}: {shown}\n")
        sys.stdout.flush()
        began = time.monotonic()
        code = subprocess.run(check.command, cwd=ROOT, check=False).returncode
        results.append((check.name, code, time.monotonic() - began))
    for name, code, seconds in results:
        sys.stdout.write(f"{'ok    ' if code == 0 else 'FAILED'} {name:<14} {seconds:6.1f} s\n")
    return 1 if any(code for _, code, _ in results) else 0


if __name__ == "__main__":
    sys.exit(run(tuple(check for check in CHECKS if not sys.argv[1:] or check.name in sys.argv[1:])))
