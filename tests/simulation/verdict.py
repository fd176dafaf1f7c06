"""Everything that must hold at the end of a run; what is wrong is said in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.exact import exactly
from simulation.kept_books import badly_kept
from simulation.schedule import Run
from simulation.witness import world_of
from tillday_checker.judge import CHECKS, judge
from tillday_checker.posted import stock_moves_once
from tillday_checker.rescue import (
    back_numbers_run_on,
    closed_rescues_are_decided,
    decisions_name_who,
    rejected_money_is_unidentified,
    rescues_stand_apart,
)
from tillday_checker.verdict import Violation

PARTED_TOO = frozenset({1, 2, 16, 18})
"""Invariants of the checker that also hold where a terminal's journal exists twice or lost its end."""
PEOPLE_TOO = frozenset(
    {
        back_numbers_run_on,
        closed_rescues_are_decided,
        decisions_name_who,
        rejected_money_is_unidentified,
        rescues_stand_apart,
        stock_moves_once,
    }
)
"""Those of its checks that ask what people decided and what was posted, wherever the entries came from."""


def violations(run: Run, *, costly: bool = True) -> list[str]:
    """Say everything that is wrong at the end of a run. `costly`: the checker reads all journals again."""
    wrong = [*_stranded(run), *_lost(run), *_doubled(run), *_on_the_desk(run), *_left_for_nothing(run)]
    wrong += _taken_after_the_cut(run)
    if not wrong:
        wrong += [*exactly(run), *badly_kept(run.database.tables)]
    if not wrong and costly:
        wrong += [f"invariant {v.invariant}: {v.text} ({v.where})" for v in _judged(run)]
    return wrong


def _stranded(run: Run) -> Iterator[str]:
    for terminal in run.terminals:
        if terminal.pending:
            yield f"{terminal.name} was never told that {terminal.pending} of its entries arrived"
        elif not terminal.is_settled:
            yield f"{terminal.name} and the ledger never agree"


def _lost(run: Run) -> Iterator[str]:
    tables = run.database.tables
    kept = tables.rows.keys() | tables.letters.keys() | run.excused
    for hash_, who in run.around.printed.items():
        if hash_ not in kept:
            yield f"a receipt that {who} printed is nowhere: entry {hash_[:8]}"


def _doubled(run: Run) -> Iterator[str]:
    for hash_, times in run.database.tables.effects.items():
        if times > 1:
            yield f"entry {hash_[:8]} had its effect {times} times"


def _on_the_desk(run: Run) -> Iterator[str]:
    tables = run.database.tables
    for hash_, reason in tables.letters.items():
        row = tables.journal.get(hash_)
        closes_itself = row is not None and row[0].placement != "desk"
        if not closes_itself and hash_ not in run.rotten and not run.parted and not run.restored:
            yield f"a good entry lies on the desk: {hash_[:8]}, {reason}"


def _left_for_nothing(run: Run) -> Iterator[str]:
    for terminal in run.terminals:
        reasons = {journal.reason for journal in terminal.disk.journals.values()}
        if terminal.identity.terminal not in run.parted and reasons - {"enrolled", "key_rotated"}:
            yield f"{terminal.name} left its epoch though nothing ever happened to its journal"


def _taken_after_the_cut(run: Run) -> Iterator[str]:
    """What a key proves that others may know counts as far as the ledger had it when it heard of that."""
    tables, cut = run.database.tables, run.database.tables.cut
    given_up = {key_id for terminal in tables.terminals.values() for key_id in terminal.compromised}
    for (at, seq), held in tables.positions.items() if given_up else ():
        key_id = tables.streams[at].key_id
        if key_id in given_up and held.hash not in cut[key_id]:
            yield f"{at.address.terminal} {at.epoch[:4]}/{seq} took a position with a key that was given up"
    before = frozenset().union(*(cut[key_id] for key_id in given_up))
    for hash_ in run.forged - before if given_up else ():
        placed = tables.placed.get(hash_)
        if placed is not None and placed.placement == "session":
            yield f"a forged entry counts in session {placed.session_id[:8]}: {hash_[:8]}"


def _judged(run: Run) -> Iterator[Violation]:
    world = world_of(run)
    if not run.parted and not run.restored:
        yield from judge(world).violations
        return
    for number, check in CHECKS:
        if number in PARTED_TOO or check in PEOPLE_TOO:
            yield from check(world)
