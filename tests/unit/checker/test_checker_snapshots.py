"""X and flash reports on paper: what they show was once true, and a blind count shows nothing."""

from dataclasses import replace

import pytest

from checker_journal import (
    SECOND_DAY,
    STORE,
    Journal,
)
from checker_money import money_days, money_world
from checker_world import (
    document,
    money,
)
from tillday_checker.judge import judge
from tillday_checker.world import Paper, World


def with_paper(journal: Journal, *last: Paper, before: int = 0) -> World:
    """Return a world whose tape holds every document once, and these before the last ones."""
    world = money_world(journal)
    papers = [paper for body in journal.bodies if (paper := document(body)) is not None]
    place = len(papers) - before
    tape = (*papers[:place], *last, *papers[place:])
    return replace(world, terminals=(replace(world.terminals[0], paper=tape),))


def x_report(*expected: int) -> Paper:
    rows = (f"  Expected          {money(amount)}" for amount in expected)
    return Paper(("Corner shop", "X REPORT", f"Business date  {SECOND_DAY.isoformat()}", *rows))


def flash(*products: int, total: int, missing: int = 0) -> Paper:
    rows = [f"SKU{place}  A product     {money(amount)}" for place, amount in enumerate(products)]
    without = (f"Without the last {missing} entries of this terminal.",) if missing else ()
    head = ("Corner shop", "FLASH REPORT", f"Business date     {SECOND_DAY.isoformat()}")
    return Paper((*head, *rows, f"TOTAL EUR     {money(total)}", *without))


@pytest.mark.parametrize(
    ("sheet", "before"),
    [
        (x_report(20_500), 0),
        (x_report(20_500, 0, 0), 0),
        (x_report(20_000), 1),
        (x_report(20_500), 1),
        (flash(500, total=500), 0),
        (flash(total=0), 1),
        (flash(500, total=500), 1),
        (flash(total=0, missing=2), 0),
    ],
)
def test_a_snapshot_that_was_true_is_no_violation(sheet: Paper, before: int) -> None:
    assert judge(with_paper(money_days(), sheet, before=before)).violations == ()


@pytest.mark.parametrize(
    "sheet",
    [
        x_report(20_499),
        x_report(20_000),
        x_report(20_500, 1_800),
        flash(499, total=500),
        flash(500, total=499),
        flash(total=0),
    ],
)
def test_a_snapshot_that_was_never_true_is_named(sheet: Paper) -> None:
    assert judge(with_paper(money_days(), sheet)).violated == (11,)


def test_a_torn_snapshot_is_no_violation() -> None:
    torn = replace(x_report(1), complete=False)
    world = with_paper(money_days(), torn)

    assert judge(world).holds


def test_an_x_report_that_shows_what_a_blind_count_hides_is_named() -> None:
    world = with_paper(money_days(), x_report(20_500))
    assert world.stores is not None
    blind = tuple(replace(terms, blind_count=True) for terms in world.stores.terms[STORE])

    assert judge(world).holds
    assert judge(replace(world, stores=replace(world.stores, terms={STORE: blind}))).violated == (26,)
