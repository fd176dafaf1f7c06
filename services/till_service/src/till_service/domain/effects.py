"""What a proven entry does. Nothing here refuses: what fits nowhere goes to the desk."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from till_service.domain.announcements import from_entry, session_changed
from till_service.domain.book import Book
from till_service.domain.incoming import JournalEntry
from till_service.domain.sales import PlacedSale, SaleOrigin, last_number, outside, route
from till_service.domain.sessions import (
    Close,
    OpeningCount,
    SessionFacts,
    TillSession,
    close_of,
    evolve,
    moved_forward,
    openings,
    restore,
)
from till_service.domain.streams import Stream
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import (
    Attested,
    CashUpCancelled,
    CashUpStarted,
    CountAttempted,
    Genesis,
    InitialCountConfirmed,
    Sale,
    TenderConfirmed,
    TerminalOpened,
    TillClosed,
    TillStarted,
    TillState,
)
from tillday_contracts.messages import Event
from tillday_contracts.till_messages import Placement, TerminalAttested, TerminalOpenedItself
from tillday_contracts.topics import TerminalAddress

EVIDENCE: Final = "from a journal that was left: evidence, without effect"


@dataclass(frozen=True, slots=True)
class Effect:
    """Where an entry's effect went."""

    placement: Placement
    session_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry whose bytes a key of the terminal proves, and the stream it stands in (None in quarantine)."""

    address: TerminalAddress
    entry: JournalEntry
    stream: Stream | None


NOTHING: Final = Effect("none")


def apply(book: Book, proven: Proven) -> Effect:
    """Let an entry have its effect; called once per hash."""
    fault = _fault(book, proven)
    if fault is not None:
        return Effect("desk", None, fault)
    if isinstance(proven.entry.body, Sale):
        return _sale(book, proven, proven.entry.body)
    if proven.stream is None:
        return Effect("none", None, EVIDENCE)
    return _live(book, proven, proven.stream)


def _fault(book: Book, proven: Proven) -> str | None:
    entry = proven.entry
    if entry.hash in book.moment.condemned:
        return book.moment.condemned[entry.hash]
    if not proven.entry.speaks_for(proven.address):
        return "the bytes name another store or terminal than the topic they came on"
    if not entry.keeps_its_claim():
        return "the bytes hold another epoch or sequence than their place in the chain"
    if entry.body is None:
        return entry.fault
    if (entry.seq == 1) != isinstance(entry.body, Genesis):
        return "an epoch begins with its genesis, and only once"
    return None


def _live(book: Book, proven: Proven, stream: Stream) -> Effect:
    body = proven.entry.body
    match body:
        case Genesis():
            return _genesis(book, proven, stream, body)
        case TillStarted():
            return _start(book, proven, stream, body)
        case InitialCountConfirmed() | CashUpStarted() | CashUpCancelled() | TillClosed():
            return _step(book, proven, stream, body)
        case CountAttempted() | TenderConfirmed():
            return Effect("none", body.session_id)
        case Attested():
            _say(book, proven, TerminalAttested, business_date=body.business_date, revision=body.revision)
        case TerminalOpened(origin="front_office"):
            at: dict[str, object] = {"epoch": proven.entry.epoch, "seq": proven.entry.seq}
            _say(book, proven, TerminalOpenedItself, business_date=body.business_date, by=body.by, **at)
    return NOTHING


def _say(book: Book, proven: Proven, kind: type[Event], **fields: object) -> None:
    who = proven.address
    said = from_entry(kind, proven.entry, book.moment, store=who.store, terminal=who.terminal, **fields)
    book.announce(who, said)


def _sale(book: Book, proven: Proven, sale: Sale) -> Effect:
    if proven.stream is not None:
        book.streams[proven.stream.id] = replace(proven.stream, last_receipt=last_number(sale.number))
    placed = _routed(book, _origin(proven), sale)
    book.place(placed)
    return Effect(placed.placement, placed.session_id, placed.reason)


def _origin(proven: Proven) -> SaleOrigin:
    entry, address = proven.entry, proven.address
    assert entry.envelope is not None
    return SaleOrigin(
        hash=entry.hash,
        store=address.store,
        terminal=address.terminal,
        epoch=entry.epoch,
        seq=entry.seq,
        quarantine=entry.quarantine,
        at=entry.envelope.at,
    )


def _routed(book: Book, origin: SaleOrigin, sale: Sale) -> PlacedSale:
    session = book.session(sale.session_id, origin.store)
    way = route(origin, sale, session)
    held_by = sale.session_id
    if way.placement == "rescue" and session is not None:
        held_by = book.rescue_of(session.facts).session_id
    return PlacedSale(origin, sale, way.placement, held_by, way.reason)


def _start(book: Book, proven: Proven, stream: Stream, start: TillStarted) -> Effect:
    store = proven.address.store
    if start.session_id in book.loaded.sessions or start.session_id in book.sessions:
        return Effect("desk", start.session_id, "the session was begun before")
    _end_earlier(book, proven, stream, start.till)
    facts = SessionFacts(
        session_id=start.session_id,
        store=store,
        terminal=proven.address.terminal,
        till=start.till,
        business_date=start.business_date,
        opened_by=start.by,
        epoch=proven.entry.epoch,
        start_seq=proven.entry.seq,
        late=_is_late(book, store, start.till, start.business_date),
    )
    _keep(book, proven, stream, OpeningCount(facts), by=start.by)
    return Effect("session", start.session_id)


def _end_earlier(book: Book, proven: Proven, stream: Stream, till: str) -> None:
    # A terminal begins a session only when its last one is final: where the ledger still sees one of its own
    # as open, the close went to the desk, and its figures wait there for a person.
    for session in book.not_final_of(proven.address.store, till):
        if session.facts.terminal == proven.address.terminal:
            _keep(book, proven, stream, moved_forward(session, "closed_front"), by=None)


def _step(
    book: Book,
    proven: Proven,
    stream: Stream,
    body: InitialCountConfirmed | CashUpStarted | CashUpCancelled | TillClosed,
) -> Effect:
    before = book.session(body.session_id, proven.address.store)
    if before is None or before.facts.terminal != proven.address.terminal:
        return Effect("desk", body.session_id, "it names a session that this terminal never began")
    close = _close(proven.entry, body) if isinstance(body, TillClosed) else None
    after = evolve(before, body, close)
    if after == before:
        return Effect("desk", body.session_id, f"it means nothing for a session in {type(before).__name__}")
    if isinstance(body, TillClosed):
        stream = replace(stream, last_cash_up=last_number(body.number))
        book.streams[stream.id] = stream
    if isinstance(body, InitialCountConfirmed):
        book.add_tenders(body.session_id, openings(body).items())
    if close is not None:
        book.closes[body.session_id] = close
    _keep(book, proven, stream, after, by=body.by)
    _settle(book, after)
    return Effect("session", body.session_id)


def _close(entry: JournalEntry, body: TillClosed) -> Close:
    assert entry.envelope is not None
    return Close(entry.hash, body.number, body.by, entry.envelope.at, body.tenders, body.manifest)


def _keep(book: Book, proven: Proven, stream: Stream, session: TillSession, *, by: str | None) -> None:
    book.put_session(session)
    changed = session_changed(session, proven.entry, book.moment, stream=stream, by=by)
    book.announce(proven.address, changed)


def _settle(book: Book, session: TillSession) -> None:
    """Route what was parked under the session, and move out what its close does not cover."""
    facts, close = session.facts, close_of(session)
    if isinstance(session, OpeningCount):
        return
    for parked in book.sales_of(facts.session_id, "parked"):
        if parked.origin.store == facts.store:
            book.place(_routed(book, parked.origin, parked.sale), parked)
    if close is None:
        return
    for late in outside(close, book.sales_of(facts.session_id, "session")):
        book.place(_routed(book, late.origin, late.sale), late)


def _genesis(book: Book, proven: Proven, stream: Stream, genesis: Genesis) -> Effect:
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
    _settle(book, after)
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


def _is_late(book: Book, store: str, till: str, day: date) -> bool:
    return (store, day) in book.loaded.sealed or bool(book.not_final_of(store, till))
