"""Late money, stock and accounts at the end of a run, as the checker sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from simulation.settler import claimed_by_event
from simulation.tables import Tables
from till_service.domain.closes import BackClose
from till_service.domain.manifest import Manifest
from till_service.domain.sessions import Closed, TillSession, told_of, wish_of
from tillday_checker.posted_rows import BalanceRow, Books, EntryRow, LineRow, MoveRow, OnHandRow
from tillday_checker.spoken import NoClose, Reach, ToldClose, ToldTender
from tillday_checker.world import DecisionRow, EventMoney, SettlementRow


def late_rows(tables: Tables) -> dict[str, Any]:
    """Return what the checker's ledger holds of late money and of people's words, by field."""
    late, claims = tables.late, claimed_by_event(tables.late.claims)
    return {
        "no_closes": tuple(_no_closes(tables)),
        "told_closes": tuple(_told_closes(tables)),
        "decisions": tuple(_decisions(tables)),
        "back_numbers": tuple(("S1", number) for number in _back_numbers(tables)),
        "unidentified": tuple(
            EventMoney(u.event, u.tender, u.amount, u.session_id) for u in late.unidentified
        ),
        "left": tuple(EventMoney(r.origin.hash, r.tender, r.amount, r.session_id) for r in tables.left_money),
        "claims": tuple(EventMoney(event, tender, amount) for (event, tender), amount in claims.items()),
        "settlements": tuple(
            SettlementRow(s.session_id, s.kind, s.tender, s.amount) for s in late.settlements
        ),
        "unsettled": frozenset(("S1", till) for till in late.to_settle),
    }


def _no_closes(tables: Tables) -> Iterator[NoClose]:
    for session_id, session in tables.sessions.items():
        if isinstance(session, Closed) and session.no_close is not None:
            yield NoClose(session_id, _reaches(session.no_close.manifest))


def _told_closes(tables: Tables) -> Iterator[ToldClose]:
    for session_id, session in tables.sessions.items():
        told = told_of(session)
        if told is not None:
            tenders = tuple(ToldTender(t.tender, t.counted, t.kept) for t in told.tenders)
            known = told.manifest or Manifest(())
            yield ToldClose(session_id, told.hash, tenders, _reaches(known), known.undecided)


def _reaches(manifest: Manifest) -> tuple[Reach, ...]:
    return tuple(Reach(reach.terminal, reach.epoch, reach.to_seq) for reach in manifest.reaches)


def _decisions(tables: Tables) -> Iterator[DecisionRow]:
    for entry, decided in tables.late.decisions.items():
        for one in decided:
            said = one.decision
            yield DecisionRow(
                entry,
                said.number,
                one.rescue,
                said.verdict,
                said.by,
                said.approved_by,
                said.reason,
                said.no_cash,
                one.data,
                said.count.session_id if said.count else None,
                said.count.kind if said.count else None,
            )


def _back_numbers(tables: Tables) -> Iterator[str]:
    for session in tables.sessions.values():
        back = _back(session)
        if back is not None:
            yield back.number
    for close in tables.late.rescue_closes.values():
        yield close.number


def _back(session: TillSession) -> BackClose | None:
    return session.back if isinstance(session, Closed) else wish_of(session)


def repaired_bytes(tables: Tables, entry: str) -> bytes | None:
    """Return the bytes that stand for an entry since it was repaired, None for one that was not."""
    decided = tables.late.decisions.get(entry)
    return decided[-1].data if decided else None


def books_of(tables: Tables) -> Books:
    """Return stock and accounts. What they add up to is summed here from the moves and lines themselves."""
    late, regular = tables.late, tables.sessions
    rescues = {one.session_id: one.original for found in tables.rescues.values() for one in found}
    entries, lines = [], []
    balances: dict[tuple[str, str], Counter[str]] = {}
    for n, entry in enumerate(late.entries, start=1):
        session = regular.get(entry.session_id)
        facts = session.facts if session is not None else rescues[entry.session_id]
        day = facts.business_date
        entries.append(EntryRow(n, "C1", entry.session_id, entry.revision, day, day))
        for line in entry.lines:
            lines.append(LineRow(n, line.account, line.role, line.key, line.currency, line.amount))
            side = "debit" if line.amount > 0 else "credit"
            balances.setdefault((line.account, line.currency), Counter())[side] += abs(line.amount)
    moves, on_hand = [], Counter[tuple[str, str]]()
    for n, picking in enumerate(late.pickings, start=1):
        for sku, quantity in picking.pieces:
            moves.append(MoveRow(n, "S1", picking.location, picking.session_id, sku, quantity))
            on_hand[picking.location, sku] += quantity
    unfinished = {session for session, steps in late.steps.items() if any(s.state != "done" for s in steps)}
    return Books(
        entries=tuple(entries),
        lines=tuple(lines),
        balances=tuple(BalanceRow("C1", *key, s["debit"], s["credit"]) for key, s in balances.items()),
        moves=tuple(moves),
        on_hand=tuple(OnHandRow("S1", *key, quantity) for key, quantity in on_hand.items()),
        unfinished=frozenset(unfinished | late.to_post),
    )
