"""Differences over time: what was missing and what was too much, by date, by terminal or cashier."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, NamedTuple

from report_service.domain.back_closes import counts_of
from report_service.domain.rows import BackCloseRow, Session, StoreRow, TenderRow
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.figure_messages import (
    DifferenceDay,
    DifferenceRow,
    Differences,
    DifferenceSession,
)

MOST_ROWS: Final = 200
MOST_SESSIONS: Final = 50
By = Literal["terminal", "cashier"]


class Off(NamedTuple):
    """What was missing or too much of a tender when a session was counted."""

    session_id: str
    tender: str
    difference: int


@dataclass(frozen=True, slots=True)
class Found:
    """A counted session's tender that had a difference; `cashier` opened the session."""

    session_id: str
    store: str
    business_date: date
    terminal: str
    till: str
    cashier: str | None
    tender: str
    difference: int

    def key(self, by: By) -> str:
        """Return whose difference it is; nobody is told as an empty key."""
        return self.terminal if by == "terminal" else self.cashier or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceRows:
    """What a report is made of: sessions that were counted, by date and by key, and differences found."""

    store: StoreRow
    by: By
    counted_on: Mapping[date, int]
    counted_of: Mapping[str, int]
    found: Sequence[Found]
    tenders: Mapping[str, TenderRow]
    names: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    """There were more differences than were loaded."""


@dataclass(slots=True)
class Sum:
    """What was missing and what was too much, and in which sessions."""

    missing: int = 0
    surplus: int = 0
    sessions: set[str] = field(default_factory=set)

    def add(self, one: Found) -> None:
        """Count one difference."""
        self.missing += max(0, -one.difference)
        self.surplus += max(0, one.difference)
        self.sessions.add(one.session_id)


def differences_of(rows: DifferenceRows) -> Differences:
    """Return the report: days in order, terminals or cashiers and sessions with the worst first."""
    told = _rows(rows)
    sessions = sorted(rows.found, key=lambda one: _place(one, rows))
    return Differences(
        currency=rows.store.currency,
        days=_days(rows),
        rows=tuple(told[:MOST_ROWS]),
        sessions=tuple(_session(one, rows) for one in sessions[:MOST_SESSIONS]),
        more=rows.cut or len(told) > MOST_ROWS or len(sessions) > MOST_SESSIONS,
    )


def found_in_back_closes(
    sessions: Iterable[Session],
    closes: Mapping[str, BackCloseRow],
    totals: Mapping[str, Mapping[str, TenderTotals]],
) -> list[Found]:
    """Return the differences of sessions that only the back office closed, by the report it was told."""
    return [
        _found(session, count.tender, count.difference)
        for session in sessions
        for count in counts_of(None, closes[session.session_id], totals.get(session.session_id, {}))
        if count.difference
    ]


def own_sums(found: Iterable[Off], store: StoreRow, tenders: Mapping[str, TenderRow]) -> dict[str, int]:
    """Return by session what was missing or too much, foreign tenders aside."""
    sums: dict[str, int] = defaultdict(int)
    for one in found:
        if currency_of(one.tender, store, tenders) == store.currency:
            sums[one.session_id] += one.difference
    return sums


def currency_of(tender: str, store: StoreRow, tenders: Mapping[str, TenderRow]) -> str:
    """Return the currency of a tender; one that the store does not name is in its own."""
    return tenders[tender].currency if tender in tenders else store.currency


def _found(session: Session, tender: str, difference: int) -> Found:
    whose = (session.terminal, session.till, session.opened_by)
    return Found(
        session.session_id, session.store, session.business_date, *whose, tender=tender, difference=difference
    )


def _currency(one: Found, rows: DifferenceRows) -> str:
    return currency_of(one.tender, rows.store, rows.tenders)


def _foreign(one: Found, rows: DifferenceRows) -> bool:
    return _currency(one, rows) != rows.store.currency


def _place(one: Found, rows: DifferenceRows) -> tuple[bool, int, date, str]:
    return _foreign(one, rows), -abs(one.difference), one.business_date, one.session_id


def _days(rows: DifferenceRows) -> tuple[DifferenceDay, ...]:
    sums: dict[date, Sum] = defaultdict(Sum)
    for one in rows.found:
        if not _foreign(one, rows):
            sums[one.business_date].add(one)
    return tuple(
        DifferenceDay(
            business_date=day,
            sessions=rows.counted_on[day],
            missing=sums[day].missing,
            surplus=sums[day].surplus,
        )
        for day in sorted(rows.counted_on)
    )


def _rows(rows: DifferenceRows) -> list[DifferenceRow]:
    own = rows.store.currency
    sums: dict[tuple[str, str], Sum] = {(key, own): Sum() for key in rows.counted_of}
    for one in rows.found:
        sums.setdefault((one.key(rows.by), _currency(one, rows)), Sum()).add(one)
    told = (
        DifferenceRow(
            key=key,
            name=rows.names.get(key, key),
            currency=currency,
            sessions=rows.counted_of.get(key, 0),
            off=len(one.sessions),
            missing=one.missing,
            surplus=one.surplus,
        )
        for (key, currency), one in sums.items()
    )
    return sorted(
        told, key=lambda row: (row.currency != own, row.currency, -(row.missing + row.surplus), row.key)
    )


def _session(one: Found, rows: DifferenceRows) -> DifferenceSession:
    return DifferenceSession(
        session_id=one.session_id,
        business_date=one.business_date,
        terminal=one.terminal,
        till=one.till,
        cashier=one.cashier,
        tender=one.tender,
        currency=_currency(one, rows),
        difference=one.difference,
    )
