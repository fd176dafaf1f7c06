"""Which events are folded, and when the producer must be asked: decided without any server."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from service_kit.feed_plan import Cursor, Doubt, FeedEvent, plan

LIFE, OTHER_LIFE = 7, 8


def event(position: int, *, timeline: int = LIFE, message: int | None = None) -> FeedEvent:
    number = position if message is None else message
    return FeedEvent("till", timeline, position, "tillday.event.till.x.v1", UUID(int=number), b"")


def seen(position: int) -> UUID | None:
    return UUID(int=position)


def test_the_next_events_are_folded_in_order() -> None:
    decided = plan(Cursor(LIFE, 3), [event(5), event(4)], seen)

    assert [each.position for each in decided.fold] == [4, 5]
    assert decided.doubt is Doubt.NONE


def test_a_duplicate_is_ignored() -> None:
    assert plan(Cursor(LIFE, 3), [event(3), event(2)], seen).fold == ()


def test_what_stands_before_a_gap_is_folded_and_the_producer_is_asked() -> None:
    decided = plan(Cursor(LIFE, 3), [event(4), event(6)], seen)

    assert ([each.position for each in decided.fold], decided.doubt) == ([4], Doubt.GAP)


def test_another_life_of_the_producer_is_a_doubt() -> None:
    assert plan(Cursor(LIFE, 3), [event(1, timeline=OTHER_LIFE)], seen).doubt is Doubt.OTHER_LIFE


def test_a_known_position_with_another_message_means_that_the_producer_went_back() -> None:
    decided = plan(Cursor(LIFE, 3), [event(2, message=99), event(4)], seen)

    assert (decided.fold, decided.doubt) == ((), Doubt.WENT_BACK)


def test_a_position_forgotten_long_ago_counts_as_a_duplicate() -> None:
    assert plan(Cursor(LIFE, 3), [event(2, message=99)], lambda _position: None).doubt is Doubt.NONE


@given(st.integers(0, 20), st.lists(st.integers(1, 30), max_size=40))
def test_any_delivery_folds_each_position_at_most_once_and_never_skips_one(
    cursor: int, positions: list[int]
) -> None:
    decided = plan(Cursor(LIFE, cursor), [event(position) for position in positions], seen)

    folded = [each.position for each in decided.fold]
    assert folded == list(range(cursor + 1, cursor + 1 + len(folded)))
    missing = {position for position in positions if position > cursor + len(folded)}
    assert (decided.doubt is Doubt.GAP) == bool(missing)
