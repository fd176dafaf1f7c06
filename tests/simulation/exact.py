"""What the ledger must say to the unit of terminals to whose journals nothing ever happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulation.memory_terminal import MemoryTerminal
from simulation.schedule import Run
from simulation.tables import Tables
from terminal_agent.core.chain import Entry
from till_service.domain.closes import NoClose
from till_service.domain.sessions import TillSession, close_of, evidence_of
from tillday_contracts.arithmetic import (
    NO_TOTALS,
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
    TillStarted,
)

Folded = dict[str, TenderTotals]
POSTED_BEFORE: Final = "arrived after its session was posted"
"""A person's word had it posted without its close: who says so is told when the close comes nevertheless."""


def exactly(run: Run) -> list[str]:
    """Say what the ledger holds that whole journals do not say, or the other way round."""
    if run.restored:
        return []  # people's words of the lost hour are gone with it: the checker judges what is left
    tasks = (text for text in run.database.tables.tasks if POSTED_BEFORE not in text)
    wrong = [] if run.parted else [f"a task where nothing is wrong: {text}" for text in tasks]
    written = _written(run)
    for terminal in run.terminals:
        if terminal.identity.terminal not in run.parted:
            wrong += _terminal(run, terminal, written)
    if not run.parted:
        wrong += _conserved(run)
    return wrong


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as a terminal holds it."""

    terminal: str
    entry: Entry
    body: EntryBody

    def covered_by(self, told: TillClosed) -> bool:
        """Say whether a close counts it: where nobody could ask the guest, a person says so later."""
        own = (m for m in told.manifest if (m.terminal, m.epoch) == (self.terminal, self.entry.epoch))
        return self.terminal in told.not_counted or any(self.entry.seq <= member.to_seq for member in own)


def _written(run: Run) -> dict[str, list[Written]]:
    """Return what names a session, by session, in the order of each journal."""
    found: dict[str, list[Written]] = {}
    for terminal in run.terminals:
        for entry in terminal.disk.entries:
            body = run.around.bodies[entry.hash]
            one = Written(terminal.identity.terminal, entry, body)
            found.setdefault(getattr(body, "session_id", None) or "", []).append(one)
    return found


def _terminal(run: Run, terminal: MemoryTerminal, written: dict[str, list[Written]]) -> Iterator[str]:
    bodies = [terminal.around.bodies[entry.hash] for entry in terminal.disk.entries]
    for told in bodies:
        if isinstance(told, TillClosed):
            of_session = written[told.session_id]
            sold = {one.terminal for one in of_session} | {member.terminal for member in told.manifest}
            if not run.parted & {*sold, *told.not_counted}:
                yield from _session(run.database.tables, of_session, told)


def _session(tables: Tables, written: list[Written], told: TillClosed) -> Iterator[str]:
    session = tables.sessions.get(told.session_id)
    if session is None or close_of(session) is None:
        yield f"session {told.session_id[:8]} is not closed but {session}"
        return
    if _decided_by_a_person(session):
        return
    for count in told.tenders if not told.not_counted else ():
        own = tables.tenders.get((told.session_id, count.tender), NO_TOTALS)
        if own.expected != count.expected:
            yield f"the close expected {count.tender} {count.expected}, the ledger {own.expected}"
    yield from _places(tables, written, told)
    if not told.not_counted:
        yield from _totals(tables, [one for one in written if one.covered_by(told)], told.session_id)


def _decided_by_a_person(session: TillSession) -> bool:
    return isinstance(getattr(session, "no_close", None), NoClose)


def decided_by_people(run: Run) -> bool:
    """Say whether somebody's word, which stands in no journal, decided what a session holds."""
    return any(_decided_by_a_person(session) for session in run.database.tables.sessions.values())


def _places(tables: Tables, written: list[Written], told: TillClosed) -> Iterator[str]:
    for one in written:
        if not isinstance(one.body, Sale | Movement):
            continue
        placed, what = (
            tables.placed.get(one.entry.hash),
            f"{one.entry.type} {one.entry.seq} of {one.terminal}",
        )
        if placed is None:
            yield f"{what} is nowhere"
        elif one.terminal in told.not_counted:
            continue  # somebody may have looked into the drawer
        elif (placed.placement == "session") != one.covered_by(told):
            yield f"{what} went {placed.placement}: {placed.reason}"
        elif placed.placement == "session" and placed.session_id != told.session_id:
            yield f"{what} is in another session"


