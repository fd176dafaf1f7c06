"""What the alarm of a misused credential says."""

from typing import get_args

from store_service.domain.misuse import MOST_WAYS, WAYS, Kind, by_terminal, in_words
from tillday_contracts.identity_messages import Misuse
from tillday_contracts.topics import TerminalAddress

T1, T2 = TerminalAddress("S1", "T1"), TerminalAddress("S1", "T2")


def test_the_most_frequent_way_is_named_first_with_its_address() -> None:
    ways = {Kind(T1, "wrong_door", "192.0.2.7"): 1, Kind(T1, "wrong_secret", "192.0.2.8"): 12}

    assert in_words(ways) == (
        "Turned away at the broker: 12 × with a wrong password from 192.0.2.8, "
        "1 × at the door of the services from 192.0.2.7."
    )


def test_of_many_ways_the_rest_is_counted() -> None:
    ways = {Kind(T1, "wrong_secret", f"192.0.2.{n}"): n for n in range(1, MOST_WAYS + 5)}

    assert in_words(ways).endswith(", and 4 other ways.")


def test_each_terminal_has_an_alarm_of_its_own() -> None:
    counted = {Kind(T2, "wrong_code", "h"): 2, Kind(T1, "wrong_code", "h"): 1, Kind(T2, "used_code", "h"): 3}

    found = by_terminal(counted)

    assert {address: sum(ways.values()) for address, ways in found.items()} == {T1: 1, T2: 5}


def test_every_way_has_its_words() -> None:
    assert set(WAYS) == set(get_args(Misuse))
