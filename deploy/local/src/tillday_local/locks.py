"""The hashed requirement files in `locks/`: what each installation takes from a package index.

Each file records a digest of the declarations it was made from, so drift shows without a network.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SERVICES: Final = (
    "contracts",
    "services/service_kit",
    "services/store_service",
    "services/till_service",
    "services/report_service",
    "services/backoffice_service",
    "ui_kit",
)
TERMINAL: Final = ("contracts", "ui_kit", "terminal_agent")
EVERYTHING: Final = (*SERVICES, "terminal_agent", "checker", "deploy/local")
OWN_PREFIX: Final = "tillday-"
DIGEST_LINE: Final = re.compile(r"^# declarations: (?P<digest>[0-9a-f]{64})$", re.MULTILINE)
NAMES_A_HOST: Final = re.compile(
    r"://|^\s*(-i|-f|--(extra-)?index|--default-index|--find-links|--trusted)", re.M
)
PINNED: Final = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*==\S+", re.MULTILINE)


@dataclass(frozen=True)
class Lock:
    """One requirement file, the deployables it serves, and whether the test tools are in it."""

    name: str
    deployables: tuple[str, ...]
    with_tests: bool = False


LOCKS: Final = (
    Lock("run", EVERYTHING),
    Lock("test", EVERYTHING, with_tests=True),
    Lock("terminal", TERMINAL),
    Lock("services", SERVICES),
)


def declared(root: Path, lock: Lock) -> tuple[str, ...]:
    """The third-party requirements that the deployables of a lock declare, sorted."""
    found: set[str] = set()
    for deployable in lock.deployables:
        found.update(_read(root / deployable / "pyproject.toml")["project"].get("dependencies", ()))
    if lock.with_tests:
        found.update(_read(root / "pyproject.toml")["dependency-groups"]["test"])
    return tuple(sorted(name for name in found if not name.startswith(OWN_PREFIX)))


def declarations_digest(root: Path, lock: Lock) -> str:
    """SHA-256 over what a lock was made from."""
    return hashlib.sha256("\n".join(declared(root, lock)).encode()).hexdigest()


def drift(root: Path) -> list[str]:
    """What is wrong with the locks, one sentence each; empty when they fit the declarations."""
    problems = [problem for lock in LOCKS for problem in _drift_of(root, lock)]
    return problems + [
        f"{name} is in git, but such locks name package hosts: git rm --cached {name}"
        for name in _tracked(root, "*.lock")
    ]


def write(root: Path, *, upgrade: bool) -> None:
    """Make every lock anew with uv, keeping the pinned versions unless `upgrade`.

    Raises subprocess.CalledProcessError when uv finds no solution, FileNotFoundError without uv.
    """
    (root / "locks").mkdir(exist_ok=True)
    pins = root / "locks" / "test.txt"
    for lock in sorted(LOCKS, key=lambda each: not each.with_tests):
        command = _compile_command(None if upgrade and lock.with_tests else pins)
        made = subprocess.run(
            command,
            input="\n".join(declared(root, lock)),
            cwd=root,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        header = (
            "# Made by ./tillday lock from the pyproject.toml files; do not edit.\n"
            f"# declarations: {declarations_digest(root, lock)}\n"
        )
        (root / "locks" / f"{lock.name}.txt").write_text(header + made.stdout, encoding="utf-8")


def _compile_command(pins: Path | None) -> list[str]:
    # Wheels only: what is built at the user's may need a compiler there and cannot be hashed as it runs.
    command = ["uv", "pip", "compile", "-", "--universal", "--python-version", "3.11", "--generate-hashes"]
    command += ["--no-header", "--no-annotate", "--only-binary", ":all:", "--no-sources", "--quiet"]
    if pins is not None and pins.exists():
        command += ["--constraints", str(pins)]
    return command


def _drift_of(root: Path, lock: Lock) -> list[str]:
    path = root / "locks" / f"{lock.name}.txt"
    if not path.exists():
        return [f"locks/{lock.name}.txt is missing: ./tillday lock"]
    text = path.read_text(encoding="utf-8")
    problems = []
    recorded = DIGEST_LINE.search(text)
    if recorded is None or recorded["digest"] != declarations_digest(root, lock):
        problems.append(f"locks/{lock.name}.txt was made from other declarations: ./tillday lock")
    if NAMES_A_HOST.search(text):
        problems.append(f"locks/{lock.name}.txt names a package host")
    problems += [f"locks/{lock.name}.txt: {name} has no hash" for name in _unhashed(text)]
    return problems


def _unhashed(text: str) -> list[str]:
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    return [
        entry.split("==")[0] for entry in entries if PINNED.match(entry) and "--hash=sha256:" not in entry
    ]


def _tracked(root: Path, pattern: str) -> list[str]:
    answer = subprocess.run(
        ["git", "ls-files", "--", pattern], cwd=root, capture_output=True, text=True, check=False
    )
    return answer.stdout.splitlines()


def _read(path: Path) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def main(arguments: list[str]) -> int:
    """`--check` says what drifted; otherwise the locks are written (`--upgrade`: newest versions)."""
    root = Path.cwd()
    if "--check" not in arguments:
        try:
            write(root, upgrade="--upgrade" in arguments)
        except FileNotFoundError:
            sys.stderr.write("Making the locks needs uv on the PATH: pipx install uv\n")
            return 2
        except subprocess.CalledProcessError:
            return 1
    problems = drift(root)
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
