"""Money beside the totals of sessions: the safe, adjustments, and what a close and the ledger disagree on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, assert_never

from till_service.domain.closes import Close, Evidence
from till_service.domain.routing import Origin, Placed
from till_service.domain.sessions import SessionFacts
from tillday_contracts.arithmetic import TenderTotals, moved_to_safe
from tillday_contracts.entries import Adjustment, EntryBody, FloatMoved, Movement, TillClosed
from tillday_contracts.till_messages import TaskKind

SafeKind = Literal["cash_up", "loan", "pickup", "float"]


@dataclass(frozen=True, slots=True)
class SafeRow:
    """Money into the safe (> 0) or out of it, minor units of the tender's currency."""

    store: str
    terminal: str
    kind: SafeKind
    tender: str
    amount: int
    session_id: str
    entry: str


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """A word on the difference of a closed session; no expected amount changes by it."""

    origin: Origin
    body: Adjustment


@dataclass(frozen=True, slots=True)
class CountRow:
    """A count of one tender as it was confirmed, and where it stands in its journal."""

    session_id: str
    kind: Literal["opening", "cash_up"]
    tender: str
    epoch: str
    seq: int
    expected: int
    counted: int
    moved: int = 0


@dataclass(frozen=True, slots=True)
class LeftMoney:
    """What a journal that was left moved at its counts: it really moved, so a later count belongs to it."""

    origin: Origin
    session_id: str
    tender: str
    amount: int


@dataclass(frozen=True, slots=True)
class Unidentified:
    """What was paid for an entry that a person rejected (> 0 came in), or that word taken back."""

    store: str
    session_id: str
    event: str
    tender: str
    amount: int


@dataclass(frozen=True, slots=True)
class Task:
    """Something about a session that a person has to look at; `entry` is the hash that brought it up."""

    facts: SessionFacts
    kind: TaskKind
    text: str
    entry: str


def left_money(origin: Origin, body: EntryBody) -> Iterator[LeftMoney]:
    """Yield what an entry of a journal that was left moved at a count, seen from the drawer."""
    match body:
        case TillClosed():
            for count in body.tenders:
                if count.moved:
                    yield LeftMoney(origin, body.session_id, count.tender, -count.moved)
        case FloatMoved() if body.amount:
            yield LeftMoney(origin, body.session_id, body.tender, body.amount)


def loan_or_pickup(placed: Placed, body: Movement, *, sign: int) -> Iterator[SafeRow]:
    """Yield what a movement does to the safe: nothing unless it concerns it and a session holds it.

    A late one waits for a person's accept.
    """
    origin = placed.origin
    if placed.placement != "session" and not placed.accepted:
        return
    match body.kind:
        case "loan" | "pickup" as kind:
            amount = sign * moved_to_safe(body)
            yield SafeRow(
                origin.store, origin.terminal, kind, body.tender, amount, placed.session_id, origin.hash
            )
        case "paid_in" | "paid_out":
            return
        case _:
            assert_never(body.kind)


def moved_at_close(facts: SessionFacts, close: Close) -> Iterator[SafeRow]:
    """Yield what a cash-up put into the safe, tender by tender."""
    for count in close.tenders:
        if count.moved:
            yield SafeRow(
                facts.store,
                facts.terminal,
                "cash_up",
                count.tender,
                count.moved,
                facts.session_id,
                close.hash,
            )


def moved_by_report(facts: SessionFacts, evidence: Evidence, *, sign: int) -> Iterator[SafeRow]:
    """Yield what a printed report says went into the safe, or take it back."""
    for told in evidence.tenders:
        if told.moved:
            yield SafeRow(
                facts.store,
                facts.terminal,
                "cash_up",
                told.tender,
                sign * told.moved,
                facts.session_id,
                evidence.hash,
            )


def float_row(facts: SessionFacts, body: FloatMoved, entry: str) -> SafeRow:
    """Return what reaching a forced float takes out of the safe, or puts into it."""
    return SafeRow(facts.store, facts.terminal, "float", body.tender, -body.amount, facts.session_id, entry)


def disagreement(close: Close, ledger: Mapping[str, TenderTotals]) -> dict[str, tuple[int, int]]:
    """Return per tender what a close expected and what the ledger does, where they differ."""
    recorded = {count.tender: count.expected for count in close.tenders}
    folded = {tender: totals.expected for tender, totals in ledger.items()}
    both = {
        tender: (recorded.get(tender, 0), folded.get(tender, 0)) for tender in sorted({*recorded, *folded})
    }
    return {tender: pair for tender, pair in both.items() if pair[0] != pair[1]}


def expected_differs(facts: SessionFacts, close: Close, found: Mapping[str, tuple[int, int]]) -> Task:
    """Return the task for a close whose expected amounts are not the ledger's."""
    figures = ", ".join(f"{tender} {told} and the ledger {own}" for tender, (told, own) in found.items())
    text = (
        f"Cash-up {close.number} of terminal {facts.terminal} expected {figures} (minor units). "
        "Look for receipts of this session on the dead-letter desk, then settle it by an adjustment."
    )
    return Task(facts, "expected_differs", text, close.hash)


def evidence_differs(facts: SessionFacts, close: Close) -> Task:
    """Return the task for a printed report that says something else than the close it was printed for."""
    text = (
        f"Cash-up {close.number} of terminal {facts.terminal} counted or kept other amounts than the report "
        "that was typed or scanned for it. The cash-up counts. Compare it with the paper, and find out why."
    )
    return Task(facts, "evidence_differs", text, close.hash)


def short_form_differs(facts: SessionFacts, entry: str) -> Task:
    """Return the task for a printed report that names another receipt than the journal holds there."""
    text = (
        f"The report typed or scanned for till {facts.till} of {facts.business_date} does not belong "
        f"to the journal of terminal {facts.terminal}. Look at the paper again: it may be another till's."
    )
    return Task(facts, "short_form_differs", text, entry)


def posted_before_close(facts: SessionFacts, close: Close) -> Task:
    """Return the task for a close that arrives when its session is posted."""
    text = (
        f"Cash-up {close.number} of terminal {facts.terminal} arrived after its session was posted. "
        "Compare the figures and book the difference by an adjusting posting."
    )
    return Task(facts, "posted_before_close", text, close.hash)
