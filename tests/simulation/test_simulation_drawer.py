"""Real cash in a drawer: at each count the settled difference is what was really lost or miscounted."""

import random
from collections.abc import Sequence

import pytest

from simulation.drawer import Drawer
from till_service.domain.which_count import Money, TillCount, settle_till

SEEDS = range(150)
THOUSANDS = [range(first, first + 250) for first in range(0, 3000, 250)]


def lived(seed: int) -> Drawer:
    drawer = Drawer(random.Random(seed))
    drawer.run(sessions=5)
    return drawer


def wrong(drawer: Drawer) -> dict[str, tuple[int, int]]:
    """The counts whose settled difference is not the truth, told in any order of arrival."""
    drawer.chance.shuffle(drawer.counts)
    drawer.chance.shuffle(drawer.events)
    standing = settle_till(drawer.counts, drawer.events)
    assert all(s.count.recorded + s.settlement == s.difference for s in standing.counts)
    both = {s.count.id: (s.difference, drawer.truth[s.count.id]) for s in standing.counts}
    return {name: pair for name, pair in both.items() if pair[0] != pair[1]}


@pytest.mark.parametrize("seeds", THOUSANDS, ids=lambda seeds: f"{seeds.start}..{seeds.stop - 1}")
def test_at_each_count_the_settled_difference_is_the_truth(seeds: range) -> None:
    assert {seed: found for seed in seeds if (found := wrong(lived(seed)))} == {}


def test_the_schedules_hold_thefts_miscounts_and_recorded_differences_that_were_wrong() -> None:
    drawers = [lived(seed) for seed in SEEDS]
    settled = [s for d in drawers for s in settle_till(d.counts, d.events).counts]

    assert sum(bool(s.difference) for s in settled) > 100
    assert sum(bool(s.settlement) for s in settled) > 100
    assert sum(s.count.recorded == s.difference for s in settled) > 100


def test_control_late_money_that_goes_to_the_count_before_it_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def before(event: Money, ordered: Sequence[TillCount], _cash_ups: object) -> TillCount | None:
        return next((count for count in reversed(ordered) if count.place < event.place), None)

    monkeypatch.setattr("till_service.domain.which_count.belongs_to", before)

    assert sum(bool(wrong(lived(seed))) for seed in SEEDS) > 100


def test_control_a_journal_that_was_left_and_is_forgotten_is_found() -> None:
    def forgotten(seed: int) -> Drawer:
        drawer = lived(seed)
        drawer.events = [event for event in drawer.events if event.place[2] == 0]
        return drawer

    assert any(wrong(forgotten(seed)) for seed in SEEDS)
