"""Who works out the counts of tills: settlements, and the claims that the next opening count is told of."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from simulation.tables import Tables
from till_service.domain import epochs
from till_service.domain.epochs import BegunEpoch, in_order
from till_service.domain.sessions import Closed, TillSession, evidence_of
from till_service.domain.settling import ClaimRow, claims, settlements, to_add
from till_service.domain.till_history import (
    Correction,
    MoneyWord,
    PastSession,
    TillHistory,
    standings,
)
from tillday_contracts.parts import Claim

begun_of = lru_cache(maxsize=2**8)(epochs.begun_of)


def settle_tills(tables: Tables) -> int:
    """Work out every till of which something is new; return how many."""
    marked, tables.late.to_settle = sorted(tables.late.to_settle), set()
    for till in marked:
        _settle(tables, till)
    return len(marked)


def _settle(tables: Tables, till: str) -> None:
    late, sessions = tables.late, of_till(tables, till)
    found = standings(history_of(tables, sessions))
    own = {session.facts.session_id for session in sessions}
    settled = to_add(settlements(found), (row for row in late.settlements if row.session_id in own))
    late.settlements += settled
    late.to_post |= {row.session_id for row in settled}
    wanted = claims(found)
    new = to_add(wanted, (row for row in late.claims if row.session_id in own))
    if new:
        late.claims += new
        late.claimed[till] = tuple(
            Claim(event=row.event, tender=row.tender, amount=row.amount, session_id=row.session_id)
            for row in wanted
        )


def of_till(tables: Tables, till: str) -> list[TillSession]:
    """Return a till's sessions in the order in which they became known."""
    return [session for session in tables.sessions.values() if session.facts.till == till]


def history_of(tables: Tables, sessions: list[TillSession]) -> TillHistory:
    """Return everything of a till that bears on its counts."""
    own = {session.facts.session_id for session in sessions}
    originals = {key: rescue.session_id for key in own for rescue in tables.rescues.get(key, ())}
    counts = {(row.session_id, row.kind, row.tender): row for row in reversed(tables.counts)}
    late = (placed for placed in tables.placed.values() if placed.came_late)
    return TillHistory(
        sessions=tuple(_past(session) for session in sessions),
        epochs=_epochs(tables, {session.facts.terminal for session in sessions}),
        counts=tuple(row for row in counts.values() if row.session_id in own),
        flows=_flows(tables, own),
        floats=_floats(tables, own),
        reported={
            session.facts.session_id: told.tenders
            for session in sessions
            if isinstance(session, Closed) and (told := evidence_of(session)) is not None
        },
        rescued=tuple(placed for placed in late if placed.body.session_id in originals),
        left=tuple(left for left in tables.left_money if left.session_id in own),
        corrections=tuple(
            Correction(row.origin.hash, row.body.corrects, row.body.tender, row.body.amount)
            for row in tables.adjustments
            if row.body.corrects in own
        ),
        words=_words(tables),
    )


def _past(session: TillSession) -> PastSession:
    facts = session.facts
    return PastSession(facts.session_id, facts.terminal, facts.epoch, facts.start_seq, facts.turn)


def _epochs(tables: Tables, hosts: set[str]) -> tuple[tuple[str, str], ...]:
    """Return the epochs of hosts in the order in which their first positions were taken."""
    order: dict[object, int] = {}
    found: list[tuple[int, BegunEpoch]] = []
    for stream in tables.streams:
        first = tables.positions.get((stream, 1))
        if first is not None:
            transaction = order.setdefault(first.stamp, len(order))
            row = tables.journal.get(first.hash)
            begun = begun_of(stream.address.terminal, stream.epoch, row[0].entry.data if row else None)
            found.append((transaction, begun))
    found.sort(key=lambda one: (one[0], one[1].epoch))
    return in_order(begun for _, begun in found if begun.terminal in hosts)


def _flows(tables: Tables, own: set[str]) -> dict[tuple[str, str], int]:
    return {key: totals.expected - totals.opening for key, totals in tables.tenders.items() if key[0] in own}


def _floats(tables: Tables, own: set[str]) -> dict[tuple[str, str], int]:
    floats: dict[tuple[str, str], int] = {}
    for row in tables.safe:
        if row.kind == "float" and row.session_id in own:
            key = (row.session_id, row.tender)
            floats[key] = floats.get(key, 0) - row.amount
    return floats


def _words(tables: Tables) -> dict[str, MoneyWord]:
    decided = {entry: said[-1].decision for entry, said in tables.late.decisions.items()}
    return {
        entry: MoneyWord(word.no_cash, (word.count.session_id, word.count.kind) if word.count else None)
        for entry, word in decided.items()
        if word.no_cash or word.count is not None
    }


def claimed_by_event(rows: Iterable[ClaimRow]) -> dict[tuple[str, str], int]:
    """Return what is asked for of each event and tender: claims that were taken back are none."""
    sums: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row.event, row.tender)
        sums[key] = sums.get(key, 0) + row.amount
    return {key: amount for key, amount in sums.items() if amount}
