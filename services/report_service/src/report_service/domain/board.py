"""The status board: the terminals of a store with their newest sessions, in the words of the back office."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from report_service.domain.back_closes import counts_of, is_provisional, source_of
from report_service.domain.lines import SessionLine, TerminalLine
from report_service.domain.presence import Listening, presence_of
from report_service.domain.rows import (
    BackCloseRow,
    CashUpRow,
    RescueRow,
    Session,
    StoreRow,
    TenderRow,
)
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import Board, BoardRescue, BoardTerminal, BoardTill
from tillday_contracts.store_messages import StoreTask

RUNNING: Final = ("Open in Front-office", "Opened in Terminal")


@dataclass(frozen=True, slots=True)
class BoardRows:
    """Everything that is told of some terminals; closes and totals by session.

    `sessions` are theirs, running ones besides those to be shown: those of `shown_date`, all when it is None.
    `guests` by session: the terminals that sold into it, and whether each is a guest still; `hosts`: the till
    of every session that runs in the store. `now` is when somebody looks.
    """

    store: StoreRow
    terminals: Sequence[TerminalLine]
    sessions: Sequence[Session]
    reports: Mapping[str, CashUpRow]
    back_closes: Mapping[str, BackCloseRow]
    totals: Mapping[str, Mapping[str, TenderTotals]]
    tasks: Sequence[StoreTask]
    tenders: Mapping[str, TenderRow]
    now: datetime
    listening: Listening | None = None
    guests: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    shown_date: date | None = None
    rescues: Sequence[RescueRow] = ()


def terminal_status(terminal: TerminalLine) -> str:
    """Return the status of a terminal: it is closed exactly when its date is blank."""
    if terminal.business_date is None:
        return "Closed"
    return "Opened in front-office" if terminal.origin == "front_office" else "Opened in back-office"


def till_status(session: Session | SessionLine) -> str:
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
    by_terminal: dict[str, list[Session]] = defaultdict(list)
    for session in rows.sessions:
        by_terminal[session.terminal].append(session)
    guest_of = _guests(rows)
    return Board(
        store=rows.store.store,
        name=rows.store.name,
        currency=rows.store.currency,
        currencies={name: tender.currency for name, tender in rows.tenders.items()},
        terminals=tuple(
            _terminal(one, rows, by_terminal[one.terminal], guest_of=guest_of.get(one.terminal))
            for one in sorted(rows.terminals, key=lambda row: row.terminal)
        ),
        rescues=tuple(_rescue(rescue) for rescue in rows.rescues),
        tasks=tuple(rows.tasks),
    )


def _terminal(
    line: TerminalLine, rows: BoardRows, sessions: Sequence[Session], *, guest_of: str | None
) -> BoardTerminal:
    return BoardTerminal(
        terminal=line.terminal,
        name=line.name,
        status=terminal_status(line),
        business_date=line.business_date,
        active_tills=sum(not session.is_final for session in sessions),
        last_seen=line.last_seen,
        presence=presence_of(line.last_seen, rows.listening, rows.now),
        waiting=line.waiting,
        sessions=tuple(
            _till(session, rows)
            for session in _in_order(sessions)
            if rows.shown_date in (None, session.business_date)
        ),
        guest_of=guest_of,
    )


def _guests(rows: BoardRows) -> dict[str, str]:
    """Return by terminal the till of another one that it sells into now, the first of several."""
    told: dict[str, str] = {}
    for session_id, till in rows.hosts.items():
        for terminal, is_there in rows.guests.get(session_id, {}).items():
            if is_there:
                told.setdefault(terminal, till)
    return told


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
