"""Who is silent: not whoever may have spoken while nobody listened."""

from datetime import UTC, datetime, timedelta

import pytest

from report_service.domain.presence import Listening, presence_of, silent_before, went_on

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOON - timedelta(seconds=seconds)


LONG = Listening(ago(3600), ago(2))


@pytest.mark.parametrize(("heard", "is_there"), [(ago(150), "heard"), (ago(151), "silent"), (None, "silent")])
def test_a_terminal_is_silent_when_it_was_not_heard_for_long(heard: datetime | None, is_there: str) -> None:
    assert presence_of(heard, LONG, NOON) == is_there


@pytest.mark.parametrize(
    "listening",
    [None, Listening(NOON, NOON), Listening(ago(75), ago(1)), Listening(ago(3600), ago(31))],
    ids=["never listened", "just started", "within the first minute", "deaf again"],
)
def test_after_a_start_nobody_is_silent_before_each_had_its_minute_to_speak(
    listening: Listening | None,
) -> None:
    assert presence_of(ago(9000), listening, NOON) == "unknown"
    assert presence_of(ago(5), listening, NOON) == "heard"
    assert silent_before(listening, NOON) is None
    # The control: the same terminal, once somebody has listened for long enough.
    assert presence_of(ago(9000), Listening(ago(76), ago(1)), NOON) == "silent"


def test_listening_goes_on_through_short_pauses_and_begins_anew_after_long_ones() -> None:
    began = went_on(None, ago(100))

    assert began == (ago(100), ago(100))
    assert went_on(began, ago(70)) == (ago(100), ago(70))
    assert went_on(began, ago(69)) == (ago(69), ago(69))
    assert went_on(Listening(ago(100), NOON), ago(5)) == (ago(100), NOON), "another replica was later"
