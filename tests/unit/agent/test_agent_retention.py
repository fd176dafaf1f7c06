"""What a terminal may forget: a beginning of an epoch, acknowledged long ago, of archived dates alone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from terminal_agent.core.retention import Aged, Limit, removable

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OLD, YOUNG = NOW - timedelta(days=91), NOW - timedelta(days=89)
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
LIMIT = Limit(NOW - timedelta(days=90), MONDAY)


def aged(*told: tuple[datetime | None, date | None], first: int = 1) -> list[Aged]:
    return [Aged(first + n, acked_at, named) for n, (acked_at, named) in enumerate(told)]


def test_what_is_old_and_archived_may_go_but_the_last_entry_stays() -> None:
    assert removable(aged((OLD, None), (OLD, MONDAY), (OLD, None)), LIMIT) == 2
    assert removable(aged((OLD, MONDAY)), LIMIT) == 0
    assert removable([], LIMIT) == 0


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ((None, MONDAY), "nobody acknowledged it"),
        ((YOUNG, MONDAY), "the ledger may still be put back by so much"),
        ((NOW - timedelta(days=90), MONDAY), "not before the limit"),
        ((OLD, TUESDAY), "its date is not archived"),
    ],
)
def test_nothing_behind_an_entry_that_stays_may_go(
    second: tuple[datetime | None, date | None], why: str
) -> None:
    entries = aged((OLD, MONDAY), second, (OLD, MONDAY), (OLD, MONDAY))

    assert removable(entries, LIMIT) == 1, why


def test_an_entry_without_a_date_belongs_to_the_date_named_before_it() -> None:
    entries = aged((OLD, MONDAY), (OLD, None), (OLD, TUESDAY), (OLD, None), (OLD, None))

    assert removable(entries, LIMIT) == 2
    assert removable(entries, Limit(LIMIT.before, TUESDAY)) == 4


def test_where_nothing_is_archived_everything_stays() -> None:
    assert removable(aged((OLD, None), (OLD, MONDAY), (OLD, None)), Limit(LIMIT.before, None)) == 0


def test_a_beginning_that_is_gone_already_changes_nothing() -> None:
    assert removable(aged((OLD, MONDAY), (OLD, MONDAY), (YOUNG, MONDAY), first=501), LIMIT) == 502