def _totals(tables: Tables, covered: list[Written], session_id: str) -> Iterator[str]:
    own: Folded = {}
    products: Counter[str] = Counter()
    for one in covered:
        for tender, delta in folded(one.body).items():
            own[tender] = own.get(tender, NO_TOTALS).plus(delta)
        if isinstance(one.body, Sale):
            products.update({sku: delta.quantity for sku, delta in fold_products(one.body).items()})
    held = {tender: totals for (owner, tender), totals in tables.tenders.items() if owner == session_id}
    for tender in sorted({*own, *held}):
        if held.get(tender, NO_TOTALS) != own.get(tender, NO_TOTALS):
            yield f"{tender} is {held.get(tender)} in the ledger and {own.get(tender)} in the journal"
    sold = Counter(
        {sku: kept.quantity for (owner, sku), kept in tables.products.items() if owner == session_id}
    )
    if sold != products:  # counters: what came and went is as good as nothing
        yield f"products differ: {dict(sold)} instead of {dict(products)}"


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
        safe.update(into_the_safe(_as_it_counts(tables, hash_, body)))
    held = Counter[str]()
    for row in tables.safe:
        held[row.tender] += row.amount
    if any(evidence_of(s) is not None and close_of(s) is None for s in tables.sessions.values()):
        return
    for tender in sorted({*safe, *held}):
        if safe[tender] != held[tender]:
            yield f"the safe holds {tender} {held[tender]} instead of {safe[tender]}"
    if tables.turns or decided_by_people(run):
        return  # no journal alone tells which session was a till's last, or what it holds
    if not any(isinstance(body, TillClosed) and body.not_counted for body in bodies):
        yield from _balanced(tables, bodies, held)


def _as_it_counts(tables: Tables, hash_: str, body: EntryBody) -> EntryBody | None:
    """Return an entry as a person repaired it; None for a late movement that nobody accepted."""
    if not isinstance(body, Movement):
        return body
    placed = tables.placed[hash_]
    return None if placed.came_late and not placed.accepted else placed.body


def into_the_safe(body: EntryBody | None) -> dict[str, int]:
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
    there, came = Counter(safe), _came_in(tables, bodies)
    left: dict[str, TillClosed | None] = {}
    for body in bodies:
        if isinstance(body, TillClosed):
            left[body.till] = body
        elif isinstance(body, InitialCountConfirmed | FloatMoved):
            left[tables.sessions[body.session_id].facts.till] = None
    if any(close is None for close in left.values()):
        return  # a till that nobody cashed up: its money is in no count yet
    for close in left.values():
        if close is not None:
            there.update({count.tender: count.kept for count in close.tenders})
    for tender in sorted({*there, *came}):
        if there[tender] != came[tender]:
            yield f"{tender} in tills and safe is {there[tender]}, what came in {came[tender]}"


def _came_in(tables: Tables, bodies: list[EntryBody]) -> Counter[str]:
    """Return what customers and people brought, and what counts found too much, late money included."""
    came = Counter[str]()
    claims = {body.session_id: body.claims for body in bodies if isinstance(body, TillStarted)}
    for body in bodies:
        if isinstance(body, TillClosed | InitialCountConfirmed):
            came.update({count.tender: count.difference for count in body.tenders})
        if isinstance(body, InitialCountConfirmed):  # late money that was asked for lay in the drawer
            counted = {count.tender for count in body.tenders}
            asked = (claim for claim in claims.get(body.session_id, ()) if claim.tender in counted)
            for claim in asked:
                came[claim.tender] += claim.amount
    for placed in tables.placed.values():  # the drawer is short of it, or the next count is asked for it
        if isinstance(placed.body, Movement) and placed.came_late and placed.accepted:
            came[placed.body.tender] += moved_to_safe(placed.body)
    for (session_id, tender), totals in tables.tenders.items():
        if session_id in tables.sessions:  # else late money, which counts when a count has found it
            came[tender] += totals.sales - totals.refunds + totals.paid_in - totals.paid_out
    return came
