"""Folding what the ledger recorded into sessions, their totals and their cash-up reports.

A receipt or movement counts once, in the session where the ledger says it is now: told again it changes
nothing, told with another session it moves there. So the same events, once or twice, end in the same rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from report_service.domain.rows import (
    FINAL,
    BackCloseRow,
    Before,
    CashUpRow,
    Changes,
    JournalKey,
    Needs,
    Opening,
    PlacedMovement,
    Position,
    RescueRow,
    Session,
    SessionGuest,
    SessionProduct,
    SessionTender,
    Sold,
    Takings,
    TerminalKey,
    TerminalProduct,
)
from report_service.domain.takings import receipt_of, sold_in, taken_by, taken_in
from tillday_contracts.arithmetic import is_refund
from tillday_contracts.close_messages import BackCloseTold
from tillday_contracts.entries import (
    BODIES,
    EntryBody,
    InitialCountConfirmed,
    Movement,
    Printed,
    Sale,
    TerminalOpened,
    TillClosed,
    TillJoined,
    TillLeft,
    TillStarted,
)
from tillday_contracts.rescue_messages import RescueSessionChanged
from tillday_contracts.till_messages import EntriesRecorded, LedgerEntry, SessionStatus, TillSessionChanged

TillEvent = EntriesRecorded | TillSessionChanged | BackCloseTold | RescueSessionChanged

COUNTED: Final = frozenset({"session", "rescue"})
WAITING: Final = frozenset({"desk", "parked"})
MONEY: Final = frozenset({"SALE", "MOVEMENT"})
GUESTS: Final = frozenset({"TILL_JOINED", "TILL_LEFT"})
TILL: Final = frozenset({"TILL_STARTED", "INITIAL_COUNT_CONFIRMED", "TILL_CLOSED"})
READ: Final = frozenset({"TERMINAL_OPENED", *TILL, *GUESTS, *MONEY})


def needs(events: Iterable[TillEvent]) -> Needs:
    """Return which rows `fold` must be given for these events."""
    terminals: set[TerminalKey] = set()
    sessions: set[str] = set()
    entries: set[str] = set()
    for event in events:
        terminals.add(TerminalKey(event.store, event.terminal))
        if not isinstance(event, EntriesRecorded):
            sessions.add(event.session_id)
            continue
        for entry in event.entries:
            # The session that an entry names need not be the one where the ledger put it.
            sessions.update(str(named) for named in (entry.session_id, entry.body.get("session_id")) if named)
        entries.update(entry.hash for entry in event.entries if entry.type in MONEY)
    return Needs(frozenset(terminals), frozenset(sessions), frozenset(entries))


def fold(before: Before, events: Sequence[TillEvent]) -> Changes:
    """Return what consecutive events change, given the rows named by `needs`."""
    run = _Run(before)
    for event in events:
        match event:
            case TillSessionChanged():
                run.session_changed(event)
            case BackCloseTold():
                run.changes.back_closes[event.session_id] = _back_close(event)
            case RescueSessionChanged():
                run.changes.rescues[event.session_id] = _rescue(event)
            case EntriesRecorded():
                for entry in event.entries:
                    run.entry_recorded(TerminalKey(event.store, event.terminal), entry)
    return run.changes


def next_status(now: SessionStatus, told: SessionStatus) -> SessionStatus:
    """Return the status after the ledger told one: a session that was closed never opens again."""
    if now == "posted" or (now in FINAL and told != "posted"):
        return now
    return told


class _Run:
    """One pass over events; `changes` holds everything that differs from the rows before."""

    def __init__(self, before: Before) -> None:
        self._before = before
        self.changes = Changes()

    def session_changed(self, event: TillSessionChanged) -> None:
        session = self._session(event.session_id) or Session(
            event.session_id, event.store, event.terminal, event.till, event.business_date
        )
        status = next_status(session.status, event.status)
        session = replace(session, status=status, late=event.late)
        if status == "closed_back" and session.closed_from != "Terminal":
            # Told again, because what was kept is known better, it names nobody and another moment.
            session = replace(
                session,
                closed_from="Backoffice",
                closed_at=session.closed_at or event.occurred_at,
                closed_by=session.closed_by or event.by,
            )
        self._save(session)

    def entry_recorded(self, terminal: TerminalKey, entry: LedgerEntry) -> None:
        """Fold one entry. What waits at the desk or is parked has no effect until the ledger places it."""
        self._reach(terminal, entry)
        if not _is_read(entry):
            return
        body = _body(entry)
        if entry.quarantine and entry.type not in MONEY:
            return  # what a journal that was left says of its till is evidence, no state of the till
        match body:
            case TerminalOpened():
                self.changes.openings[terminal] = Opening(body.origin, body.business_date)
            case TillStarted():
                self._started(terminal, body, entry.at)
            case InitialCountConfirmed():
                self._counted(body)
            case Sale() | Movement():
                self._placed(terminal, body, entry)
            case TillClosed():
                self._closed(terminal, body, entry)
            case TillJoined():
                self.changes.guests[SessionGuest(body.session_id, terminal.terminal)] = True
            case TillLeft(session_id=str(session_id)):
                self.changes.guests[SessionGuest(session_id, terminal.terminal)] = False
            case Printed():
                self.changes.copies[body.entry] = max(self.changes.copies.get(body.entry, 0), body.copy_no)
            case _:
                return

    def _reach(self, terminal: TerminalKey, entry: LedgerEntry) -> None:
        """Note how far the journal is known; entries of one that was left come in no order."""
        if entry.quarantine:
            return
        key = JournalKey(*terminal, entry.epoch)
        known = self.changes.positions.get(key)
        self.changes.positions[key] = (
            Position(entry.seq, entry.recorded_at)
            if known is None
            else replace(known, seq=max(known.seq, entry.seq))
        )

    def _started(self, terminal: TerminalKey, body: TillStarted, at: datetime) -> None:
        session = self._session(body.session_id) or _session_of(terminal, body.session_id, body)
        opening = self.changes.openings.get(terminal) or self._before.openings.get(terminal)
        origin = opening.origin if opening else "back_office"
        self._save(replace(session, origin=origin, opened_at=at, opened_by=body.by))

    def _counted(self, body: InitialCountConfirmed) -> None:
        for tender in body.tenders:
            self.changes.counted[SessionTender(body.session_id, tender.tender)] = tender.counted

    def _placed(self, terminal: TerminalKey, body: Sale | Movement, entry: LedgerEntry) -> None:
        if entry.placement == "rejected":
            self._withdrawn(terminal, body, entry)
        elif entry.placement in COUNTED and isinstance(body, Sale):
            self._sold(terminal, body, entry)
        elif entry.placement in COUNTED and isinstance(body, Movement):
            self._moved(terminal, body, entry)

    def _sold(self, terminal: TerminalKey, sale: Sale, entry: LedgerEntry) -> None:
        place = entry.session_id or sale.session_id
        known = self._place_of(entry.hash)
        if known == place:
            return
        if known is not None:
            self._count_sale(terminal, known, sale, sign=-1)
        else:
            self._sold_at(terminal, sale)
        self._count_sale(terminal, place, sale, sign=1)
        self.changes.receipts[entry.hash] = receipt_of(sale, entry=entry.hash, session_id=place, at=entry.at)

    def _sold_at(self, terminal: TerminalKey, sale: Sale, *, sign: int = 1) -> None:
        for sku, sold in sold_in(sale).items():
            key = TerminalProduct(*terminal, sale.business_date, sku)
            change = sold if sign > 0 else sold.taken_back()
            known = self.changes.terminal_products.get(key, Sold(sold.name))
            self.changes.terminal_products[key] = known.plus(change)

    def _withdrawn(self, terminal: TerminalKey, body: Sale | Movement, entry: LedgerEntry) -> None:
        """Take out what a person rejected, or what counts with another content from now on."""
        known = self._place_of(entry.hash)
        if known is None:
            return
        if isinstance(body, Sale):
            self._count_sale(terminal, known, body, sign=-1)
            self._sold_at(terminal, body, sign=-1)
        else:
            self._take(SessionTender(known, body.tender), taken_in(body), -1)
        self.changes.receipts.pop(entry.hash, None)
        self.changes.movements.pop(entry.hash, None)
        self.changes.withdrawn.add(entry.hash)

    def _count_sale(self, terminal: TerminalKey, place: str, sale: Sale, *, sign: int) -> None:
        session = self._place(terminal, place, sale)
        self._save(
            replace(
                session,
                receipts=session.receipts + sign,
                refunds=session.refunds + sign * is_refund(sale),
                total=session.total + sign * sale.total,
            )
        )
        for tender, taken in taken_by(sale).items():
            self._take(SessionTender(place, tender), taken, sign)
        for sku, sold in sold_in(sale).items():
            key = SessionProduct(place, sku)
            change = sold if sign > 0 else sold.taken_back()
            self.changes.products[key] = self.changes.products.get(key, Sold(sold.name)).plus(change)

    def _moved(self, terminal: TerminalKey, movement: Movement, entry: LedgerEntry) -> None:
        place = entry.session_id or movement.session_id
        known = self._place_of(entry.hash)
        if known == place:
            return
        if known is not None:
            self._take(SessionTender(known, movement.tender), taken_in(movement), -1)
        self._save(self._place(terminal, place, movement))
        self._take(SessionTender(place, movement.tender), taken_in(movement), 1)
        self.changes.movements[entry.hash] = PlacedMovement(entry.hash, place, movement)

    def _take(self, key: SessionTender, taken: Takings, sign: int) -> None:
        change = taken if sign > 0 else taken.taken_back()
        self.changes.takings[key] = self.changes.takings.get(key, Takings()).plus(change)

    def _closed(self, terminal: TerminalKey, body: TillClosed, entry: LedgerEntry) -> None:
        self.changes.cash_ups[body.session_id] = CashUpRow(
            body.session_id, body.number, entry.at, body.by, "Terminal", body.tenders, entry.hash
        )
        session = self._session(body.session_id) or _session_of(terminal, body.session_id, body)
        if session.closed_from is None:
            session = replace(session, closed_at=entry.at, closed_by=body.by, closed_from="Terminal")
        self._save(session)

    def _session(self, session_id: str) -> Session | None:
        return self.changes.sessions.get(session_id) or self._before.sessions.get(session_id)

    def _place(self, terminal: TerminalKey, place: str, body: Sale | Movement) -> Session:
        """Return the session that holds an entry; another one than it names is its rescue session."""
        session = self._session(place) or _session_of(terminal, place, body)
        if place == body.session_id:
            return session
        original = self._session(body.session_id) or session
        return replace(session, rescue_of=body.session_id, business_date=original.business_date)

    def _place_of(self, entry: str) -> str | None:
        moved = self.changes.receipts.get(entry) or self.changes.movements.get(entry)
        if moved is not None:
            return moved.session_id
        return None if entry in self.changes.withdrawn else self._before.places.get(entry)

    def _save(self, session: Session) -> None:
        if (
            session != self._before.sessions.get(session.session_id)
            or session.session_id in self.changes.sessions
        ):
            self.changes.sessions[session.session_id] = session


def _back_close(event: BackCloseTold) -> BackCloseRow:
    return BackCloseRow(
        session_id=event.session_id,
        number=event.number,
        closed_by=event.by,
        reason=event.reason,
        closed_at=event.closed_at,
        source=event.source,
        tenders=event.tenders,
        told_by=event.told_by,
        no_close_by=event.no_close_by,
    )


def _rescue(event: RescueSessionChanged) -> RescueRow:
    return RescueRow(
        session_id=event.session_id,
        store=event.store,
        terminal=event.terminal,
        till=event.till,
        business_date=event.business_date,
        original=event.original,
        name=event.name,
        status=event.status,
        sales=event.sales,
        movements=event.movements,
        undecided=event.undecided,
        number=event.number,
    )


def _is_read(entry: LedgerEntry) -> bool:
    if entry.type == "PRINTED":
        # One per receipt, and told here only where it is a copy.
        return bool(entry.body.get("copy_no"))
    return entry.type in READ and entry.placement not in WAITING


def _body(entry: LedgerEntry) -> EntryBody:
    body = BODIES[entry.type].model_validate(entry.body)
    assert isinstance(body, EntryBody)
    return body


def _session_of(
    terminal: TerminalKey, session_id: str, body: TillStarted | Sale | Movement | TillClosed
) -> Session:
    return Session(session_id, terminal.store, terminal.terminal, body.till, body.business_date)
