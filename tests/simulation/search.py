"""Looking for the first seed that shows a broken rule."""

from __future__ import annotations

import os

from simulation.campaign import CHUNK, Outcome, Play, campaign
from simulation.mutations import Mutation


def first_found(mutation: Mutation, *, processes: int | None = None) -> Outcome | None:
    """Return the outcome of the lowest seed that fails under a mutation, None where none does."""
    play = Play(mutation.profile, mutation=mutation.number)
    step = CHUNK * (processes or os.cpu_count() or 1)
    for start in range(0, mutation.within, step):
        seeds = range(start, min(start + step, mutation.within))
        failed = [outcome for outcome in campaign(seeds, play, processes=processes) if outcome.wrong]
        if failed:
            return min(failed, key=lambda outcome: outcome.seed)
    return None
