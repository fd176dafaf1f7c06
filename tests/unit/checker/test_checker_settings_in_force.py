"""A count is judged by the settings that its session began with, whatever the store wants now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from checker_journal import (
    EUR,
    MORNING,
    STORE,
    Journal,
    two_days,
)
from checker_world import (
    with_terms,
    world_of,
)
from tillday_checker.judge import judge
from tillday_checker.store_rows import Terms
from tillday_checker.world import World
from tillday_contracts import entries as e

STARTED = MORNING + timedelta(minutes=3, seconds=1)
"""When the ledger recorded the start of the first session."""


def rewritten(count: Callable[[e.EntryBody], e.EntryBody]) -> Journal:
    """Write the two days with other counts; the chain is whole."""
    journal = Journal()
    for body in two_days().bodies:
        said = count(body)
        if isinstance(said, e.TillClosed):
            member = said.manifest[0].model_copy(update={"to_hash": journal.entries[-1].hash})
            said = said.model_copy(update={"manifest": (member,)})
        if isinstance(said, e.Printed):
            said = said.model_copy(update={"entry": journal.entries[-1].hash})
        journal.write(said)
    return journal


def unapproved(body: e.EntryBody) -> e.EntryBody:
    """Leave the approval of the first day's shortage of 10 away."""
    if isinstance(body, e.TenderConfirmed):
        return body.model_copy(update={"approval": None})
    if isinstance(body, e.TillClosed):
        return body.model_copy(update={"tenders": (body.tenders[0].model_copy(update={"approval": None}),)})
    return body


def uncounted(body: e.EntryBody) -> e.EntryBody:
    """Take the opening over without counting it."""
    if isinstance(body, e.InitialCountConfirmed):
        taken_over = body.tenders[0].model_copy(update={"denominations": ()})
        return body.model_copy(update={"tenders": (taken_over,)})
    return body


def named(revision: int) -> Callable[[e.EntryBody], e.EntryBody]:
    """Leave the approval away in sessions that name the revision which they work by."""

    def changed(body: e.EntryBody) -> e.EntryBody:
        if isinstance(body, e.TillStarted):
            return body.model_copy(update={"settings_rev": revision})
        return unapproved(body)

    return changed


def world_with(*revisions: tuple[datetime | None, int], journal: Journal | None = None) -> World:
    """Return a world whose store allowed these differences at a cash-up, each since an instant."""
    world = world_of(journal or rewritten(unapproved))
    assert world.stores is not None
    terms = tuple(
        Terms(
            rev=rev,
            since=since,
            cash="cash",
            pieces={"cash": frozenset(EUR)},
            cash_up_tolerance={"cash": tolerance},
        )
        for rev, (since, tolerance) in enumerate(revisions, 1)
    )
    return replace(world, stores=replace(world.stores, terms={STORE: terms}))


def test_a_tolerance_from_before_the_session_lets_the_difference_pass() -> None:
    assert judge(world_with((None, 0), (STARTED - timedelta(seconds=1), 10))).holds


def test_a_tolerance_that_came_after_the_session_began_lets_nothing_pass() -> None:
    assert judge(world_with((None, 0), (STARTED + timedelta(seconds=1), 10))).violated == (15,)


def test_a_tolerance_that_was_lowered_later_blames_nobody_afterwards() -> None:
    assert judge(world_with((None, 10), (STARTED + timedelta(seconds=1), 0))).holds


def test_a_terminal_that_was_away_may_work_under_older_settings() -> None:
    assert judge(world_with((None, 10), (STARTED - timedelta(seconds=1), 0))).holds


def test_the_revision_that_the_session_names_is_the_one_that_counts() -> None:
    """A terminal that was away began with the older settings, which allowed no difference."""
    world = world_with((None, 0), (STARTED - timedelta(seconds=1), 10), journal=rewritten(named(1)))

    assert judge(world).violated == (15,)
    assert judge(world_with((None, 0), (STARTED, 10), journal=rewritten(named(2)))).holds


def test_a_float_that_is_taken_over_uncounted_needs_no_pieces() -> None:
    world = world_of(rewritten(uncounted))

    assert judge(world).violated == (12,)
    assert judge(with_terms(world, uncounted_opening=True)).holds
