"""Rules of the link broken one by one, each on a seed that is known to show it."""

from __future__ import annotations

import pytest

from simulation.campaign import Play, judged
from simulation.mutations import MUTATIONS, Mutation, broken

KNOWN = sorted({(mutation.known, mutation.profile) for mutation in MUTATIONS})


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_broken_rule_is_found_on_its_known_seed(mutation: Mutation) -> None:
    assert judged(mutation.known, Play(mutation.profile, mutation=mutation.number)).wrong


@pytest.mark.parametrize(("seed", "profile"), KNOWN, ids=str)
def test_on_the_same_seeds_the_right_rules_hold(seed: int, profile: str) -> None:
    assert judged(seed, Play(profile)).wrong == ()


def test_a_rule_is_whole_again_after_it_was_broken() -> None:
    first = MUTATIONS[0]
    with broken(first.number):
        pass

    assert judged(first.known, Play(first.profile)).wrong == ()
