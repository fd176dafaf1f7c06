"""What was altered in stock and accounts: the checker names the invariant that each one breaks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from checker_journal import two_days
from checker_world import world_of
from tillday_checker.judge import judge
from tillday_checker.posted_rows import Books
from tillday_checker.world import World

Plant = Callable[[Books], Books]


def books(**parts: Callable[[Any], Any]) -> Plant:
    return lambda found: replace(found, **{n: change(getattr(found, n)) for n, change in parts.items()})


def first(rows: tuple[Any, ...], **changes: object) -> tuple[Any, ...]:
    return (replace(rows[0], **changes), *rows[1:])


def more(rows: tuple[Any, ...], name: str) -> tuple[Any, ...]:
    return first(rows, **{name: getattr(rows[0], name) + 1})


def moved_to(rows: tuple[Any, ...], role: str) -> tuple[Any, ...]:
    """One unit less in a line of the role, one more in the first line: the entry still balances."""
    place = next(n for n, row in enumerate(rows) if row.role == role)
    changed = list(rows)
    changed[place] = replace(rows[place], amount=rows[place].amount - 1)
    return more(tuple(changed), "amount")


PLANTED: list[tuple[str, Plant, set[int]]] = [
    ("a session is posted twice", books(entries=lambda r: (*r, replace(r[0], entry=99))), {21}),
    ("a line is a unit too high", books(lines=lambda r: more(r, "amount")), {21}),
    ("a line is lost", books(lines=lambda r: r[1:]), {21}),
    (
        "a tender's line is another amount, and it balances",
        books(lines=lambda r: moved_to(r, "tender")),
        {21},
    ),
    ("an entry is moved without a reason", books(entries=lambda r: first(r, date_reason="locked")), {21}),
    (
        "an entry bears another date and nobody says why",
        books(entries=lambda r: first(r, entry_date=r[0].business_date + timedelta(days=1))),
        {21},
    ),
    ("the trial balance is not the entries", books(balances=lambda r: more(r, "debit")), {21}),
    ("a picking moved twice", books(moves=lambda r: (*r, r[0])), {22}),
    ("a product never left the stock", books(moves=lambda r: r[1:]), {22}),
    ("on hand is not what the moves leave", books(on_hand=lambda r: more(r, "quantity")), {22}),
]


def planted(plant: Plant) -> World:
    world = world_of(two_days())
    assert world.books is not None
    return replace(world, books=plant(replace(world.books, unfinished=frozenset())))


@pytest.mark.parametrize(
    ("plant", "numbers"), [(p, n) for _, p, n in PLANTED], ids=[name for name, _, _ in PLANTED]
)
def test_what_was_altered_in_the_books_is_named(plant: Plant, numbers: set[int]) -> None:
    verdict = judge(planted(plant))

    assert set(verdict.violated) == numbers
    assert all(found.text and found.where for found in verdict.violations)


def test_a_world_whose_sessions_are_all_posted_passes() -> None:
    assert judge(planted(books())).violations == ()


def test_a_session_that_is_still_to_be_posted_anew_is_not_judged_yet() -> None:
    known = world_of(two_days()).books
    assert known is not None
    world = planted(books(moves=lambda r: (*r, r[0]), on_hand=more_of_first))
    assert world.books is not None

    assert set(judge(world).violated) == {22}
    assert judge(replace(world, books=replace(world.books, unfinished=known.unfinished))).holds


def more_of_first(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    return first(rows, quantity=2 * rows[0].quantity)
