"""Whether a closed date can be archived."""

import pytest

from till_service.domain.settled import OpenMatters, settlement
from tillday_contracts.till_messages import DaySettlement


def test_a_date_of_which_nothing_waits_is_settled() -> None:
    assert settlement(OpenMatters()) == DaySettlement(settled=True)


@pytest.mark.parametrize(
    ("matters", "reason"),
    [
        (OpenMatters(running=("T1-A",)), "The till T1-A is not cashed up."),
        (
            OpenMatters(undecided=("T1-A",)),
            "Nobody knows what the count of the till T1-A covers: its own close is awaited.",
        ),
        (OpenMatters(rescued=("T1-A",)), "The rescue session of the till T1-A waits for its review."),
        (OpenMatters(parked=2), "There are 2 sales or movements whose session is not known."),
        (OpenMatters(desk=1), "There are 1 entries of the store on the dead-letter desk."),
    ],
)
def test_whatever_waits_holds_the_date_back_and_is_named(matters: OpenMatters, reason: str) -> None:
    assert settlement(matters) == DaySettlement(settled=False, reasons=(reason,))
