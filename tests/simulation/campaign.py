"""Many seeds on all cores: each is played and judged in a process of its own choosing."""

from __future__ import annotations

import gc
import os
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from simulation.directed import plan_of
from simulation.faults import PROFILES, REVIEWED
from simulation.mutations import broken
from simulation.schedule import Run, Say
from simulation.verdict import violations
from till_service.domain.routing import NOT_COVERED, Placed

CHUNK: Final = 10
COSTLY_EACH: Final = 50
ALWAYS_JUDGED: Final = frozenset({"late-money"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one seed; `wrong` is empty when everything held."""

    seed: int
    sales: int
    wrong: tuple[str, ...]
    happened: Mapping[str, int] = field(default_factory=dict)
    """How often what came about."""


@dataclass(frozen=True, slots=True)
class Play:
    """How seeds are played: under which faults, how long, and with which rule of the link broken, if any."""

    profile: str = "mixed"
    sales: int = 40
    mutation: int | None = None


def run_of(seed: int, play: Play, say: Say | None = None) -> Run:
    """Return one run, not played yet."""
    faults, plan = PROFILES[play.profile], plan_of(play.profile)
    reviewed = REVIEWED.get(play.profile, 0.0)
    return Run(seed, sales=play.sales, faults=faults, say=say, plan=plan, reviewed=reviewed)


def judged(seed: int, play: Play) -> Outcome:
    """Play one seed and judge it. An error in the rules is a failure like any other."""
    run = run_of(seed, play)
    try:
        with broken(play.mutation):
            run.play()
        wrong = violations(run, costly=seed % COSTLY_EACH == 0 or play.profile in ALWAYS_JUDGED)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        wrong = [f"{type(error).__name__}: {str(error)[:300]} ({place.name}, line {place.lineno})"]
    places = Counter(_placed(placed) for placed in run.database.tables.placed.values())
    outcome = Outcome(seed, len(run.around.printed), tuple(wrong), run.around.happened + places)
    run.end()
    return outcome


def _placed(placed: Placed) -> str:
    return f"placed: {placed.placement}{', not covered' if placed.reason == NOT_COVERED else ''}"


@contextmanager
def not_collected() -> Iterator[None]:
    """Do not look for garbage in cycles: a run makes many objects, and `Run.end` parts its only cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _some(seeds: Sequence[int], play: Play) -> list[Outcome]:
    with not_collected():
        return [judged(seed, play) for seed in seeds]


def campaign(seeds: Sequence[int], play: Play, *, processes: int | None = None) -> Iterator[Outcome]:
    """Yield the outcome of every seed as it becomes known; who has seen enough closes the iterator."""
    portions = [seeds[n : n + CHUNK] for n in range(0, len(seeds), CHUNK)]
    workers = min(processes or os.cpu_count() or 1, len(portions))
    if workers <= 1:
        for portion in portions:
            yield from _some(portion, play)
        return
    with ProcessPoolExecutor(max_workers=workers) as pool:
        waiting = [pool.submit(_some, portion, play) for portion in portions]
        try:
            for done in as_completed(waiting):
                yield from done.result()
        finally:
            pool.shutdown(cancel_futures=True)
