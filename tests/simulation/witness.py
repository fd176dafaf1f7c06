"""The end of a run as the checker sees it: the disks of the terminals and the tables of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from simulation.memory_terminal import MemoryTerminal
from simulation.money_witness import books_of, late_rows, repaired_bytes
from simulation.schedule import Run
from simulation.settings import FLOATS
from simulation.tables import Tables
from store_service.domain.days import Closed as DayClosed
from store_service.domain.days import state_of
from till_service.domain.routing import Rescue
from till_service.domain.sessions import close_of, status_of
from tillday_checker.store_rows import Day, Stores, Terms, Wish
from tillday_checker.world import (
    AdjustmentRow,
    CloseRow,
    HeldEntry,
    Ledger,
    LedgerRow,
    LedgerSession,
    MovementRow,
    Position,
    ProductRow,
    SafeRow,
    SaleRow,
    Stream,
    TenderRow,
    Terminal,
    World,
)
from tillday_contracts.denominations import STANDARD
from tillday_contracts.entries import Movement, Sale

PIECES = {
    "cash": frozenset(piece.value for piece in STANDARD["EUR"]),
    "cash_usd": frozenset(piece.value for piece in STANDARD["USD"]),
}
TERMS = tuple(
    Terms(rev=n, cash="cash", pieces=PIECES, floats={f"TILL{till}": wanted for till in range(1, 4)})
    for n, wanted in enumerate(FLOATS, start=1)
)


def world_of(run: Run) -> World:
    """Return everything that the checker may look at."""
    tables = run.database.tables
    keys = {key_id: key for terminal in tables.terminals.values() for key_id, key in terminal.keys.items()}
    return World(
        tuple(_terminal(t) for t in run.terminals),
        _ledger(tables, keys) if run.reviews else replace(_ledger(tables, keys), settlements=None),
        _stores(tables),
        books=books_of(tables),
    )


def _terminal(terminal: MemoryTerminal) -> Terminal:
    held = (
        HeldEntry(entry.epoch, entry.seq, entry.prev, entry.hash, entry.data, entry.seq in journal.acks)
        for journal in terminal.disk.journals.values()
        for entry in journal.entries
    )
    identity = terminal.identity
    keys = {**identity.former, identity.key_id: identity.key}
    return Terminal(identity.store, identity.terminal, keys, tuple(held))


def _ledger(tables: Tables, keys: dict[str, bytes]) -> Ledger:
    return Ledger(
        keys=keys,
        journal=tuple(_rows(tables)),
        positions=tuple(
            Position("S1", at.address.terminal, at.epoch, seq, held.hash)
            for (at, seq), held in tables.positions.items()
        ),
        streams=tuple(
            Stream("S1", s.id.address.terminal, s.id.epoch, s.upto, s.head_hash)
            for s in tables.streams.values()
        ),
        sessions=tuple(_sessions(tables)),
        tenders=tuple(_tenders(tables)),
        products=tuple(
            ProductRow(session, sku, kept.quantity, kept.gross)
            for (session, sku), kept in tables.products.items()
        ),
        sales=tuple(_sales(tables)),
        movements=tuple(_movements(tables)),
        safe=tuple(SafeRow(s.store, s.kind, s.tender, s.amount, s.session_id, s.entry) for s in tables.safe),
        adjustments=tuple(
            AdjustmentRow(a.origin.hash, a.body.session_id, a.body.corrects, a.body.tender, a.body.amount)
            for a in tables.adjustments
        ),
        closes=tuple(
            CloseRow(session_id, close.number, tuple(t.model_dump(mode="json") for t in close.tenders))
            for session_id, session in tables.sessions.items()
            if (close := close_of(session)) is not None
        ),
        on_desk=frozenset(hash_ for hash_ in tables.letters if not _closed_itself(tables, hash_)),
        **late_rows(tables),
    )


def _closed_itself(tables: Tables, hash_: str) -> bool:
    """Say whether the intact entry came after damaged bytes of it: then its letter waits for nobody."""
    row = tables.journal.get(hash_)
    return row is not None and row[0].placement != "desk"


def _rows(tables: Tables) -> Iterator[LedgerRow]:
    for hash_, (row, at) in tables.journal.items():
        entry, placed = row.entry, tables.placed.get(hash_)
        place = row if placed is None else placed
        yield LedgerRow(
            row.address.store,
            row.address.terminal,
            entry.epoch,
            entry.seq,
            entry.prev,
            hash_,
            entry.data,
            at,
            entry.quarantine,
            place.placement,
            place.session_id,
            repaired_bytes(tables, hash_),
        )


def _sessions(tables: Tables) -> Iterator[LedgerSession]:
    for session in tables.sessions.values():
        f = session.facts
        told = (f.session_id, f.store, f.terminal, f.till, f.business_date, status_of(session))
        yield LedgerSession(*told, f.late, f.recovered)
    for rescues in tables.rescues.values():
        for rescue in rescues:
            o = rescue.original
            own = (rescue.session_id, o.store, o.terminal, o.till, o.business_date, _stands(tables, rescue))
            yield LedgerSession(*own, rescue_of=o.session_id, rescue_number=rescue.number)


def _stands(tables: Tables, rescue: Rescue) -> str:
    if rescue.outstanding:
        return "outstanding"
    return "posted" if rescue.session_id in tables.late.posted_rescues else "closed"


def _tenders(tables: Tables) -> Iterator[TenderRow]:
    for (session, tender), kept in tables.tenders.items():
        amounts = (
            kept.opening,
            kept.sales,
            kept.refunds,
            kept.paid_in,
            kept.paid_out,
            kept.loans,
            kept.pickups,
        )
        yield TenderRow(session, tender, *amounts)


def _sales(tables: Tables) -> Iterator[SaleRow]:
    for hash_, placed in tables.placed.items():
        body = placed.body
        if isinstance(body, Sale):
            at = (placed.session_id, placed.placement)
            yield SaleRow(hash_, *at, body.number, body.business_date, body.total)


def _movements(tables: Tables) -> Iterator[MovementRow]:
    for hash_, placed in tables.placed.items():
        body = placed.body
        if isinstance(body, Movement):
            at = (placed.session_id, placed.placement)
            yield MovementRow(hash_, *at, body.kind, body.tender, body.amount, body.business_date)


def _stores(tables: Tables) -> Stores:
    days = (
        Day("S1", day.business_date, state_of(day), day.closed_by if isinstance(day, DayClosed) else None)
        for day in tables.store.days.values()
    )
    wishes = (Wish("S1", at.terminal, wished.wished) for at, wished in tables.wished.items())
    return Stores(terms={"S1": TERMS}, days=tuple(days), wishes=tuple(wishes))
