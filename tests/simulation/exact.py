"""What the ledger must say to the unit of terminals to whose journals nothing ever happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from simulation.memory_terminal import MemoryTerminal
from simulation.schedule import Run
from simulation.tables import Tables
from till_service.domain.sessions import NoClose, TillSession, close_of, evidence_of
from tillday_contracts.arithmetic import (
    TenderTotals,
    fold_movement,
    fold_products,
    fold_tenders,
    moved_to_safe,
)
from tillday_contracts.entries import (
    EntryBody,
    FloatMoved,
    InitialCountConfirmed,
    Movement,
    Sale,
    TillClosed,
)

Folded = dict[str, TenderTotals]


def exactly(run: Run) -> list[str]:
    """Say what the ledger holds that whole journals do not say, or the other way round."""
    if run.restored:
        return []  # people's words of the lost hour are gone with it: the checker judges what is left
    wrong = [] if run.parted else [f"a task where nothing is wrong: {t}" for t in run.database.tables.tasks]
    for terminal in run.terminals:
        if terminal.identity.terminal not in run.parted:
            wrong += _terminal(run.database.tables, terminal)
    if not run.parted:
        wrong += _conserved(run)
    return wrong


def _terminal(tables: Tables, terminal: MemoryTerminal) -> Iterator[str]:
    bodies = [terminal.around.bodies[entry.hash] for entry in terminal.disk.entries]
    for told in bodies:
        if isinstance(told, TillClosed):
            yield from _session(tables, terminal, told)


def _session(tables: Tables, terminal: MemoryTerminal, told: TillClosed) -> Iterator[str]:
    session = tables.sessions.get(told.session_id)
    if session is None or close_of(session) is None:
        yield f"session {told.session_id[:8]} is not closed but {session}"
        return
    if _decided_by_a_person(session):
        return
    for count in told.tenders:
        own = tables.tenders.get((told.session_id, count.tender), TenderTotals())
        if own.expected != count.expected:
            yield f"the close expected {count.tender} {count.expected}, the ledger {own.expected}"
    yield from _places(tables, terminal, told.session_id)
    yield from _totals(tables, terminal, told.session_id)


def _decided_by_a_person(session: TillSession) -> bool:
    return isinstance(getattr(session, "no_close", None), NoClose)


def decided_by_people(run: Run) -> bool:
    """Say whether somebody's word, which stands in no journal, decided what a session holds."""
    return any(_decided_by_a_person(session) for session in run.database.tables.sessions.values())


def _places(tables: Tables, terminal: MemoryTerminal, session_id: str) -> Iterator[str]:
    for entry in terminal.disk.entries:
        body = terminal.around.bodies[entry.hash]
        if not isinstance(body, Sale | Movement) or body.session_id != session_id:
            continue
        placed = tables.placed.get(entry.hash)
        if placed is None:
            yield f"{entry.type} {entry.seq} is nowhere"
        elif (placed.placement, placed.session_id) != ("session", session_id):
            yield f"{entry.type} {entry.seq} went {placed.placement}: {placed.reason}"


def _totals(tables: Tables, terminal: MemoryTerminal, session_id: str) -> Iterator[str]:
    own: Folded = {}
    products: Counter[str] = Counter()
    for entry in terminal.disk.entries:
        body = terminal.around.bodies[entry.hash]
        if getattr(body, "session_id", None) == session_id:
            for tender, delta in folded(body).items():
                own[tender] = own.get(tender, TenderTotals()).plus(delta)
            if isinstance(body, Sale):
                products.update({sku: delta.quantity for sku, delta in fold_products(body).items()})
    held = {tender: totals for (owner, tender), totals in tables.tenders.items() if owner == session_id}
    for tender in sorted({*own, *held}):
        if held.get(tender, TenderTotals()) != own.get(tender, TenderTotals()):
            yield f"{tender} is {held.get(tender)} in the ledger and {own.get(tender)} in the journal"
    sold = {sku: kept.quantity for (owner, sku), kept in tables.products.items() if owner == session_id}
    if sold != dict(products):
        yield f"products differ: {sold} instead of {dict(products)}"


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


def _conserved(run: Run) -> Iterator[str]:
    """Compare the safe with the journals, and all money with what customers and people brought."""
    tables, safe = run.database.tables, Counter[str]()
    hashes = [entry.hash for terminal in run.terminals for entry in terminal.disk.entries]
    bodies = [run.around.bodies[hash_] for hash_ in hashes]
    for hash_, body in zip(hashes, bodies, strict=True):
        if not _waits_for_a_person(tables, hash_, body):
            safe.update(into_the_safe(body))
    held = Counter[str]()
    for row in tables.safe:
        held[row.tender] += row.amount
    if any(evidence_of(s) is not None and close_of(s) is None for s in tables.sessions.values()):
        return
    for tender in sorted({*safe, *held}):
        if safe[tender] != held[tender]:
            yield f"the safe holds {tender} {held[tender]} instead of {safe[tender]}"
    if not decided_by_people(run):
        yield from _balanced(tables, bodies, held)


def _waits_for_a_person(tables: Tables, hash_: str, body: EntryBody) -> bool:
    """Say whether a movement came after somebody's word had ended its session: it waits in the rescue."""
    if not isinstance(body, Movement) or not _decided_by_a_person(tables.sessions[body.session_id]):
        return False
    return tables.placed[hash_].placement == "rescue"


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


def _balanced(tables: Tables, bodies: list[EntryBody], safe: Counter[str]) -> Iterator[str]:
    """Tills and safe together change only by customers, paid in and out, and recorded differences."""
    there, came = Counter(safe), Counter[str]()
    left: dict[str, TillClosed | None] = {}
    for body in bodies:
        if isinstance(body, TillClosed | InitialCountConfirmed):
            came.update({count.tender: count.difference for count in body.tenders})
        if isinstance(body, TillClosed):
            left[body.till] = body
        elif isinstance(body, InitialCountConfirmed | FloatMoved):
            left[tables.sessions[body.session_id].facts.till] = None
    if any(close is None for close in left.values()):
        return  # a till that nobody cashed up: its money is in no count yet
    for close in left.values():
        if close is not None:
            there.update({count.tender: count.kept for count in close.tenders})
    for (_, tender), totals in tables.tenders.items():
        came[tender] += totals.sales - totals.refunds + totals.paid_in - totals.paid_out
    for tender in sorted({*there, *came}):
        if there[tender] != came[tender]:
            yield f"{tender} in tills and safe is {there[tender]}, what came in {came[tender]}"
