"""Which seeds the suite plays. `./tillday sim` plays as many as one likes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

from simulation.campaign import Outcome, Play, judged, not_collected

ROOT: Final = Path(__file__).resolve().parents[2]
IN_CI: Final = bool(os.environ.get("CI"))
FIXED: Final = 300 if IN_CI else 40
OF_THIS_COMMIT: Final = 100 if IN_CI else 8
PORTION: Final = 25


def fixed_half(half: int) -> list[range]:
    """Return one half of the fixed seeds: each has a file of its own, so that two workers share them."""
    return portions(range(half * FIXED // 2, (half + 1) * FIXED // 2))


def of_this_commit() -> list[range]:
    """Return seeds that nobody chose: others for every commit."""
    asked = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    start = 1_000_000 + int(asked.stdout[:8] or "0", 16)
    return portions(range(start, start + OF_THIS_COMMIT))


def portions(seeds: range) -> list[range]:
    """Cut seeds into parts of which each is a test of its own."""
    return [seeds[n : n + PORTION] for n in range(0, len(seeds), PORTION)]


def failures(seeds: range) -> list[tuple[str, Outcome]]:
    """Play seeds and return what failed, with the command that plays it again."""
    with not_collected():
        outcomes = [judged(seed, Play()) for seed in seeds]
    failed = (outcome for outcome in outcomes if outcome.wrong)
    return [(f"./tillday sim --seeds {o.seed} --trace", o) for o in failed]
