"""Who posts closed sessions: stock and accounts by the product's rules, over the tables in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import repeat
from typing import Final
from uuid import UUID

from simulation.money_tables import Entry, Picking
from simulation.settings import SETTINGS
from simulation.tables import Tables
from till_service.domain.accounts import Chart
from till_service.domain.manifest import Reach
from till_service.domain.posting import Books, Posted, PostedSession, post
from till_service.domain.posting_amounts import Amount, SessionMoney, TenderTerms
from till_service.domain.posting_told import Telling, session_changed
from till_service.domain.posting_waits import OpenQuestions, waits_for
from till_service.domain.routing import Rescue
from till_service.domain.sessions import Closed, TillSession, close_of, evidence_of
from till_service.domain.sessions import Posted as PostedState
from till_service.domain.stock import Pieces, Shelves
from till_service.domain.streams import StreamId
from tillday_contracts.arithmetic import NO_TOTALS, TenderTotals
from tillday_contracts.topics import TerminalAddress

TERMS: Final = {one.tender: TenderTerms(one.kind, one.currency) for one in SETTINGS.tenders}
NO_ID: Final = UUID(int=0)


def post_sessions(tables: Tables, now: datetime) -> int:
    """Post every session of which something is new, as far as it goes; return how many are done now.

    What waits for an entry or a person is looked at again when something of it is new.
    """
    done = 0
    due, tables.late.to_post = sorted(tables.late.to_post), set()
    rescues = {one.session_id: one for found in tables.rescues.values() for one in found}
    for session_id in due:
        session = tables.sessions.get(session_id)
        if session is not None and isinstance(session, Closed):
            done += _post_regular(tables, session, now)
        elif session_id in rescues and session_id in tables.late.rescue_closes:
            done += _post_rescue(tables, rescues[session_id])
    return done


def _post_regular(tables: Tables, session: Closed, now: datetime) -> bool:
    facts = session.facts
    about = PostedSession(
        facts.session_id,
        facts.store,
        facts.terminal,
        facts.till,
        facts.business_date,
        rescue=False,
        posted=isinstance(session, PostedState),
        late=facts.late,
        waits_for=waits_for(_questions(tables, session)),
    )
    posted = _carried_out(tables, about)
    if posted is None or not posted.done or about.posted:
        return False
    told = Telling(repeat(NO_ID), NO_ID, now)
    tables.sessions[facts.session_id] = PostedState(
        facts, session.close, session.back, session.no_close, session.guests
    )
    tables.tell(session_changed(about, told))
    return True


def _post_rescue(tables: Tables, rescue: Rescue) -> bool:
    facts, late = rescue.original, tables.late
    about = PostedSession(
        rescue.session_id,
        facts.store,
        facts.terminal,
        facts.till,
        facts.business_date,
        rescue=True,
        posted=rescue.session_id in late.posted_rescues,
    )
    posted = _carried_out(tables, about)
    if posted is None or not posted.done or about.posted:
        return False
    late.posted_rescues.add(rescue.session_id)
    return True


def _carried_out(tables: Tables, about: PostedSession) -> Posted | None:
    late, session_id = tables.late, about.session_id
    posted = post(about, _books(tables, session_id), late.steps.get(session_id, ()))
    if posted is None:
        return None
    late.steps[session_id] = posted.steps
    for location, moves in posted.pickings.items():
        pieces = tuple((sku, moved.quantity) for sku, moved in sorted(moves.items()))
        late.pickings.append(Picking(session_id, posted.revision, location, pieces))
    if posted.entry is not None:
        late.entries.append(Entry(session_id, posted.revision, posted.entry.lines))
    return posted


# --- what is read -------------------------------------------------------------------------------------


def _books(tables: Tables, session_id: str) -> Books:
    late = tables.late
    picked: Counter[str] = Counter()
    for picking in late.pickings:
        if picking.session_id == session_id:
            picked.update({sku: -quantity for sku, quantity in picking.pieces})
    lines = (line for entry in late.entries if entry.session_id == session_id for line in entry.lines)
    sold = {
        sku: Pieces(kept.name, kept.quantity)
        for (owner, sku), kept in tables.products.items()
        if owner == session_id
    }
    return Books(
        money=_money(tables, session_id),
        sold=sold,
        picked=picked,
        posted=tuple(Amount(line.role, line.key, line.currency, line.amount) for line in lines),
        shelves=Shelves(known=frozenset(sold)),
        chart=Chart(),
    )


def _money(tables: Tables, session_id: str) -> SessionMoney:
    late, session = tables.late, tables.sessions.get(session_id)
    told = evidence_of(session) if session is not None else None
    safe = [row for row in tables.safe if row.session_id == session_id]
    counts = {(row.kind, row.tender): row for row in reversed(tables.counts) if row.session_id == session_id}
    adjustments = [row.body for row in tables.adjustments]
    return SessionMoney(
        currency=SETTINGS.currency,
        tenders=TERMS,
        totals=_totals(tables, session_id),
        taxes={rate: tax for (owner, rate), tax in late.taxes.items() if owner == session_id},
        rounding=late.rounding[session_id],
        worths={tender: worth for (owner, tender), worth in late.worths.items() if owner == session_id},
        counts=tuple(counts.values()),
        reported=told.tenders if told is not None else (),
        safe=_summed((row.tender, row.amount) for row in safe),
        floats=_summed((row.tender, -row.amount) for row in safe if row.kind == "float"),
        settlements=_summed((r.tender, r.amount) for r in late.settlements if r.session_id == session_id),
        adjustments=_summed((a.tender, a.amount) for a in adjustments if a.corrects == session_id),
        left=_summed(_left(tables, session_id)),
        unidentified=_summed((r.tender, r.amount) for r in late.unidentified if r.session_id == session_id),
    )


def _totals(tables: Tables, session_id: str) -> dict[str, TenderTotals]:
    return {tender: totals for (owner, tender), totals in tables.tenders.items() if owner == session_id}


def _left(tables: Tables, session_id: str) -> Iterator[tuple[str, int]]:
    for left in tables.left_money:
        last = tables.late.last(left.origin.hash)
        if left.session_id == session_id and not (last is not None and last.no_cash):
            yield left.tender, left.amount


def _summed(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for tender, amount in parts:
        sums[tender] = sums.get(tender, 0) + amount
    return sums


def _questions(tables: Tables, session: Closed) -> OpenQuestions:
    """Return what keeps a session from being posted, as the till service asks it of its tables."""
    close = close_of(session)
    if session.no_close is not None:
        return OpenQuestions()
    if close is None:
        return _reported(tables, session)
    words, session_id = {word.terminal for word in session.guests}, session.facts.session_id
    adjusted = {row.body.tender for row in tables.adjustments if row.body.corrects == session_id}
    recorded, totals = {told.tender: told.expected for told in close.tenders}, _totals(tables, session_id)
    compared = {*recorded, *totals} - adjusted if not close.not_counted else set()
    pairs = {t: (recorded.get(t, 0), totals.get(t, NO_TOTALS).expected) for t in sorted(compared)}
    members = ((m.terminal, m.to_seq, _upto(tables, session, m.terminal, m.epoch)) for m in close.manifest)
    return OpenQuestions(
        guests=tuple(guest for guest in close.not_counted if guest not in words),
        missing=tuple(member for member in members if member[1] > member[2]),
        differs={tender: pair for tender, pair in pairs.items() if pair[0] != pair[1]},
    )


def _upto(tables: Tables, session: TillSession, terminal: str, epoch: str) -> int:
    stream = tables.streams.get(StreamId(TerminalAddress(session.facts.store, terminal), epoch))
    return stream.upto if stream is not None else 0


def _reported(tables: Tables, session: Closed) -> OpenQuestions:
    told = evidence_of(session)
    if told is None or told.manifest is None:
        return OpenQuestions(undecided=True)
    found = ((reach.terminal, reach.to_seq, _reached(tables, reach)) for reach in told.manifest.reaches)
    return OpenQuestions(missing=tuple(member for member in found if member[1] > member[2]))


def _reached(tables: Tables, reach: Reach) -> int:
    streams = (s for s in tables.streams.values() if reach.of(s.id.address.terminal, s.id.epoch))
    return max((stream.upto for stream in streams), default=0)
