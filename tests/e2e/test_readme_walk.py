"""The day that the README walks through by hand, typed as it stands there; then the checker looks."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tillday_checker.check import check

README = Path(__file__).resolve().parents[2] / "README.md"
PINS = {"TILLDAY_PIN": "1001", "TILLDAY_APPROVER_PIN": "900001"}
READY_WITHIN = 180.0


@dataclass(frozen=True)
class Typed:
    """A line of the README: what is typed, and what the page says of it."""

    arguments: tuple[str, ...]
    remark: str

    @property
    def exit_code(self) -> int:
        return 1 if self.remark.startswith("refused") else 0


def typed_lines() -> list[Typed]:
    """Return the commands of the block that follows "In a second window"."""
    block = README.read_text(encoding="utf-8").split("In a second window")[1].split("```")[1]
    lines = [line.partition("#") for line in block.splitlines() if line.startswith("./tillday ")]
    return [Typed(tuple(shlex.split(command)[1:]), remark.strip()) for command, _, remark in lines]


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tillday-readme-"))
    folder.chmod(0o755)  # the database runs under another account when we are root
    ready = folder / "ready.json"
    process = tillday("demo", "--data", str(folder / "data"), "--ready-file", str(ready), "--quiet")
    try:
        end = time.monotonic() + READY_WITHIN
        while not ready.exists():
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < end, "the demo did not come up"
            time.sleep(0.1)
        yield folder / "data"
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def tillday(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, **PINS, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "200"}
    return subprocess.Popen(
        [sys.executable, "-m", "tillday_local", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_readme_walks_through_a_whole_day(data: Path) -> None:
    seen: dict[str, str] = {}
    for line in typed_lines():
        process = tillday(*line.arguments, "--data", str(data))
        output, words = process.communicate(timeout=60)
        assert process.returncode == line.exit_code, f"{' '.join(line.arguments)}: {words or output}"
        seen.setdefault(" ".join(line.arguments[:2]), output + words)

    assert "change 14.05" in seen["pos sell"]
    assert "because there are open tills" in seen["store close"]
    assert re.search(r"Cash EUR +155\.95 +155\.95 +0\.00", seen["report cash-up"]), "expected, counted"
    assert re.search(r"Cash EUR +150\.00 +150\.00 +5\.95", seen["report cash-up"]), "kept, to the safe"
    assert asyncio.run(the_checkers_word(data)) == []


def test_a_fresh_demo_has_worked_days_in_two_stores(data: Path) -> None:
    def told(*command: str, store: str) -> Any:
        asked = tillday(*command, "--store", store, "--data", str(data), "--json")
        output, words = asked.communicate(timeout=60)
        assert output, words
        return json.loads(output)

    days = told("store", "days", store="S1")["days"]
    assert [day["state"] for day in days].count("closed") >= 2
    (late,) = told("rescue", "list", store="S2")["sessions"]
    assert (late["status"], late["sales"], late["undecided"]) == ("outstanding", 2, 2)
    board = told("report", "board", store="S2")
    seen = {one["terminal"]: datetime.fromisoformat(one["last_seen"]) for one in board["terminals"]}
    assert all(at < datetime.now(UTC) - timedelta(hours=6) for at in seen.values())
    assert set(seen) == {"T21", "T22"}
    short = told("report", "cash-up", store="S2")["reports"]
    assert [tender["difference"] for one in short for tender in one["tenders"]].count(-100) == 1


async def the_checkers_word(data: Path) -> list[Any]:
    told = json.loads((data.parent / "ready.json").read_text(encoding="utf-8"))
    journals = [data / "terminals" / terminal for terminal in ("T1", "T21", "T22")]
    verdict = await check(told["database"], journals, patience=10)
    assert len(verdict.evaluated) > 20
    return list(verdict.violations)


def test_the_walk_meets_a_refusal_and_an_approval() -> None:
    lines = typed_lines()

    assert [line.exit_code for line in lines].count(1) == 1
    assert any("--approve" in line.arguments for line in lines)
    assert len(lines) >= 8
