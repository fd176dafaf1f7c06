"""What wrong PINs cost."""

from datetime import timedelta

from agent_shop import NOON
from terminal_agent.core.pins import (
    FREE_TRIES,
    LAST_DELAY_SECONDS,
    Tries,
    after_restart,
    delay_after,
    list_is_fresh,
    seconds_left,
    wrong_again,
)


def test_the_first_wrong_pins_cost_nothing_then_the_delay_doubles_to_five_minutes() -> None:
    delays = [delay_after(count, free=FREE_TRIES) for count in range(9)]

    assert delays == [0, 0, 0, 30, 60, 120, 240, 300, 300]


def test_a_delay_is_never_a_lock() -> None:
    tries = Tries()
    for _ in range(1000):
        tries = wrong_again(tries, at=50.0)

    assert seconds_left(tries, at=50.0) == LAST_DELAY_SECONDS
    assert seconds_left(tries, at=50.0 + LAST_DELAY_SECONDS) == 0


def test_a_restart_frees_nobody() -> None:
    assert seconds_left(after_restart(5, at=0.0), at=0.0) == delay_after(5, free=FREE_TRIES) > 0


def test_a_list_of_people_that_is_too_old_approves_nothing() -> None:
    assert list_is_fresh(NOON, now=NOON + timedelta(days=7), max_age_days=7)
    assert not list_is_fresh(NOON, now=NOON + timedelta(days=7, seconds=1), max_age_days=7)
    assert not list_is_fresh(None, now=NOON, max_age_days=7)
