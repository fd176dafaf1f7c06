"""The life of till sessions as a terminal's entries tell it: begun, counted, closed, recovered."""

from datetime import date
from uuid import UUID

from till_service.domain.announcements import Change, session_changed
from till_service.domain.book import Book
from till_service.domain.closes import Close
from till_service.domain.figures import ended_in_back, kept_now
from till_service.domain.incoming import JournalEntry
from till_service.domain.money import CountRow
from till_service.domain.proven import NOTHING, Effect, Proven
from till_service.domain.routing import (
    Origin,
    Placed,
    TenderEvent,
    covered_after_all,
    last_number,
    outside,
    route,
)
from till_service.domain.session_steps import evolve, moved_forward, openings
from till_service.domain.sessions import (
    OpeningCount,
    SessionFacts,
    TillSession,
    manifest_of,
    restore,
    was_given_up,
    wish_of,
)
from till_service.domain.streams import Stream
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import (
    CashUpCancelled,
    CashUpStarted,
    CloseHeard,
    Genesis,
    InitialCountConfirmed,
    TillClosed,
    TillStarted,
    TillState,
)

SessionStep = InitialCountConfirmed | CashUpStarted | CashUpCancelled | CloseHeard | TillClosed
"""What takes a session one step further."""
NOT_ITS_OWN = "it names a session that this terminal never began"


def own_session(book: Book, proven: Proven, session_id: str) -> TillSession | None:
    """Return a session that the entry's terminal began, None for a stranger's or an unknown one."""
    session = book.session(session_id, proven.address.store)
    return session if session is not None and session.facts.terminal == proven.address.terminal else None


def routed(book: Book, origin: Origin, body: TenderEvent) -> Placed:
    """Return where an event stands by the routing table as of now."""
    session = book.session(body.session_id, origin.store)
    way = route(origin, body, session, guest=book.is_guest(origin, body.session_id))
    held_by = body.session_id
    if way.placement == "rescue" and session is not None:
        held_by = book.rescue_of(session.facts).session_id
    return Placed(origin, body, way.placement, held_by, way.reason)


def start(book: Book, proven: Proven, stream: Stream, body: TillStarted) -> Effect:
    """Begin a session."""
    store = proven.address.store
    known = own_session(book, proven, body.session_id)
    if known is not None and known.facts.recovered and was_given_up(known):
        return Effect("none", body.session_id)  # a person has closed it unseen: its counts still count
    if body.session_id in book.loaded.sessions or body.session_id in book.sessions:
        return Effect("desk", body.session_id, "the session was begun before")
    _end_earlier(book, proven, stream, body.till)
    facts = SessionFacts(
        session_id=body.session_id,
        store=store,
        terminal=proven.address.terminal,
        till=body.till,
        business_date=body.business_date,
        opened_by=body.by,
        epoch=proven.entry.epoch,
        start_seq=proven.entry.seq,
        late=_is_late(book, store, body.till, body.business_date) or _has_moved(book, store, body),
        turn=body.turn,
    )
    _keep(book, proven, stream, OpeningCount(facts), by=body.by)
    return Effect("session", body.session_id)


def _end_earlier(book: Book, proven: Proven, stream: Stream, till: str) -> None:
    # A terminal begins a session only when its last one is final: where the ledger still sees one of its own
    # as open, the close went to the desk, and its figures wait there for a person.
    for session in book.not_final_of(proven.address.store, till):
        if session.facts.terminal == proven.address.terminal:
            _keep(book, proven, stream, moved_forward(session, "closed_front"), by=None)


def step(
    book: Book,
    proven: Proven,
    stream: Stream,
    body: SessionStep,
) -> Effect:
    """Take a session one step further."""
    before = own_session(book, proven, body.session_id)
    if before is None:
        return Effect("desk", body.session_id, NOT_ITS_OWN)
    close = _close(proven.entry, body) if isinstance(body, TillClosed) else None
    after = evolve(before, body, close)
    if ended_in_back(before) and isinstance(body, CashUpStarted | CashUpCancelled):
        return Effect("session", body.session_id)  # the way to a close of its own, which is still to come
    if isinstance(body, InitialCountConfirmed) and was_given_up(before):
        return _counted_after_all(book, proven, before, body)
    if after == before and isinstance(body, CloseHeard):
        return Effect("none", body.session_id)  # closed meanwhile, or the wish was lost with a database
    if after == before:
        return Effect("desk", body.session_id, f"it means nothing for a session in {type(before).__name__}")
    if isinstance(body, TillClosed):
        stream = stream._replace(last_cash_up=last_number(body.number))
        book.streams[stream.id] = stream
    if isinstance(body, InitialCountConfirmed):
        book.add_tenders(body.session_id, openings(body).items())
        book.counts += opened(proven.entry, body)
    if close is not None:
        book.close(before, close)
        book.counts += closed(proven.entry, close, body.session_id)
    _keep(book, proven, stream, after, by=_said_by(before, body))
    settle(book, after)
    return Effect("session", body.session_id)


