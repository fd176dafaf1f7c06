"""Every labelled step between two effects ends its process once in a day that ends with the same totals."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partialmethod
from pathlib import Path
from uuid import uuid4

import pytest

import service_kit
import store_service
import terminal_agent
import till_service
from integration.agent.test_agent_power_cut import STEPS
from service_kit import crash as kit_crash
from terminal_agent import crash as agent_crash
from tillday_contracts.desk_messages import DeadLetterDecided, DiscardDeadLetter
from tillday_contracts.report_progress_messages import Progress, ReportProgress
from tillday_local import supervisor
from tillday_local.day.outcome import disagreements, figures
from tillday_local.day.plan import plan_day
from tillday_local.day.run import DayScript, day_system, play_day
from tillday_local.day.timeline import Timeline
from tillday_local.day.verdict import check_system
from tillday_local.demo_store import demo_content
from tillday_local.folder import DataFolder
from tillday_local.service_client import CommandRefused, ServiceClient, ServiceUnavailable
from tillday_local.system import LocalSystem, Watchers
from tillday_local.terminal_client import TerminalAway, TerminalClient

LABELS: tuple[str, ...] = (*kit_crash.CRASH_POINTS, *agent_crash.CRASH_POINTS)
OF_THE_DAY: dict[str, tuple[str, ...]] = {
    "before the day": ("opening_kept", "opening_sealed", "retained_published"),
    "store opened": ("retained_marked",),
    "all sold": ("answer_before_commit", "answer_after_commit"),
    "cashed up": ("closing_kept", "closing_sealed"),
}
"""Those that stand on the way of a request of the back office; the others lie on the way of every sale."""
ON_THE_LINK: tuple[str, ...] = ("before_publish", "after_publish", "before_ack_commit", "after_ack_commit")
"""The terminal's labels that need a ledger; those of a sale are tried one by one where it stands alone."""
SALES = 30
AT_ONCE = 2
FIRES_WITHIN = 6.0
ANSWERS_WITHIN = 5.0
REST_SECONDS = 90.0


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another account may pass: pytest's own is closed again whenever another run begins."""
    made = Path(tempfile.mkdtemp(prefix="tillday-faults-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


class Mines:
    """Arms labels, one of the services and one of the terminal, until each has ended its process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        of_the_day = {label for labels in OF_THE_DAY.values() for label in labels}
        self.services = [label for label in kit_crash.CRASH_POINTS if label not in of_the_day]
        self.terminal = list(ON_THE_LINK)

    def arm(self, *labels: str) -> None:
        for label in labels:
            path = self.folder / label
            path.touch()
            path.chmod(0o666)

    @property
    def armed(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}

    async def fired(self, *, within: float) -> bool:
        end = time.monotonic() + within
        while self.armed and time.monotonic() < end:
            await asyncio.sleep(0.1)
        return not self.armed

    async def between(self, step: str) -> None:
        """After each sale see what it ended, and arm what the next one ends."""
        self.arm(*OF_THE_DAY.get(step, ()))
        if "T1 sold" in step:
            await self.fired(within=FIRES_WITHIN)
            for kind in (self.services, self.terminal):
                if kind and len(self.armed) < AT_ONCE:
                    self.arm(kind.pop(0))

    async def come_to_rest(self, system: LocalSystem) -> None:
        """Wait until nothing is armed any more and the reports hold all that was sold."""
        await _ask_for_an_answer(system)
        assert await self.fired(within=REST_SECONDS), f"never passed: {sorted(self.armed)}"
        end = time.monotonic() + REST_SECONDS
        while not await _reports_are_complete(system):
            assert time.monotonic() < end, "the reports never held everything"
            await asyncio.sleep(0.3)


async def _terminal_is_set_up(system: LocalSystem) -> None:
    """Wait until the terminal has its people: a person may sign in whatever dies afterwards."""
    terminal, end = system.plan.terminals[0], time.monotonic() + REST_SECONDS
    client = TerminalClient(system.terminal_url(terminal), system.folder.terminal(terminal.terminal))
    try:
        while not (await client.get("/api/v1/people"))["people"]:
            assert time.monotonic() < end, "the terminal never got its people"
            await asyncio.sleep(0.2)
    finally:
        await client.close()


async def _ask_for_an_answer(system: LocalSystem) -> None:
    """Discard a letter that nobody knows, until the till service lives long enough to say so."""
    message_id = uuid4()
    ids = {"message_id": message_id, "correlation_id": message_id, "occurred_at": datetime.now(UTC)}
    said = {"by": "SUPERVISOR-1", "store": "S1", "digest": "0" * 8, "reason": "Nobody knows it"}
    command = DiscardDeadLetter.model_validate({**ids, **said})
    end = time.monotonic() + REST_SECONDS
    async with system.operator() as operator:
        while time.monotonic() < end:
            try:
                await operator.ask(command, DeadLetterDecided)
            except CommandRefused:
                return
            except ServiceUnavailable:
                await asyncio.sleep(0.3)
    raise AssertionError("the till service never answered")


async def _reports_are_complete(system: LocalSystem) -> bool:
    terminal = system.plan.terminals[0]
    client = TerminalClient(system.terminal_url(terminal), system.folder.terminal(terminal.terminal))
    try:
        if (await client.status())["link"]["pending"]:
            return False
        async with system.operator() as operator:
            progress = await operator.ask(ReportProgress(), Progress)
    except (TerminalAway, ServiceUnavailable):
        return False
    finally:
        await client.close()
    return all(one.done == one.total for one in progress.producers)


async def test_a_day_in_which_every_step_ends_its_process_once_ends_with_the_same_totals(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mines = Mines(folder / "crash")
    mines.folder.mkdir()
    folder.chmod(0o755)
    mines.folder.chmod(0o777)
    monkeypatch.setenv(kit_crash.CRASH_FOLDER, str(mines.folder))
    # What protects a shop from a process that dies again and again would only be waited for here.
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", supervisor.FIRST_PAUSE)
    monkeypatch.setattr(ServiceClient, "ask", partialmethod(ServiceClient.ask, timeout=ANSWERS_WITHIN))
    content = demo_content(1)
    plans = plan_day(content.catalogue, terminals=["T1"], sales=SALES, offline=False, seed=11)
    began = time.monotonic()
    script = DayScript(content=content, terminals=plans)
    async with day_system(DataFolder(folder / "day"), script, Watchers()) as (system, links):
        await _terminal_is_set_up(system)
        await mines.between("before the day")

        async def between(step: str) -> None:
            await mines.between(step)
            if step == "all sold":
                await mines.come_to_rest(system)

        script = replace(script, between=between)
        timeline = Timeline(elapsed=lambda: time.monotonic() - began)
        record = await play_day(system, links, script, timeline)
        verdict = await check_system(system)

    assert (mines.services, mines.terminal, mines.armed) == ([], [], set()), "a step was not passed"
    assert verdict.holds, verdict.violations
    day = figures(record.business_date.isoformat(), record.reports, record.tally, terminals=1)
    assert disagreements(day, record.tally, shortage=plans[0].shortage) == []
    assert record.tally.sales == SALES


def test_every_crash_point_is_tried_in_this_day_or_where_the_terminal_stands_alone() -> None:
    assert set(agent_crash.CRASH_POINTS) == {*ON_THE_LINK, *STEPS}


@pytest.mark.parametrize("label", LABELS)
def test_every_crash_point_stands_in_one_place(label: str) -> None:
    packages = (service_kit, store_service, till_service, terminal_agent)
    sources = [path for package in packages for path in Path(str(package.__file__)).parent.rglob("*.py")]

    assert sum(path.read_text(encoding="utf-8").count(f'crash_point("{label}")') for path in sources) == 1
