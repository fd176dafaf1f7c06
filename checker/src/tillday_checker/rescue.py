"""Rescue sessions: decided by people, closed for good, outside the opening chain; where their money is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from tillday_checker.story import Told, ledger_story
from tillday_checker.sums import net_by_tender
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import DecisionRow, Ledger, LedgerSession, World
from tillday_contracts.entries import FloatMoved, Movement, Sale, TillClosed

OUTSTANDING: Final = "outstanding"
Amounts = Counter[tuple[str, str]]
"""Amounts by entry and tender."""


@lru_cache(maxsize=2)
def last_decisions(world: World) -> Mapping[str, DecisionRow]:
    """Return the decision that holds of each late entry."""
    decisions = world.ledger.decisions if world.ledger else ()
    return {decision.hash: decision for decision in sorted(decisions, key=lambda one: one.number)}


def rejections_are_decided(world: World) -> Found:
    """1: what is in no session because it was rejected was rejected by a person, and nothing else is out."""
    if world.ledger is None:
        return
    last = last_decisions(world)
    for row in world.ledger.placed:
        decision = last.get(row.hash)
        rejected = decision is not None and decision.verdict == "rejected"
        if row.placement == "rejected" and not rejected:
            yield Violation(1, "it is out of its rescue session and nobody rejected it", f"entry {row.hash}")
        if row.placement == "rescue" and rejected:
            yield Violation(
                1, "it counts in its rescue session although it was rejected", f"entry {row.hash}"
            )


def closed_rescues_are_decided(world: World) -> Found:
    """10: everything in a closed rescue session was decided; one is open per session, the last by number."""
    if world.ledger is None:
        return
    closed = {one.session_id for one in _rescues(world.ledger) if one.status in ("closed", "posted")}
    last = last_decisions(world)
    for row in world.ledger.placed:
        if row.session_id in closed and row.hash not in last:
            text = "it is in a closed rescue session and nobody decided about it"
            yield Violation(10, text, f"entry {row.hash}")
    by_original: dict[str, list[LedgerSession]] = defaultdict(list)
    for rescue in _rescues(world.ledger):
        by_original[rescue.rescue_of or ""].append(rescue)
    for original, rescues in by_original.items():
        yield from _one_after_the_other(original, rescues)


def _one_after_the_other(original: str, rescues: Iterable[LedgerSession]) -> Found:
    ordered = sorted(rescues, key=lambda one: one.rescue_number or 0)
    where = f"session {original}"
    if [one.rescue_number for one in ordered] != [*range(1, len(ordered) + 1)]:
        yield Violation(10, "its rescue sessions are not numbered one after the other", where)
    if any(one.status == OUTSTANDING for one in ordered[:-1]):
        yield Violation(10, "a rescue session is outstanding beside a later one", where)


def rescues_stand_apart(world: World) -> Found:
    """14: nobody opens, counts or closes a till in a rescue session; nothing is kept in it."""
    if world.ledger is None:
        return
    rescues = {one.session_id for one in _rescues(world.ledger)}
    for tender in world.ledger.tenders:
        if tender.session_id in rescues and tender.opening:
            text = f"{tender.tender}: a rescue session begins with {tender.opening}"
            yield Violation(14, text, f"session {tender.session_id}")
    for close in world.ledger.closes:
        if close.session_id in rescues:
            yield Violation(14, "a rescue session was cashed up", f"session {close.session_id}")


def decisions_name_who(world: World) -> Found:
    """23: decisions on an entry are numbered; a repair has an approver of its own, a rejection a reason."""
    if world.ledger is None:
        return
    numbers: dict[str, list[int]] = defaultdict(list)
    for one in world.ledger.decisions:
        numbers[one.hash].append(one.number)
        where = f"decision {one.number} on entry {one.hash}"
        if not one.by:
            yield Violation(23, "nobody is named who decided", where)
        if one.verdict == "repaired" and one.approved_by in (None, one.by):
            yield Violation(23, "a repair was approved by nobody else", where)
        if one.verdict == "rejected" and not one.reason:
            yield Violation(23, "a rejection has no reason", where)
    for entry, found in numbers.items():
        if sorted(found) != [*range(1, len(found) + 1)]:
            yield Violation(23, "its decisions are not numbered one after the other", f"entry {entry}")


def back_numbers_run_on(world: World) -> Found:
    """24: the back office's closes of a store are B-1, B-2 … without gaps, of tills and rescue sessions."""
    by_store: dict[str, list[int]] = defaultdict(list)
    for store, number in world.ledger.back_numbers if world.ledger else ():
        by_store[store].append(int(number.removeprefix("B-")))
    for store, numbers in by_store.items():
        if sorted(numbers) != [*range(1, len(numbers) + 1)]:
            yield Violation(24, f"the closes B-… are {sorted(numbers)}", f"store {store}")


def rejected_money_is_unidentified(world: World) -> Found:
    """17: what was paid for rejected entries is kept as unidentified, and asked for unless nobody paid."""
    if world.ledger is None:
        return
    due: Amounts = Counter()
    last = last_decisions(world)
    for entry in ledger_story(world):
        decision = last.get(entry.hash)
        if decision is not None and decision.verdict == "rejected" and not decision.no_cash:
            due.update({(entry.hash, name): amount for name, amount in _paid(entry).items()})
    found: Amounts = Counter()
    for row in world.ledger.unidentified:
        found[(row.event, row.tender)] += row.amount
    for key in sorted(due.keys() | found.keys()):
        if due[key] != found[key]:
            text = (
                f"{key[1]}: {found[key]} is kept as unidentified, {due[key]} was paid for what was rejected"
            )
            yield Violation(17, text, f"entry {key[0]}")
    for claim in world.ledger.claims:
        if claim.event in last and last[claim.event].no_cash:
            text = f"{claim.tender}: {claim.amount} is asked for although nobody paid"
            yield Violation(17, text, f"entry {claim.event}")


def _paid(entry: Told) -> Mapping[str, int]:
    return net_by_tender([entry.body]) if isinstance(entry.body, Sale | Movement) else {}


def accepted_into_safe(world: World) -> Amounts:
    """Return what accepted late entries put into the safe: movements, and counts of lost journals."""
    ledger = world.ledger
    moved: Amounts = Counter()
    if ledger is None:
        return moved
    last = last_decisions(world)
    late = {row.hash for row in ledger.placed if row.placement == "rescue"}
    for entry in ledger_story(world):
        decision = last.get(entry.hash)
        if decision is None or decision.verdict == "rejected":
            continue
        match entry.body:
            case Movement(kind="loan") if entry.hash in late:
                moved[(entry.hash, entry.body.tender)] -= entry.body.amount
            case Movement(kind="pickup") if entry.hash in late:
                moved[(entry.hash, entry.body.tender)] += entry.body.amount
            case TillClosed() if entry.quarantine:
                moved.update({(entry.hash, count.tender): count.moved for count in entry.body.tenders})
            case FloatMoved() if entry.quarantine:
                moved[(entry.hash, entry.body.tender)] -= entry.body.amount
    return moved


def _rescues(ledger: Ledger) -> list[LedgerSession]:
    return [session for session in ledger.sessions if session.rescue_number is not None]
