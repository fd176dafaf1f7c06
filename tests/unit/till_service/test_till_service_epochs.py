"""A terminal's epochs stand in the order in which they were lived, those that never arrived live too."""

from datetime import UTC, datetime
from itertools import permutations

from till_service.domain.epochs import BegunEpoch, begun_of, in_order
from till_service.domain.money import CountRow, LeftMoney
from till_service.domain.routing import Origin
from till_service.domain.till_history import PastSession, TillHistory, standings
from tillday_contracts.entries import Position
from unit.till_service.journals import WrittenJournal

NOON = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)
LEFT, NOW = "a" * 16, "b" * 16


def test_epochs_that_arrived_at_once_stand_as_they_followed_each_other() -> None:
    lived = (BegunEpoch("T1", "c"), BegunEpoch("T1", "a", "c"), BegunEpoch("T1", "b", "a"))

    for arrived in permutations(lived):
        assert in_order(arrived) == (("T1", "c"), ("T1", "a"), ("T1", "b"))


def test_an_epoch_of_which_nothing_arrived_live_stands_before_the_one_that_goes_on_from_it() -> None:
    begun = (BegunEpoch("T1", "a"), BegunEpoch("T2", "a"), BegunEpoch("T1", "c", "b"))

    assert in_order(begun) == (("T1", "a"), ("T2", "a"), ("T1", "b"), ("T1", "c"))


def test_epochs_that_follow_each_other_in_a_circle_are_placed_once_each() -> None:
    assert sorted(in_order([BegunEpoch("T1", "a", "b"), BegunEpoch("T1", "b", "a")])) == [
        ("T1", "a"),
        ("T1", "b"),
    ]


def test_what_an_epoch_goes_on_from_stands_in_its_first_entry() -> None:
    journal = WrittenJournal()
    journal.begin(follows=Position(epoch=LEFT, seq=7, hash="0" * 64))

    assert begun_of("T1", NOW, journal.entries[0].data).follows == LEFT
    assert begun_of("T1", NOW, journal.entries[1].data).follows is None
    assert begun_of("T1", NOW, None).follows is None


def settled(epochs: tuple[tuple[str, str], ...]) -> tuple[list[tuple[str, int]], int]:
    """A session's cash-up found 500 too much; a journal left before anything of it arrived tells of them."""
    sessions = (PastSession("A", "T1", NOW, 3),)
    counts = (
        CountRow("A", "opening", "cash", NOW, 4, 15_000, 15_000),
        CountRow("A", "cash_up", "cash", NOW, 9, 15_000, 15_500),
    )
    late = LeftMoney(Origin("f" * 64, "S1", "T1", LEFT, 5, True, NOON), "A", "cash", 500)
    standing = standings(TillHistory(sessions, epochs, counts, left=(late,)))["cash"]
    return [(one.count.kind, one.difference) for one in standing.counts], len(standing.claims)


def test_money_of_an_epoch_left_before_it_arrived_is_where_the_next_count_found_it() -> None:
    found, claims = settled(in_order([BegunEpoch("T1", NOW, LEFT)]))

    assert claims == 0
    assert sum(difference for _, difference in found) == 0


def test_without_its_place_it_would_be_claimed_for_ever() -> None:
    found, claims = settled((("T1", NOW),))

    assert (found[-1], claims) == (("cash_up", 500), 1)
