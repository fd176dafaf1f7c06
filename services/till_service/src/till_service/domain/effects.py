"""What a proven entry does. Nothing here refuses: what fits nowhere goes to the desk."""

from typing import Final

from till_service.domain.announcements import from_entry
from till_service.domain.book import Book
from till_service.domain.guests import come_or_go
from till_service.domain.money import AdjustmentRow, float_row, left_money
from till_service.domain.proven import NOTHING, Effect, Proven
from till_service.domain.routing import TenderEvent, last_number
from till_service.domain.sessions import OpeningCount
from till_service.domain.streams import Stream
from till_service.domain.tills import NOT_ITS_OWN, begin_epoch, own_session, routed, start, step
from tillday_contracts.command_messages import CommandFinished
from tillday_contracts.entries import (
    Adjustment,
    Attested,
    CashUpCancelled,
    CashUpStarted,
    CloseHeard,
    CommandDone,
    CountAttempted,
    DrawerLeftOpen,
    FloatMoved,
    Genesis,
    GuestsTold,
    InitialCountConfirmed,
    JoinAsked,
    Movement,
    NoSale,
    ReceiptDeleted,
    Sale,
    TenderConfirmed,
    TerminalOpened,
    TillClosed,
    TillJoined,
    TillLeft,
    TillStarted,
)
from tillday_contracts.messages import Event
from tillday_contracts.till_messages import TerminalAttested, TerminalOpenedItself

EVIDENCE: Final = "from a journal that was left: evidence, without effect"


def apply(book: Book, proven: Proven) -> Effect:
    """Let an entry have its effect; called once per hash."""
    fault = _fault(book, proven)
    if fault is not None:
        return Effect("desk", None, fault)
    if isinstance(proven.entry.body, Sale | Movement):
        return _place(book, proven, proven.entry.body)
    if proven.stream is None:
        return _evidence(book, proven)
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


def _place(book: Book, proven: Proven, body: TenderEvent) -> Effect:
    if proven.stream is not None and isinstance(body, Sale):
        book.streams[proven.stream.id] = proven.stream._replace(last_receipt=last_number(body.number))
    placed = routed(book, proven.origin, body)
    book.place(placed)
    return Effect(placed.placement, placed.session_id, placed.reason)


def _evidence(book: Book, proven: Proven) -> Effect:
    """Keep what a journal that was left moved at its counts: it waits for a person's accept."""
    moved = list(left_money(proven.origin, proven.entry.body)) if proven.entry.body is not None else []
    book.left_money += moved
    session = book.session(moved[0].session_id, proven.address.store) if moved else None
    if session is not None:
        book.rescue_of(session.facts)
    return Effect("none", None, EVIDENCE)


def _live(book: Book, proven: Proven, stream: Stream) -> Effect:
    body = proven.entry.body
    match body:
        case Genesis():
            return begin_epoch(book, proven, stream, body)
        case TillStarted():
            return start(book, proven, stream, body)
        case FloatMoved():
            return _move_float(book, proven, body)
        case InitialCountConfirmed() | CashUpStarted() | CashUpCancelled() | CloseHeard() | TillClosed():
            return step(book, proven, stream, body)
        case Adjustment():
            return _adjust(book, proven, body)
        case CountAttempted() | TenderConfirmed() | NoSale() | DrawerLeftOpen() | GuestsTold():
            return Effect("none", body.session_id)
        case ReceiptDeleted():  # no money: it stands in the session's history, with who allowed it
            return Effect("none", body.session_id)
        case JoinAsked() | TillJoined() | TillLeft():
            return come_or_go(book, proven, body)
        case Attested():
            _say(book, proven, TerminalAttested, business_date=body.business_date, revision=body.revision)
        case CommandDone():
            told = {"command_id": body.command_id, "outcome": body.outcome, "reason": body.reason}
            _say(book, proven, CommandFinished, **told)
        case TerminalOpened(origin="front_office"):
            at: dict[str, object] = {"epoch": proven.entry.epoch, "seq": proven.entry.seq}
            _say(book, proven, TerminalOpenedItself, business_date=body.business_date, by=body.by, **at)
    return NOTHING


def _say(book: Book, proven: Proven, kind: type[Event], **fields: object) -> None:
    who = proven.address
    said = from_entry(kind, proven.entry, book.moment, store=who.store, terminal=who.terminal, **fields)
    book.announce(who, said)


def _move_float(book: Book, proven: Proven, body: FloatMoved) -> Effect:
    session = own_session(book, proven, body.session_id)
    if session is None:
        return Effect("desk", body.session_id, NOT_ITS_OWN)
    if not isinstance(session, OpeningCount):
        return Effect("desk", body.session_id, "a float is moved before the opening count, never after it")
    # The count that follows finds the moved money in the drawer, so no total of the session changes here.
    book.add_safe(float_row(session.facts, body, proven.entry.hash))
    return Effect("session", body.session_id)


def _adjust(book: Book, proven: Proven, body: Adjustment) -> Effect:
    guest = book.is_guest(proven.origin, body.session_id)
    if own_session(book, proven, body.session_id) is None and not guest:
        return Effect("desk", body.session_id, NOT_ITS_OWN)
    if body.corrects == body.session_id:
        return Effect("desk", body.session_id, "it corrects the very session in which it is written")
    # The session that it corrects may still be unknown here; the link holds whichever comes first.
    book.adjustments.append(AdjustmentRow(proven.origin, body))
    return Effect("session", body.session_id)
