"""Invariants 12, 13 and 15: counts are pieces, differences are differences, and large ones were approved."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from tillday_checker.rules import Rules
from tillday_checker.store_rows import Terms
from tillday_checker.story import Told, whole_story
from tillday_checker.sums import counted_total
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import World
from tillday_contracts.denominations import DenominationCount
from tillday_contracts.entries import (
    Approval,
    CountAttempted,
    InitialCountConfirmed,
    OpeningTender,
    TenderConfirmed,
    TenderCount,
    TillClosed,
    approval_subject,
)

Kind = Literal["initial", "cash_up"]


@dataclass(frozen=True, slots=True)
class Count:
    """One tender as a person counted it; `difference` is None for an attempt."""

    entry: Told
    session_id: str
    kind: Kind
    by: str
    tender: str
    expected: int
    counted: int
    difference: int | None
    pieces: tuple[DenominationCount, ...]
    approval: Approval | None


def counts_of(world: World) -> Iterator[Count]:
    """Yield every count and attempt of every journal."""
    for entry in whole_story(world):
        match entry.body:
            case CountAttempted():
                yield _attempt(entry, entry.body)
            case TenderConfirmed():
                yield _confirmed(entry, entry.body)
            case InitialCountConfirmed():
                for opening in entry.body.tenders:
                    yield _within(entry, entry.body, "initial", opening)
            case TillClosed():
                for tender in entry.body.tenders:
                    yield _within(entry, entry.body, "cash_up", tender)
            case _:
                pass


def _attempt(entry: Told, body: CountAttempted) -> Count:
    amounts = (body.tender, body.expected, body.counted, None)
    return Count(entry, body.session_id, body.count, body.by, *amounts, body.denominations, None)


def _confirmed(entry: Told, body: TenderConfirmed) -> Count:
    amounts = (body.tender, body.expected, body.counted, body.difference)
    return Count(entry, body.session_id, "cash_up", body.by, *amounts, body.denominations, body.approval)


def _within(
    entry: Told, body: InitialCountConfirmed | TillClosed, kind: Kind, tender: OpeningTender | TenderCount
) -> Count:
    amounts = (tender.tender, tender.expected, tender.counted, tender.difference)
    return Count(entry, body.session_id, kind, body.by, *amounts, tender.denominations, tender.approval)


def cash_is_counted_in_pieces(world: World) -> Found:
    """12: counted cash is the sum of its pieces, each of a denomination of its currency, named once."""
    rules = Rules(world)
    for count in counts_of(world):
        terms = rules.of(count.entry.store, count.session_id)
        in_pieces = [one.pieces[count.tender] for one in terms if count.tender in one.pieces]
        if not count.pieces and (not in_pieces or _taken_over(count, terms)):
            continue
        where, values = count.entry.where, [piece.value for piece in count.pieces]
        total = counted_total(count.pieces)
        if total != count.counted:
            text = f"{count.tender}: the pieces are worth {total}, {count.counted} was said"
            yield Violation(12, text, where)
        if len(set(values)) != len(values):
            yield Violation(12, f"{count.tender}: a denomination was counted twice", where)
        known = frozenset().union(*in_pieces)
        if strange := sorted(set(values) - known) if terms else []:
            yield Violation(12, f"{count.tender}: the store has no pieces of {strange}", where)


def _taken_over(count: Count, terms: Sequence[Terms]) -> bool:
    """Say whether the store may have let this opening stand uncounted."""
    uncounted = any(one.uncounted_opening for one in terms)
    return count.kind == "initial" and count.difference == 0 and uncounted


def differences_are_differences(world: World) -> Found:
    """13: difference = counted − expected; at a close counted = kept + moved, and cash keeps 0 to counted."""
    for count in counts_of(world):
        if count.difference is not None and count.difference != count.counted - count.expected:
            text = f"{count.tender}: {count.counted} − {count.expected} is not {count.difference}"
            yield Violation(13, text, count.entry.where)
    rules = Rules(world)
    for entry in whole_story(world):
        if isinstance(entry.body, TillClosed):
            terms = rules.of(entry.store, entry.body.session_id)
            cash = {tender for one in terms for tender in one.pieces}
            yield from _kept_and_moved(entry, entry.body, cash)


def _kept_and_moved(entry: Told, closed: TillClosed, cash: Set[str]) -> Found:
    for tender in closed.tenders:
        if tender.counted != tender.kept + tender.moved:
            parts = f"{tender.kept} kept and {tender.moved} moved"
            yield Violation(13, f"{tender.tender}: {parts} are not {tender.counted} counted", entry.where)
        if tender.tender in cash and not 0 <= tender.kept <= tender.counted:
            yield Violation(13, f"{tender.tender}: {tender.kept} kept of {tender.counted}", entry.where)


def differences_were_approved(world: World) -> Found:
    """15: a confirmed difference beyond the tolerance carries an approval bound to exactly it."""
    rules = Rules(world)
    for count in counts_of(world):
        if count.difference is None:
            continue
        terms = rules.of(count.entry.store, count.session_id)
        if count.approval is not None:
            yield from _fitting(count, count.approval, terms)
        elif abs(count.difference) > _widest_tolerance(count, terms):
            yield Violation(15, f"{count.tender}: nobody approved {count.difference}", count.entry.where)


def _fitting(count: Count, approval: Approval, terms: Sequence[Terms]) -> Found:
    subject = approval_subject(
        session_id=count.session_id,
        count=count.kind,
        tender=count.tender,
        expected=count.expected,
        counted=count.counted,
    )
    if approval.difference != count.difference or approval.subject != subject:
        text = (
            f"{count.tender}: the approval is for {approval.difference}, the difference is {count.difference}"
        )
        yield Violation(15, text, count.entry.where)
    if approval.by == count.by and terms and all(one.own_count_approval == "never" for one in terms):
        yield Violation(15, f"{count.tender}: {count.by} approved the own count", count.entry.where)


def _widest_tolerance(count: Count, terms: Sequence[Terms]) -> int:
    allowed = (one.initial_tolerance if count.kind == "initial" else one.cash_up_tolerance for one in terms)
    return max((tolerances.get(count.tender, 0) for tolerances in allowed), default=0)
