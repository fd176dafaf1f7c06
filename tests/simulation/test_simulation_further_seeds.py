"""The other half of the fixed seeds: nothing is lost, doubled or misplaced, whatever happens."""

import pytest

from simulation.suite_seeds import failures, fixed_half


@pytest.mark.parametrize("seeds", fixed_half(1), ids=str)
def test_whatever_happens_every_printed_sale_is_in_its_place_once(seeds: range) -> None:
    assert failures(seeds) == []
