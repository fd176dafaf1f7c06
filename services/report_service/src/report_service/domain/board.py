"""The status board: the terminals of a store with their newest sessions, in the words of the back office."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from report_service.domain.back_closes import counts_of, is_provisional, source_of
from report_service.domain.rows import (
    BackCloseRow,
    CashUpRow,
    RescueRow,
    Session,
    Sighting,
    StoreRow,
    TenderRow,
    TerminalRow,
    WishRow,
)
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import Board, BoardRescue, BoardTerminal, BoardTill
from tillday_contracts.store_messages import StoreTask


@dataclass(frozen=True, slots=True)
class BoardRows:
    """Everything a board is made of; wishes and sightings by terminal code, closes and totals by session.

    `sessions` hold every running one besides those to be shown: those of `shown_date`, all when it is None.
    `guests` by session: the terminals that sold into it, and whether each is a guest still.
    """

    store: StoreRow
    terminals: Sequence[TerminalRow]
    wishes: Mapping[str, WishRow]
    sessions: Sequence[Session]
    sightings: Mapping[str, Sighting]
    reports: Mapping[str, CashUpRow]
    back_closes: Mapping[str, BackCloseRow]
    totals: Mapping[str, Mapping[str, TenderTotals]]
    tasks: Sequence[StoreTask]
    tenders: Mapping[str, TenderRow]
    guests: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    shown_date: date | None = None
    rescues: Sequence[RescueRow] = ()


def terminal_status(wish: WishRow | None) -> str:
    """Return the status of a terminal: it is closed exactly when its date is blank."""
    if wish is None or wish.business_date is None:
        return "Closed"
    return "Opened in front-office" if wish.origin == "front_office" else "Opened in back-office"


def till_status(session: Session) -> str:
    """Return the status of a till session."""
    if session.closed_from == "Backoffice" or session.status == "closed_back":
        return "Closed in Back-office"
    if session.is_final:
        return "Closed in Front-office"
    return "Opened in Terminal" if session.origin == "front_office" else "Open in Front-office"


def unknown_store(store: str) -> Refused:
    """Answer a question about a store that no one defined."""
    return Refused(code="unknown_store", text=f'There is no store "{store}": check its code.')


def unknown_terminal(store: StoreRow, terminal: str) -> Refused:
    """Answer a question about a terminal that the store does not have."""
    text = f'The store "{store.name}" has no terminal "{terminal}": the status board shows those it has.'
    return Refused(code="unknown_terminal", text=text)


def board_of(rows: BoardRows) -> Board:
    """Return the board, terminals by code and sessions in the order in which they were opened."""
    return Board(
        store=rows.store.store,
        name=rows.store.name,
        currency=rows.store.currency,
        currencies={name: tender.currency for name, tender in rows.tenders.items()},
        terminals=tuple(
            _terminal(terminal, rows) for terminal in sorted(rows.terminals, key=lambda row: row.terminal)
        ),
        rescues=tuple(_rescue(rescue) for rescue in rows.rescues),
        tasks=tuple(rows.tasks),
    )


def _terminal(terminal: TerminalRow, rows: BoardRows) -> BoardTerminal:
    wish = rows.wishes.get(terminal.terminal)
    sighting = rows.sightings.get(terminal.terminal)
    sessions = [session for session in rows.sessions if session.terminal == terminal.terminal]
    return BoardTerminal(
        terminal=terminal.terminal,
        name=terminal.name,
        status=terminal_status(wish),
        business_date=wish.business_date if wish else None,
        active_tills=sum(not session.is_final for session in sessions),
        last_seen=sighting.last_seen if sighting else None,
        waiting=sighting.waiting if sighting else None,
        sessions=tuple(
            _till(session, rows)
            for session in _in_order(sessions)
            if rows.shown_date in (None, session.business_date)
        ),
        guest_of=_guest_of(terminal.terminal, rows),
    )


def _guest_of(terminal: str, rows: BoardRows) -> str | None:
    """Return the till of another terminal that this one sells into now."""
    running = (session for session in rows.sessions if not session.is_final)
    shared = (one.till for one in running if rows.guests.get(one.session_id, {}).get(terminal))
    return next(shared, None)


def _rescue(rescue: RescueRow) -> BoardRescue:
    return BoardRescue(
        session_id=rescue.session_id,
        name=rescue.name,
        till=rescue.till,
        business_date=rescue.business_date,
        status="reviewed" if rescue.status == "reviewed" else "outstanding",
        sales=rescue.sales,
        movements=rescue.movements,
        undecided=rescue.undecided,
    )


def _in_order(sessions: Iterable[Session]) -> list[Session]:
    return sorted(
        sessions,
        key=lambda one: (
            one.business_date,
            one.opened_at.timestamp() if one.opened_at else 0.0,
            one.session_id,
        ),
    )


def _till(session: Session, rows: BoardRows) -> BoardTill:
    own = rows.reports.get(session.session_id)
    # A close that is wished of a terminal that answers is none before the terminal says so.
    back = rows.back_closes.get(session.session_id) if session.is_final else None
    return BoardTill(
        session_id=session.session_id,
        till=session.till,
        business_date=session.business_date,
        status=till_status(session),
        opened_at=session.opened_at,
        opened_by=session.opened_by,
        closed_at=session.closed_at,
        closed_by=session.closed_by or (back.closed_by if back is not None else None),
        closed_from=session.closed_from,
        receipts=session.receipts,
        total=session.total,
        late=session.late,
        tenders=counts_of(own, back, rows.totals.get(session.session_id, {})),
        number=None if own is None else own.number,
        back_number=None if back is None else back.number,
        source=source_of(own, back),
        provisional=is_provisional(own, back),
        guests=tuple(sorted(rows.guests.get(session.session_id, {}))),
    )
