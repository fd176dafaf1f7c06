"""An alarm is raised once, when its condition has lasted, and cleared once."""

from datetime import UTC, datetime, timedelta

from service_kit.alarms import Condition, Standing, stand

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
PATIENT = Condition("It waits.", "a", timedelta(minutes=2))


def after(*looks: tuple[int, Condition | None]) -> tuple[Standing | None, list[bool]]:
    """Look at these seconds; return how the alarm stands then, and which looks told of it."""
    standing: Standing | None = None
    told = []
    for second, found in looks:
        standing, tells = stand(standing, found, NOON + timedelta(seconds=second))
        told.append(tells)
    return standing, told


def test_a_condition_is_an_alarm_once_it_has_lasted_and_is_told_of_once() -> None:
    standing, told = after((0, PATIENT), (60, PATIENT), (120, PATIENT), (180, PATIENT))

    assert told == [False, False, True, False]
    assert standing is not None
    assert standing.raised_at == NOON + timedelta(seconds=120)


def test_what_was_over_before_it_was_an_alarm_is_told_to_nobody() -> None:
    assert after((0, PATIENT), (60, None)) == (None, [False, False])


def test_an_alarm_that_is_over_is_cleared_once() -> None:
    assert after((0, PATIENT), (120, PATIENT), (130, None), (140, None)) == (None, [False, True, True, False])


def test_progress_is_another_beginning() -> None:
    moved = Condition("It waits.", "b", timedelta(minutes=2))

    assert after((0, PATIENT), (119, moved), (200, moved))[1] == [False, False, False]
    standing, told = after((0, PATIENT), (120, PATIENT), (130, moved))
    assert told == [False, True, True], "the one that moved on is cleared"
    assert standing is not None
    assert standing.raised_at is None


def test_what_needs_no_patience_is_raised_at_once_and_not_again_when_its_mark_changes() -> None:
    assert after((0, Condition("Skew.")), (60, Condition("Skew.", "other")))[1] == [True, False]
