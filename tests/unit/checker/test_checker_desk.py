"""Entries of the dead-letter desk that had their effect after all: the checker reads the repair."""

import json
from dataclasses import replace

from checker_journal import two_days
from checker_world import world_of
from tillday_checker.judge import judge
from tillday_checker.world import World
from tillday_contracts.journal import canonical


def repaired(world: World, *, total: int | None) -> World:
    """The world in which the first sale of the ledger was repaired, to another total or to its own."""
    assert world.ledger is not None
    rows = list(world.ledger.journal)
    at = next(n for n, row in enumerate(rows) if json.loads(row.data)["type"] == "SALE")
    envelope = json.loads(rows[at].data)
    if total is not None:
        envelope["body"]["total"] = total
    rows[at] = replace(rows[at], repaired=canonical(envelope))
    return replace(world, ledger=replace(world.ledger, journal=tuple(rows)))


def test_a_repaired_entry_is_judged_by_its_repair_and_its_chain_by_the_bytes_that_came() -> None:
    world = world_of(two_days())

    assert judge(repaired(world, total=None)).violations == ()


def test_a_ledger_that_lists_something_else_than_the_repair_is_found() -> None:
    found = judge(repaired(world_of(two_days()), total=123_456)).violations

    assert 1 in {violation.invariant for violation in found}
