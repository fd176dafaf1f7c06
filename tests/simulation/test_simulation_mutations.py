"""Rules of the link broken one by one, each on a seed that is known to show it."""

from __future__ import annotations

import pytest

from simulation.campaign import Play, judged
from simulation.mutations import MUTATIONS, Mutation, broken

KNOWN = [(mutation, mutation.known) for mutation in MUTATIONS if mutation.known is not None]


@pytest.mark.parametrize(("mutation", "seed"), KNOWN, ids=[m.name for m, _ in KNOWN])
def test_a_broken_rule_is_found_on_its_known_seed(mutation: Mutation, seed: int) -> None:
    assert judged(seed, Play(mutation.profile, mutation=mutation.number)).wrong


@pytest.mark.parametrize(("seed", "profile"), sorted({(seed, m.profile) for m, seed in KNOWN}), ids=str)
def test_on_the_same_seeds_the_right_rules_hold(seed: int, profile: str) -> None:
    assert judged(seed, Play(profile)).wrong == ()


def test_a_rule_is_whole_again_after_it_was_broken() -> None:
    first, seed = KNOWN[0]
    with broken(first.number):
        pass

    assert judged(seed, Play(first.profile)).wrong == ()
