"""Seeds that are others for every commit: nothing is lost, doubled or misplaced, whatever happens."""

import pytest

from simulation.suite_seeds import failures, of_this_commit


@pytest.mark.parametrize("seeds", of_this_commit(), ids=lambda seeds: f"{len(seeds)} of this commit")
def test_on_seeds_that_nobody_chose_every_printed_sale_is_in_its_place_once(seeds: range) -> None:
    assert failures(seeds) == []
