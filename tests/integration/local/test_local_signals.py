"""Signals to the first process alone, and its sudden death."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import local_stand_ins

SCRIPT = Path(local_stand_ins.__file__)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_until(holds: Callable[[], bool], *, within: float) -> float:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < within, "it took too long"
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.fixture
def launch(data_folder: Path) -> Iterator[Callable[..., tuple[subprocess.Popen[bytes], dict[str, int]]]]:
    started: list[subprocess.Popen[bytes]] = []

    def start(*, ignoring_sigint: bool = False) -> tuple[subprocess.Popen[bytes], dict[str, int]]:
        ready = data_folder.with_name("ready.json")
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        # a shell's `&` ignores SIGINT for the command; exec keeps that
        script = 'trap "" INT; exec "$@"' if ignoring_sigint else 'exec "$@"'
        process = subprocess.Popen(
            ["/bin/sh", "-c", script, "sh", sys.executable, str(SCRIPT), str(data_folder), str(ready)],
            env=environment,
        )
        started.append(process)
        wait_until(lambda: ready.exists() or process.poll() is not None, within=30)
        return process, json.loads(ready.read_text(encoding="utf-8"))

    yield start
    for process in started:
        process.terminate()
        process.wait()


@pytest.mark.parametrize(
    ("number", "ignoring_sigint"),
    [(signal.SIGINT, False), (signal.SIGINT, True), (signal.SIGTERM, True)],
)
def test_a_signal_to_the_first_process_alone_stops_everything_in_time(
    launch: Callable[..., tuple[subprocess.Popen[bytes], dict[str, int]]],
    number: signal.Signals,
    ignoring_sigint: bool,
) -> None:
    process, pids = launch(ignoring_sigint=ignoring_sigint)

    process.send_signal(number)

    assert process.wait(timeout=5) == 128 + number
    assert not [name for name, pid in pids.items() if is_alive(pid)]


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells children of a parent's death"
)
def test_no_part_outlives_a_first_process_that_was_killed(
    launch: Callable[..., tuple[subprocess.Popen[bytes], dict[str, int]]],
) -> None:
    process, pids = launch()

    process.kill()
    process.wait()

    wait_until(lambda: not any(is_alive(pid) for pid in pids.values()), within=5)


def test_the_next_start_heals_what_a_killed_first_process_left(
    launch: Callable[..., tuple[subprocess.Popen[bytes], dict[str, int]]], data_folder: Path
) -> None:
    process, _ = launch()
    process.kill()
    process.wait()
    data_folder.with_name("ready.json").unlink()

    _, pids = launch()

    assert all(is_alive(pid) for pid in pids.values())
