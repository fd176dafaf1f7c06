"""A store day on real parts with trouble between two sales; at its end nobody misses a receipt or a cent."""

import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tillday_checker.verdict import Verdict
from tillday_local.day.outcome import disagreements, figures
from tillday_local.day.plan import TerminalPlan, plan_day
from tillday_local.day.run import DayRecord, DayScript, day_system, play_day
from tillday_local.day.timeline import Timeline
from tillday_local.day.verdict import check_system
from tillday_local.demo_store import demo_content
from tillday_local.folder import DataFolder
from tillday_local.supervisor import Incident
from tillday_local.system import LocalSystem, Watchers

Trouble = Callable[[LocalSystem], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class PlayedDay:
    """What came of a day. `died` names the parts that ended by themselves and were started again."""

    record: DayRecord
    verdict: Verdict
    plan: TerminalPlan
    died: frozenset[str]

    def ended_as_if_nothing_had_happened(self, *, sales: int) -> bool:
        """Raise AssertionError unless invariants, totals and reports are those of an undisturbed day."""
        assert self.verdict.holds, self.verdict.violations
        tally = self.record.tally
        day = figures(self.record.business_date.isoformat(), self.record.reports, tally, terminals=1)
        assert disagreements(day, tally, shortage=self.plan.shortage) == []
        return tally.sales == sales


async def play(folder: Path, troubles: Mapping[str, Trouble], *, sales: int, seed: int) -> PlayedDay:
    """Play a day of one terminal; `troubles` says what befalls the system after which step."""
    store = demo_content(1)
    plans = plan_day(store.catalogue, terminals=["T1"], sales=sales, offline=False, seed=seed)
    died: list[Incident] = []
    began = time.monotonic()
    timeline = Timeline(elapsed=lambda: time.monotonic() - began)
    script = DayScript(content=store, terminals=plans)
    async with day_system(DataFolder(folder / "day"), script, Watchers(incident=died.append)) as (
        system,
        links,
    ):
        left = dict(troubles)

        async def between(step: str) -> None:
            trouble = left.pop(step, None)
            if trouble is not None:
                await trouble(system)

        record = await play_day(system, links, replace(script, between=between), timeline)
        verdict = await check_system(system)
    assert not left, f"steps that never came: {sorted(left)}"
    return PlayedDay(record, verdict, plans[0], frozenset(incident.name for incident in died))


@contextmanager
def passable_folder() -> Iterator[Path]:
    """A folder that another account may pass: pytest's own is closed again whenever another run begins."""
    made = Path(tempfile.mkdtemp(prefix="tillday-faults-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
