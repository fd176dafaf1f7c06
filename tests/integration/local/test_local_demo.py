"""The demo as its users run it, with every real part."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import nats
import pytest

from tillday_local.certificates import client_context
from tillday_local.probes import http_ok

REPOSITORY = Path(__file__).parents[3]


@dataclass
class RunningDemo:
    process: subprocess.Popen[str]
    data: Path
    ready: Path

    def told(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.ready.read_text(encoding="utf-8"))
        return content


def demo(data: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tillday_local", "demo", "--no-history", "--data", str(data), *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until(holds: Callable[[], bool], *, within: float) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def running() -> Iterator[RunningDemo]:
    folder = Path(tempfile.mkdtemp(prefix="tillday-test-"))
    data, ready = folder / "data", folder / "ready.json"
    process = demo(data, "--terminals", "2", "--ready-file", str(ready))
    try:
        wait_until(lambda: ready.exists() or process.poll() is not None, within=60)
        assert process.poll() is None, process.communicate()[1]
        yield RunningDemo(process, data, ready)
    finally:
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        output, words = process.communicate(timeout=20)
        took = time.monotonic() - began
        log = (data / "logs" / "broker.log").read_text(encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
    assert took < 5
    assert process.returncode == 128 + signal.SIGINT
    assert not ready.exists()
    assert output == ""
    assert "Traceback" not in words
    assert "Violation" not in log  # every part has the grants it needs


async def test_other_programs_are_told_how_to_reach_everything(running: RunningDemo) -> None:
    told = running.told()

    assert stat.S_IMODE(running.ready.stat().st_mode) == 0o600
    keys = ["backoffice", "terminals", "nats", "mqtt", "database", "people", "pids", "broker_ca"]
    assert list(told) == keys
    assert list(told["terminals"]) == ["T1", "T2"]
    for url in (told["backoffice"], *told["terminals"].values()):
        assert await http_ok(int(url.rsplit(":", 1)[1]), "/readyz")
    connection = await asyncpg.connect(told["database"])
    assert await connection.fetchval("SELECT count(*) FROM store.terminal") == 2
    await connection.close()
    client = await nats.connect(
        told["nats"], inbox_prefix=b"_INBOX.tillday", tls=client_context(Path(told["broker_ca"]))
    )
    await client.close()


def test_people_are_called_by_role(running: RunningDemo) -> None:
    people = running.told()["people"]

    assert [person["name"] for person in people] == [
        "Cashier 1",
        "Cashier 2",
        "Supervisor 1",
        "Manager 1",
        "Operator 1",
    ]
    assert all(set(person) == {"name", "role", "pin", "password"} for person in people)
    at_the_back_office_alone = {"manager", "operator"}
    assert all((person["pin"] is None) == (person["role"] in at_the_back_office_alone) for person in people)


def test_a_second_demo_on_the_same_data_is_refused_in_one_sentence(running: RunningDemo) -> None:
    second = demo(running.data)
    output, words = second.communicate(timeout=20)

    assert second.returncode == 2
    assert output == ""
    assert f"another Tillday runs on {running.data}" in words.replace("\n", " ")
    assert "Traceback" not in words


async def test_every_killed_process_comes_back_and_the_file_names_the_new_one(running: RunningDemo) -> None:
    before = running.told()["pids"]
    assert sum(name.startswith("terminal") for name in before) == 2

    for pid in before.values():
        os.kill(pid, signal.SIGKILL)

    def all_new() -> bool:
        now = running.told()["pids"]
        return set(now) == set(before) and not set(now.values()) & set(before.values())

    wait_until(all_new, within=15)
    async with asyncio.timeout(30):
        for url in running.told()["terminals"].values():
            while not await http_ok(int(url.rsplit(":", 1)[1]), "/readyz"):
                await asyncio.sleep(0.1)
    for pid in running.told()["pids"].values():
        os.kill(pid, 0)


def test_a_port_that_is_no_port_is_bad_use() -> None:
    refused = demo(Path("/nonexistent"), "--port", "nats=http")
    _, words = refused.communicate(timeout=20)

    assert refused.returncode == 2
    assert "is not PART=NUMBER" in words


@pytest.mark.parametrize("option", ["--terminals=0", "--terminals=99", "--colour=blue"])
def test_an_option_that_makes_no_sense_is_bad_use(option: str) -> None:
    refused = demo(Path("/nonexistent"), option)
    _, words = refused.communicate(timeout=20)

    assert refused.returncode == 2
    assert "Traceback" not in words


def test_a_ready_file_in_a_folder_that_is_not_there_is_refused_before_anything_starts(tmp_path: Path) -> None:
    refused = demo(tmp_path / "data", "--ready-file", str(tmp_path / "nowhere" / "ready.json"))
    _, words = refused.communicate(timeout=20)

    assert refused.returncode == 2
    assert "is no folder" in " ".join(words.replace("│", " ").split())
    assert not (tmp_path / "data").exists()


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = demo(tmp_path / "file" / "data")
    _, words = refused.communicate(timeout=20)

    assert refused.returncode == 2
    assert "Choose another with --data" in words.replace("\n", " ")
