"""The writer's timeline: a database that lost transactions gets a new one."""

from till_service.domain.streams import Stamp
from till_service.domain.timeline import Timeline, renewed

OLD, FRESH = "a" * 16, "b" * 16


def test_a_new_process_has_a_timeline_of_its_own() -> None:
    assert renewed(None, row=None, fresh=FRESH) == Timeline(FRESH)


def test_a_timeline_goes_on_where_the_database_knows_everything_it_tried() -> None:
    timeline = Timeline(OLD, tried=5)

    assert renewed(timeline, row=5, fresh=FRESH) is timeline
    assert renewed(timeline, row=9, fresh=FRESH) is timeline


def test_a_database_without_the_row_gets_a_new_timeline() -> None:
    assert renewed(Timeline(OLD, tried=1), row=None, fresh=FRESH) == Timeline(FRESH)


def test_a_count_that_was_tried_and_never_acknowledged_counts() -> None:
    timeline = Timeline(OLD, tried=4)
    timeline = timeline.trying(timeline.next())

    assert renewed(timeline, row=4, fresh=FRESH) == Timeline(FRESH)


def test_stamps_count_up_and_an_attempt_of_an_earlier_life_changes_nothing() -> None:
    timeline = Timeline(FRESH)

    assert timeline.next() == Stamp(FRESH, 1)
    assert timeline.trying(Stamp(FRESH, 1)).next() == Stamp(FRESH, 2)
    assert timeline.trying(Stamp(OLD, 9)) == timeline
