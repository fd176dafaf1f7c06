"""Everything that must hold at the end of a simulated day, worked out from the terminals' own journals."""

from __future__ import annotations

from collections import Counter

from simulation.memory_ledger import Tables
from simulation.memory_terminal import MemoryTerminal
from simulation.schedule import Day
from till_service.domain.sessions import ClosedInFront, close_of
from tillday_contracts.arithmetic import (
    TenderTotals,
    fold_movement,
    fold_products,
    fold_tenders,
    moved_to_safe,
)
from tillday_contracts.entries import (
    Adjustment,
    EntryBody,
    FloatMoved,
    InitialCountConfirmed,
    Movement,
    Sale,
    TillClosed,
)

Folded = dict[str, TenderTotals]


def violations(day: Day) -> list[str]:
    """Say everything that is wrong at the end of a day; empty when nothing is."""
    tables, wrong = day.ledger.tables, list[str]()
    if day.pending:
        wrong.append(f"{day.pending} entries never got acknowledged")
    twice = [hash_ for hash_, times in Counter(tables.effects).items() if times > 1]
    wrong += [f"entry {hash_[:8]} had its effect twice" for hash_ in twice]
    if tables.letters:
        wrong.append(f"{len(tables.letters)} good entries lie on the desk")
    wrong += [f"a task where nothing is wrong: {text}" for text in tables.tasks]
    for terminal in day.terminals.values():
        wrong += _terminal(tables, terminal)
    bodies = [body for each in day.terminals.values() for body in each.bodies]
    return wrong + _store(tables, bodies) + _conserved(tables, bodies)


def _terminal(tables: Tables, terminal: MemoryTerminal) -> list[str]:
    missing = [hash_ for hash_ in terminal.printed if hash_ not in tables.placed]
    wrong = [f"the printed receipt {hash_[:8]} is nowhere" for hash_ in missing]
    closed = [body for body in terminal.bodies if isinstance(body, TillClosed)]
    if not closed:
        wrong.append(f"{terminal.identity.terminal} never cashed up")
    for close in closed:
        wrong += _session(tables, terminal, close)
    return wrong


def _session(tables: Tables, terminal: MemoryTerminal, told: TillClosed) -> list[str]:
    session = tables.sessions.get(told.session_id)
    close = close_of(session) if session is not None else None
    if not isinstance(session, ClosedInFront) or close is None:
        return [f"session {told.session_id[:8]} is not closed but {session}"]
    wrong = [
        f"the close expected {count.tender} {count.expected}, the ledger {own.expected}"
        for count in close.tenders
        if (own := tables.tenders.get((told.session_id, count.tender), TenderTotals())).expected
        != count.expected
    ]
    return wrong + _places(tables, terminal, told.session_id) + _totals(tables, terminal, told.session_id)


def _places(tables: Tables, terminal: MemoryTerminal, session_id: str) -> list[str]:
    wrong: list[str] = []
    for entry, body in zip(terminal.journal, terminal.bodies, strict=True):
        if not isinstance(body, Sale | Movement) or body.session_id != session_id:
            continue
        placed = tables.placed.get(entry.hash)
        if placed is None:
            wrong.append(f"{entry.type} {entry.seq} is nowhere")
        elif (placed.placement, placed.session_id) != ("session", session_id):
            wrong.append(f"{entry.type} {entry.seq} went {placed.placement}: {placed.reason}")
    return wrong


def _totals(tables: Tables, terminal: MemoryTerminal, session_id: str) -> list[str]:
    own: Folded = {}
    products: Counter[str] = Counter()
    for body in terminal.bodies:
        if getattr(body, "session_id", None) == session_id:
            for tender, delta in folded(body).items():
                own[tender] = own.get(tender, TenderTotals()).plus(delta)
            if isinstance(body, Sale):
                products.update({sku: delta.quantity for sku, delta in fold_products(body).items()})
    held = {tender: totals for (owner, tender), totals in tables.tenders.items() if owner == session_id}
    wrong = [
        f"{tender} is {held.get(tender)} in the ledger and {own.get(tender)} in the journal"
        for tender in sorted({*own, *held})
        if held.get(tender, TenderTotals()) != own.get(tender, TenderTotals())
    ]
    sold = {sku: kept.quantity for (owner, sku), kept in tables.products.items() if owner == session_id}
    if sold != dict(products):
        wrong.append(f"products differ: {sold} instead of {dict(products)}")
    return wrong


def folded(body: EntryBody) -> Folded:
    """What an entry adds to the totals of its session."""
    match body:
        case InitialCountConfirmed():
            return {tender.tender: TenderTotals(opening=tender.counted) for tender in body.tenders}
        case Sale():
            return fold_tenders(body)
        case Movement():
            return {body.tender: fold_movement(body)}
    return {}


def _store(tables: Tables, bodies: list[EntryBody]) -> list[str]:
    safe: Counter[str] = Counter()
    for body in bodies:
        safe.update(into_the_safe(body))
    wrong: list[str] = []
    for tender in sorted({*safe, *tables.safe}):
        if safe[tender] != tables.safe[tender]:
            wrong.append(f"the safe holds {tender} {tables.safe[tender]} instead of {safe[tender]}")
    adjusted = Counter(body for body in bodies if isinstance(body, Adjustment))
    if Counter(row.body for row in tables.adjustments) != adjusted:
        wrong.append(f"{len(tables.adjustments)} adjustments instead of {adjusted.total()}")
    return wrong


def into_the_safe(body: EntryBody) -> dict[str, int]:
    """What an entry adds to the safe, by tender."""
    match body:
        case TillClosed():
            return {count.tender: count.moved for count in body.tenders}
        case Movement():
            return {body.tender: moved_to_safe(body)}
        case FloatMoved():
            return {body.tender: -body.amount}
    return {}


def _conserved(tables: Tables, bodies: list[EntryBody]) -> list[str]:
    """Tills and safe together change only by customers, paid in and out, and recorded differences."""
    there, came = Counter(tables.safe), Counter[str]()
    left: dict[str, TillClosed] = {}
    for body in bodies:
        if isinstance(body, TillClosed | InitialCountConfirmed):
            came.update({count.tender: count.difference for count in body.tenders})
        if isinstance(body, TillClosed):
            left[body.till] = body
    for close in left.values():
        there.update({count.tender: count.kept for count in close.tenders})
    for (_, tender), totals in tables.tenders.items():
        came[tender] += totals.sales - totals.refunds + totals.paid_in - totals.paid_out
    return [
        f"{tender} in tills and safe is {there[tender]}, what came in {came[tender]}"
        for tender in sorted({*there, *came})
        if there[tender] != came[tender]
    ]
