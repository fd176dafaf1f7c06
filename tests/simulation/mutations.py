"""The rules of the link broken one by one, each by one function replaced from outside: every one must show.

Nothing of this is known to the product. A mutation that no seed finds means that the judge is blind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from unittest.mock import patch

from simulation import broken_money as money
from simulation import broken_rules as rules

FEW: Final = 300
RARE: Final = 1000


@dataclass(frozen=True, slots=True)
class Mutation:
    """One broken rule: what stands where which function stood, and the seeds among which it must be found.

    `known` is a seed of `profile` that finds it.
    """

    number: int
    name: str
    place: str
    instead: Callable[..., Any]
    known: int
    profile: str = "mixed"
    within: int = FEW


MUTATIONS: Final = (
    Mutation(1, "the outbox is cleared when the broker confirms",
             "simulation.memory_terminal.MemoryTerminal.published", rules.cleared_by_the_broker, 0, "copies"),
    Mutation(2, "an ack is applied by its number, whatever its hash",
             "terminal_agent.core.answers._acked", rules.acked_by_number, 0, "copies"),
    Mutation(3, "epoch and sequence alone make a duplicate",
             "till_service.domain.intake.judge", rules.known_by_its_number, 0, "copies"),
    Mutation(4, "the ack leaves before the commit",
             "simulation.memory_ledger.Writer._commit", rules.answers_anyway, 174, "back-in-time"),
    Mutation(5, "the ack names the highest entry seen, holes or not",
             "till_service.domain.intake._Intake._verdict", rules.highest_seen, 17, "copies"),
    Mutation(6, "an entry that is known by its hash has its effect again",
             "till_service.domain.book.Book.row_stamp", rules.never_seen, 0, "copies"),
    Mutation(7, "entries of an epoch that was left must stand in its order",
             "till_service.domain.intake._Intake.take", rules.no_quarantine, 0, "copies"),
    Mutation(8, "a duplicate is answered with the ledger's head",
             "till_service.domain.intake._Intake._ack", rules.acked_to_the_head, 65, "back-in-time"),
    Mutation(9, "nobody looks at the ledger's timelines",
             "till_service.domain.verdicts._rewind", rules.no_rewind, 0, "back-in-time"),
    Mutation(10, "a writer keeps its timeline when the database went back",
             "simulation.memory_ledger.renewed", rules.same_timeline, 28, "back-in-time"),
    Mutation(11, "a duplicate bears the stamp of the writer that answers",
             "till_service.domain.book.Book.held", rules.own_stamp, 1, "back-in-time", RARE),
    Mutation(12, "a GAP brings only what is not acknowledged",
             "terminal_agent.core.answers._gap", rules.gap_without_acknowledged, 15, "images", RARE),
    Mutation(13, "a fork is seen before the MAC is looked at",
             "till_service.domain.intake.judge", rules.fork_before_mac, 2, "bad-disk"),
    Mutation(14, "a verdict is obeyed without a look into the own journal",
             "simulation.memory_terminal.receive", rules.obeyed, 11, "copies"),
    Mutation(15, "a cumulative ack bears the stamp of the row",
             "simulation.tables.Tables.held", rules.stamp_of_the_row, 1, "row-before-position"),
    Mutation(16, "only the newest timelines are ever reported",
             "terminal_agent.core.drain.reported_stamps", rules.newest_only, 0, "many-lives"),
    Mutation(17, "a timeline is renewed by what was known to be committed",
             "simulation.memory_ledger.Writer._commit", rules.tried_when_known, 103, "unknown-commits", RARE),
    Mutation(18, "a GAP below what is still held is ignored",
             "terminal_agent.core.answers._gap", rules.purged_gap_ignored, 2, "back-in-time"),
    Mutation(19, "a late sale is poured into the session that is open",
             "till_service.domain.effects.routed", money.poured_into_the_open_session, 133, "late-money"),
    Mutation(20, "a rescue session stands in the opening chain",
             "simulation.memory_till.opening_amounts", money.rescue_in_the_chain, 9, "late-money"),
    Mutation(21, "claims and settlements are swapped",
             "till_service.domain.till_history.settle_till", money.claims_and_settlements_swapped, 3,
             "late-money"),
    Mutation(22, "the manifest of a close is ignored",
             "till_service.domain.manifest.Manifest.keeps", money.manifest_ignored, 3, "late-money"),
    Mutation(23, "what arrives after its session was closed is late",
             "till_service.domain.routing._by_manifest", money.by_arrival, 5, "late-money"),
    Mutation(24, "what a key proves that others may know counts",
             "till_service.domain.intake.judge", rules.given_up_counts, 0, "keys"),
    Mutation(25, "a new key is taken before the old epoch is acknowledged",
             "simulation.memory_process.turning", rules.turned_at_once, 7, "keys"),
    Mutation(26, "a terminal forgets its former keys",
             "simulation.locksmith.with_former_keys", rules.former_forgotten, 0, "keys"),
    Mutation(27, "a database that was put back never learns keys again",
             "simulation.locksmith.lost_keys", rules.nothing_learned, 2, "lost-keys"),
)  # fmt: skip
BY_NUMBER: Final = {mutation.number: mutation for mutation in MUTATIONS}


@contextmanager
def broken(number: int | None) -> Iterator[None]:
    """Break a rule for a while; None breaks nothing."""
    if number is None:
        yield
        return
    mutation = BY_NUMBER[number]
    with patch(mutation.place, mutation.instead):
        yield
