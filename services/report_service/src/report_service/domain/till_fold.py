"""Folding what the ledger recorded into sessions, their totals and their cash-up reports.

A receipt counts once, in the session where the ledger says it is now: told again it changes nothing, told
with another session it moves there. So the same events, once or twice, end in the same rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from report_service.domain.rows import (
    FINAL,
    Before,
    CashUpRow,
    Changes,
    Needs,
    Receipt,
    Session,
    SessionProduct,
    SessionTender,
    TerminalKey,
)
from tillday_contracts.arithmetic import ProductTotals, TenderTotals, fold_products, fold_tenders
from tillday_contracts.entries import (
    BODIES,
    EntryBody,
    InitialCountConfirmed,
    Sale,
    TerminalOpened,
    TillClosed,
    TillStarted,
)
from tillday_contracts.till_messages import EntriesRecorded, LedgerEntry, SessionStatus, TillSessionChanged

TillEvent = EntriesRecorded | TillSessionChanged

COUNTED: Final = frozenset({"session", "rescue"})
WAITING: Final = frozenset({"desk", "parked"})
READ: Final = frozenset({"TERMINAL_OPENED", "TILL_STARTED", "INITIAL_COUNT_CONFIRMED", "SALE", "TILL_CLOSED"})


def needs(events: Iterable[TillEvent]) -> Needs:
    """Return which rows `fold` must be given for these events."""
    terminals: set[TerminalKey] = set()
    sessions: set[str] = set()
    receipts: set[str] = set()
    for event in events:
        terminals.add(TerminalKey(event.store, event.terminal))
        if isinstance(event, TillSessionChanged):
            sessions.add(event.session_id)
            continue
        for entry in event.entries:
            # The session that an entry names need not be the one where the ledger put it.
            sessions.update(str(named) for named in (entry.session_id, entry.body.get("session_id")) if named)
        receipts.update(entry.hash for entry in event.entries if entry.type == "SALE")
    return Needs(frozenset(terminals), frozenset(sessions), frozenset(receipts))


def fold(before: Before, events: Sequence[TillEvent]) -> Changes:
    """Return what consecutive events change, given the rows named by `needs`."""
    run = _Run(before)
    for event in events:
        if isinstance(event, TillSessionChanged):
            run.session_changed(event)
            continue
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
        if status == "closed_back" and session.closed_from is None:
            session = replace(
                session, closed_from="Backoffice", closed_at=event.occurred_at, closed_by=event.by
            )
        self._save(session)

    def entry_recorded(self, terminal: TerminalKey, entry: LedgerEntry) -> None:
        """Fold one entry. What waits at the desk or is parked has no effect until the ledger places it."""
        if entry.type not in READ or entry.placement in WAITING:
            return
        body = _body(entry)
        if entry.quarantine and not isinstance(body, Sale):
            return  # what a journal that was left says of its till is evidence, no state of the till
        match body:
            case TerminalOpened():
                self.changes.origins[terminal] = body.origin
            case TillStarted():
                self._started(terminal, body, entry.at)
            case InitialCountConfirmed():
                self._counted(body)
            case Sale() if entry.placement in COUNTED:
                self._sold(terminal, body, entry)
            case TillClosed():
                self._closed(terminal, body, entry.at)
            case _:
                return

    def _started(self, terminal: TerminalKey, body: TillStarted, at: datetime) -> None:
        session = self._session(body.session_id) or _session_of(terminal, body.session_id, body)
        origin = self.changes.origins.get(terminal) or self._before.origins.get(terminal, "back_office")
        self._save(replace(session, origin=origin, opened_at=at, opened_by=body.by))

    def _counted(self, body: InitialCountConfirmed) -> None:
        for tender in body.tenders:
            self.changes.openings[SessionTender(body.session_id, tender.tender)] = tender.counted

    def _sold(self, terminal: TerminalKey, sale: Sale, entry: LedgerEntry) -> None:
        place = entry.session_id or sale.session_id
        known = self._place_of(entry.hash)
        if known == place:
            return
        if known is not None:
            self._count(terminal, known, sale, sign=-1)
        self._count(terminal, place, sale, sign=1)
        self.changes.receipts[entry.hash] = Receipt(
            entry.hash, place, sale.number, sale.cashier, entry.at, sale.total
        )

    def _count(self, terminal: TerminalKey, place: str, sale: Sale, *, sign: int) -> None:
        session = self._session(place) or _session_of(terminal, place, sale)
        if place != sale.session_id:
            session = replace(session, rescue_of=sale.session_id)
        self._save(
            replace(session, receipts=session.receipts + sign, total=session.total + sign * sale.total)
        )
        for tender, totals in fold_tenders(sale).items():
            key = SessionTender(place, tender)
            self.changes.tenders[key] = self.changes.tenders.get(key, TenderTotals()).plus(
                _signed(totals, sign)
            )
        for sku, sold in fold_products(sale).items():
            product = SessionProduct(place, sku)
            so_far = self.changes.products.get(product, ProductTotals(sold.name, 0, 0))
            self.changes.products[product] = ProductTotals(
                sold.name, so_far.quantity + sign * sold.quantity, so_far.gross + sign * sold.gross
            )

    def _closed(self, terminal: TerminalKey, body: TillClosed, at: datetime) -> None:
        self.changes.cash_ups[body.session_id] = CashUpRow(
            body.session_id, body.number, at, body.by, "Terminal", body.tenders
        )
        session = self._session(body.session_id) or _session_of(terminal, body.session_id, body)
        if session.closed_from is None:
            self._save(replace(session, closed_at=at, closed_by=body.by, closed_from="Terminal"))

    def _session(self, session_id: str) -> Session | None:
        return self.changes.sessions.get(session_id) or self._before.sessions.get(session_id)

    def _place_of(self, entry: str) -> str | None:
        moved = self.changes.receipts.get(entry)
        return moved.session_id if moved else self._before.receipts.get(entry)

    def _save(self, session: Session) -> None:
        if (
            session != self._before.sessions.get(session.session_id)
            or session.session_id in self.changes.sessions
        ):
            self.changes.sessions[session.session_id] = session


def _body(entry: LedgerEntry) -> EntryBody:
    body = BODIES[entry.type].model_validate(entry.body)
    assert isinstance(body, EntryBody)
    return body


def _session_of(terminal: TerminalKey, session_id: str, body: TillStarted | Sale | TillClosed) -> Session:
    return Session(session_id, terminal.store, terminal.terminal, body.till, body.business_date)


def _signed(totals: TenderTotals, sign: int) -> TenderTotals:
    return totals if sign > 0 else TenderTotals(sales=-totals.sales, refunds=-totals.refunds)
