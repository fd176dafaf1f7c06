"""Terminals, two writers and a back office in memory under faults: nothing is lost, doubled or misplaced."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

from simulation.campaign import Play, judged
from simulation.faults import Faults, faults_of
from simulation.schedule import Run
from simulation.verdict import violations

ROOT = Path(__file__).resolve().parents[2]
IN_CI = bool(os.environ.get("CI"))
"""More in CI than at a desk, for `./tillday sim` plays as many as one likes."""
FIXED_SEEDS = range(100 if IN_CI else 40)
OF_THIS_COMMIT = 20 if IN_CI else 8
PORTION = 20
BRIEF = Play(sales=20)


def of_this_commit() -> range:
    """Seeds that nobody chose: others for every commit."""
    asked = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    start = 1_000_000 + int(asked.stdout[:8] or "0", 16)
    return range(start, start + OF_THIS_COMMIT)


def portions(seeds: range) -> list[range]:
    return [seeds[n : n + PORTION] for n in range(0, len(seeds), PORTION)]


@pytest.mark.parametrize("seeds", [*portions(FIXED_SEEDS), *portions(of_this_commit())], ids=str)
def test_whatever_happens_every_printed_sale_is_in_its_place_once(seeds: range) -> None:
    failed = [outcome for outcome in (judged(seed, BRIEF) for seed in seeds) if outcome.wrong]
    replays = [f"./tillday sim --seeds {outcome.seed} --sales {BRIEF.sales} --trace" for outcome in failed]
    assert not failed, (replays, failed)


def test_each_class_of_faults_is_on_in_half_of_the_seeds() -> None:
    profiles = [faults_of(random.Random(seed)) for seed in range(300)]
    for name in Faults.__dataclass_fields__:
        on = sum(getattr(profile, name) > 0 for profile in profiles)
        assert len(profiles) * 0.4 < on < len(profiles) * 0.6, name


def test_a_seed_tells_the_same_story_every_time() -> None:
    def story(seed: int) -> list[str]:
        lines: list[str] = []
        run = Run(seed, say=lambda at, who, what: lines.append(f"{at} {who} {what}"))
        run.play()
        return lines

    assert story(7) == story(7)
    assert story(7) != story(8)


def test_the_runs_are_not_tame() -> None:
    """Over some seeds everything comes about that the rules are for: else the suite proves little."""
    told = "\n".join(_told(seed) for seed in range(16))
    for happens in ("FORK", "BEHIND", "REWIND", "GAP", "BAD_MAC", "sends quarantine", "rolled_back"):
        assert happens in told, happens
    for happens in ("closes till session", "closes 2026-03-02", "opens 2026-03-03", "goes back"):
        assert happens in told, happens


def _told(seed: int) -> str:
    lines: list[str] = []
    run = Run(seed, say=lambda _at, _who, what: lines.append(what))
    run.play()
    return "\n".join(lines)


def test_a_run_without_faults_holds_and_serves_everybody() -> None:
    run = Run(3, faults=Faults())
    run.play()
    assert violations(run) == []
    assert len(run.around.printed) >= 30
