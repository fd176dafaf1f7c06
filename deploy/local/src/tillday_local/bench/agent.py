"""A terminal's agent alone: how soon it answers, and how much memory it keeps."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from tillday_contracts.enrolment import EnrolmentBundle
from tillday_local.folder import write_private
from tillday_local.ports import free_port
from tillday_local.probes import http_ok

MOST_SECONDS: Final = 2.0
MOST_MIB: Final = 90.0
_LOOK_SECONDS: Final = 0.02
_SETTLE_SECONDS: Final = 4.0
"""After the start the agent brings into its memory what the first receipt needs."""
_GIVE_UP_SECONDS: Final = 60.0
_MIB: Final = 1024 * 1024


class AgentSilent(Exception):
    """The agent did not answer; the text holds the end of its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFigures:
    """What was measured: the best of `starts` starts, and the resident memory of the last one."""

    starts: int
    first_answer_seconds: float
    resident_mib: float

    @property
    def is_within_limits(self) -> bool:
        """Say whether a terminal of small means can live with it."""
        return self.first_answer_seconds <= MOST_SECONDS and self.resident_mib <= MOST_MIB


async def measure_agent(folder: Path, *, starts: int = 3) -> AgentFigures:
    """Start the agent in a folder of its own, without a broker: that is how a shop's morning begins.

    Raises AgentSilent.
    """
    write_private(folder / "enrolment.json", _made_up().model_dump_json())
    waits, resident = [], 0.0
    for _ in range(starts):
        seconds, resident = await _one_start(folder)
        waits.append(seconds)
    return AgentFigures(starts=starts, first_answer_seconds=min(waits), resident_mib=resident)


async def _one_start(folder: Path) -> tuple[float, float]:
    port = free_port()
    own = {"TILLDAY_AGENT_DATA": str(folder), "TILLDAY_AGENT_HTTP_PORT": str(port)}
    log = folder / "log"
    began = time.perf_counter()
    with log.open("wb") as output:
        command = [sys.executable, "-m", "terminal_agent", "run"]
        process = subprocess.Popen(command, env={**os.environ, **own}, stderr=output, stdout=output)  # noqa: ASYNC220
    try:
        while not await http_ok(port, "/readyz"):
            if process.poll() is not None or time.perf_counter() - began > _GIVE_UP_SECONDS:
                raise AgentSilent(log.read_text(errors="replace")[-1000:])
            await asyncio.sleep(_LOOK_SECONDS)
        seconds = time.perf_counter() - began
        await asyncio.sleep(_SETTLE_SECONDS)
        return seconds, psutil.Process(process.pid).memory_info().rss / _MIB
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 10)


def _made_up() -> EnrolmentBundle:
    return EnrolmentBundle(
        store="S1",
        terminal="T1",
        till="T1",
        name="Bench",
        mqtt_url="mqtt://127.0.0.1:9",
        mqtt_user="S1.T1",
        mqtt_password=secrets.token_hex(32),
        key_id=secrets.token_hex(8),
        journal_key=secrets.token_hex(32),
        pepper=secrets.token_hex(32),
    )
