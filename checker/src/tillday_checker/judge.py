"""Every invariant with the functions that verify it, and the verdict over a world."""

from collections.abc import Callable
from typing import Final

from tillday_checker import (
    audit,
    count,
    day,
    figures,
    identity,
    openings,
    paper,
    posted,
    recorded,
    reported,
    rescue,
    safe,
    settled,
    shown,
    snapshots,
    till,
)
from tillday_checker.verdict import Found, Verdict, verdict_of
from tillday_checker.world import World

Check = Callable[[World], Found]

CHECKS: Final[tuple[tuple[int, Check], ...]] = (
    (1, identity.events_in_one_place),
    (1, rescue.rejections_are_decided),
    (2, identity.positions_without_gaps),
    (3, identity.one_business_date),
    (4, identity.membership_follows_the_manifest),
    (5, day.one_open_day),
    (6, day.closed_days_are_over),
    (7, day.opened_without_running_tills),
    (8, day.sells_only_when_open),
    (9, till.one_running_session),
    (10, till.closed_sessions_stay_closed),
    (10, rescue.closed_rescues_are_decided),
    (11, figures.expected_is_the_formula),
    (11, reported.reports_follow_the_ledger),
    (11, snapshots.snapshots_were_true),
    (12, count.cash_is_counted_in_pieces),
    (13, count.differences_are_differences),
    (14, openings.openings_follow_what_was_kept),
    (14, rescue.rescues_stand_apart),
    (15, count.differences_were_approved),
    (16, recorded.no_floats),
    (17, safe.money_stays_in_the_store),
    (17, rescue.rejected_money_is_unidentified),
    (18, audit.acknowledged_is_kept),
    (18, paper.printed_is_in_the_journal),
    (19, recorded.closes_never_change),
    (19, recorded.adjustments_are_linked),
    (19, paper.reports_show_the_recorded_figures),
    (20, recorded.money_moves_by_events_alone),
    (20, settled.settlements_are_due),
    (21, posted.entries_balance_and_follow),
    (22, posted.stock_moves_once),
    (23, audit.chains_verify),
    (23, paper.prints_are_on_the_tape),
    (23, rescue.decisions_name_who),
    (24, audit.numbers_run_on),
    (24, rescue.back_numbers_run_on),
    (25, paper.reprints_are_marked_and_equal),
    (25, paper.copies_are_counted),
    (26, shown.everybody_sees_the_same),
    (26, snapshots.blind_counts_stay_blind),
)

_ASK_LEDGER: Final = frozenset({1, 4, 10, 17})
_ASK_BOOKS: Final = frozenset({21, 22})
_ASK_STORES: Final = frozenset({5, 6, 7})
_ASK_PAPER: Final = frozenset({25})


def judge(world: World) -> Verdict:
    """Verify every invariant that the world has the rows for."""
    able = [(number, check) for number, check in CHECKS if _can(world, number)]
    found = [violation for _, check in able for violation in check(world)]
    return verdict_of((number for number, _ in able), found)


def _can(world: World, number: int) -> bool:
    if number in _ASK_LEDGER:
        return world.ledger is not None
    if number in _ASK_BOOKS:
        return world.books is not None and world.ledger is not None
    if number in _ASK_STORES:
        return world.stores is not None and world.ledger is not None
    if number in _ASK_PAPER:
        return any(terminal.paper is not None for terminal in world.terminals)
    return True