def _said_by(session: TillSession, body: SessionStep) -> str | None:
    if isinstance(body, CloseHeard):  # the terminal heard it; whoever wished it has closed the till
        wish = wish_of(session)
        return wish.by if wish is not None else None
    return body.by


def _counted_after_all(
    book: Book, proven: Proven, session: TillSession, body: InitialCountConfirmed
) -> Effect:
    """Take the opening count of a session that a person gave up: its money was counted all the same."""
    if book.totals_of(body.session_id):
        return Effect("desk", body.session_id, "the session was counted before")
    book.add_tenders(body.session_id, openings(body).items())
    book.counts += opened(proven.entry, body)
    book.put_session(session)
    return Effect("session", body.session_id)


def _close(entry: JournalEntry, body: TillClosed) -> Close:
    assert entry.envelope is not None
    at = entry.envelope.at
    return Close(entry.hash, body.number, body.by, at, body.tenders, body.manifest, body.not_counted)


def opened(entry: JournalEntry, body: InitialCountConfirmed) -> list[CountRow]:
    """Return the counts of an opening, tender by tender."""
    at = (entry.epoch, entry.seq)
    return [CountRow(body.session_id, "opening", t.tender, *at, t.expected, t.counted) for t in body.tenders]


def closed(entry: JournalEntry, close: Close, session_id: str) -> list[CountRow]:
    """Return the counts of a cash-up, tender by tender."""
    at = (entry.epoch, entry.seq)
    return [
        CountRow(session_id, "cash_up", t.tender, *at, t.expected, t.counted, t.moved) for t in close.tenders
    ]


def _keep(book: Book, proven: Proven, stream: Stream, session: TillSession, *, by: str | None) -> None:
    book.put_session(session)
    envelope = proven.entry.envelope
    at = envelope.at if envelope is not None else book.moment.now
    totals = book.totals_of(session.facts.session_id) if ended_in_back(session) else {}
    change = Change(UUID(proven.entry.hash[:32]), at, stream, by, kept_now(session, totals))
    book.announce(proven.address, session_changed(session, change, book.moment))


def settle(book: Book, session: TillSession) -> None:
    """Route what was parked under the session, and move what its manifest puts elsewhere."""
    facts, known = session.facts, manifest_of(session)
    if isinstance(session, OpeningCount):
        return
    for parked in book.placed_in(facts.session_id, "parked"):
        if parked.origin.store == facts.store:
            book.place(routed(book, parked.origin, parked.body), parked)
    if known is None:
        return
    for late in outside(known, book.placed_in(facts.session_id, "session")):
        book.place(routed(book, late.origin, late.body), late)
    for early in covered_after_all(known, book.rescued_from(facts)):
        book.place(routed(book, early.origin, early.body), early)


def begin_epoch(book: Book, proven: Proven, stream: Stream, genesis: Genesis) -> Effect:
    """Make an epoch the terminal's present one, and take over what its genesis tells of the till."""
    if genesis.key_id != stream.key_id:
        return Effect("desk", None, "the genesis names another key than the one that proves it")
    book.current_epochs[proven.address] = proven.entry.epoch
    if genesis.till_state is None or genesis.till_state.session_id is None:
        return NOTHING
    return _adopt(book, proven, stream, genesis.till_state)


def _adopt(book: Book, proven: Proven, stream: Stream, told: TillState) -> Effect:
    """Take over the till state of a genesis: an unknown session is recovered, a known one moves on."""
    assert told.session_id is not None
    if told.status == "none" or told.business_date is None:
        return NOTHING
    known = book.session(told.session_id, proven.address.store)
    if known is None:
        after = _recover(book, proven, stream, told)
    elif known.facts.terminal != proven.address.terminal:
        return Effect("desk", told.session_id, "it tells of a session that another terminal began")
    else:
        after = moved_forward(known, told.status)
    if after == known:
        return Effect("none", told.session_id)
    _keep(book, proven, stream, after, by=None)
    settle(book, after)
    return Effect("session", told.session_id)


def _recover(book: Book, proven: Proven, stream: Stream, told: TillState) -> TillSession:
    assert told.session_id is not None
    assert told.business_date is not None
    _end_earlier(book, proven, stream, told.till)
    facts = SessionFacts(
        session_id=told.session_id,
        store=proven.address.store,
        terminal=proven.address.terminal,
        till=told.till,
        business_date=told.business_date,
        opened_by=None,
        epoch=proven.entry.epoch,
        start_seq=proven.entry.seq,
        late=_is_late(book, proven.address.store, told.till, told.business_date),
        recovered=True,
    )
    if told.status != "opening_count":
        amounts = ((amount.tender, TenderTotals(opening=amount.amount)) for amount in told.expected)
        book.add_tenders(told.session_id, amounts)
    return restore(facts, "closed_front" if told.status == "closed_back" else told.status, None)


def _has_moved(book: Book, store: str, body: TillStarted) -> bool:
    """Say whether the till went to another terminal before this session arrived."""
    return body.turn < book.loaded.turns.get((store, body.till), 0)


def _is_late(book: Book, store: str, till: str, day: date) -> bool:
    return (store, day) in book.loaded.sealed or bool(book.not_final_of(store, till))
