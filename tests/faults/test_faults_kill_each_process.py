"""Every process is killed once in the middle of the day; the day ends with the same totals."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tillday_local.day.outcome import disagreements, figures
from tillday_local.day.plan import plan_day
from tillday_local.day.run import DayScript, day_system, play_day
from tillday_local.day.timeline import Timeline
from tillday_local.day.verdict import check_system
from tillday_local.demo_store import demo_content
from tillday_local.folder import DataFolder
from tillday_local.supervisor import Incident
from tillday_local.system import LocalSystem, Watchers

SALES = 45
VICTIMS = {
    "T1 sold 5": "till_service",
    "T1 sold 10": "broker",
    "T1 sold 15": "terminal-T1",
    "T1 sold 20": "database",
    "T1 sold 25": "printer-T1",
    "T1 sold 30": "report_service",
    "T1 sold 35": "store_service",
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another account may pass: pytest's own is closed again whenever another run begins."""
    made = Path(tempfile.mkdtemp(prefix="tillday-faults-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


async def test_a_day_in_which_every_process_is_killed_once_ends_with_the_same_totals(folder: Path) -> None:
    content = demo_content(1)
    plans = plan_day(content.catalogue, terminals=["T1"], sales=SALES, offline=False, seed=7)
    incidents: list[Incident] = []
    watchers = Watchers(incident=incidents.append)
    began = time.monotonic()
    timeline = Timeline(elapsed=lambda: time.monotonic() - began)
    script = DayScript(content=content, terminals=plans)
    async with day_system(DataFolder(folder / "day"), script, watchers) as (system, links):
        killed, parts = list[str](), set(system.pids)

        async def trouble(step: str) -> None:
            if step in VICTIMS:
                _kill(system, VICTIMS[step])
                killed.append(VICTIMS[step])

        script = replace(script, between=trouble)
        record = await play_day(system, links, script, timeline)
        verdict = await check_system(system)

    assert set(killed) == parts, "a process of the system was left out"
    assert {incident.name for incident in incidents} >= set(killed)
    assert verdict.holds, verdict.violations
    day = figures(record.business_date.isoformat(), record.reports, record.tally, terminals=1)
    assert disagreements(day, record.tally, shortage=plans[0].shortage) == []
    assert record.tally.sales == SALES


def _kill(system: LocalSystem, name: str) -> None:
    os.kill(system.pids[name], signal.SIGKILL)
