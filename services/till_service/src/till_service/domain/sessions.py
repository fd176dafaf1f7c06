"""Till sessions as the ledger sees them: a union of states that only moves forward."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import (
    CashUpCancelled,
    CashUpStarted,
    CountAttempted,
    InitialCountConfirmed,
    ManifestMember,
    TenderAmount,
    TenderConfirmed,
    TenderCount,
    TillClosed,
)
from tillday_contracts.till_messages import SessionStatus


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What never changes: who began it, where, and at which position of the host's journal."""

    session_id: str
    store: str
    terminal: str
    till: str
    business_date: date
    opened_by: str | None
    epoch: str
    start_seq: int
    late: bool = False
    recovered: bool = False


@dataclass(frozen=True, slots=True)
class Close:
    """A close as its terminal recorded it: the figures, and the positions that its count covers."""

    hash: str
    number: str
    by: str
    at: datetime
    tenders: tuple[TenderCount, ...]
    manifest: tuple[ManifestMember, ...]

    def covers(self, terminal: str, epoch: str, seq: int) -> bool:
        """Say whether the count covers an entry; membership is decided by this alone, never by arrival."""
        return any((m.terminal, m.epoch) == (terminal, epoch) and seq <= m.to_seq for m in self.manifest)

    @property
    def kept(self) -> tuple[TenderAmount, ...]:
        """What stays in the till for the next session."""
        return tuple(TenderAmount(tender=t.tender, amount=t.kept) for t in self.tenders)


@dataclass(frozen=True, slots=True)
class OpeningCount:
    """Begun; sales wait until the opening count is confirmed."""

    facts: SessionFacts


@dataclass(frozen=True, slots=True)
class Open:
    """Counted and selling."""

    facts: SessionFacts


@dataclass(frozen=True, slots=True)
class ClosingCount:
    """The cash-up has begun."""

    facts: SessionFacts


@dataclass(frozen=True, slots=True)
class ClosedInFront:
    """Counted and closed at its terminal; `close` is unknown only where a later epoch told of the close."""

    facts: SessionFacts
    close: Close | None


@dataclass(frozen=True, slots=True)
class ClosedInBack:
    """Closed by the back office; `close` is the terminal's own, once it has arrived."""

    facts: SessionFacts
    close: Close | None


@dataclass(frozen=True, slots=True)
class Posted:
    """Closed, and its stock and accounts are booked."""

    facts: SessionFacts
    close: Close | None


TillSession = OpeningCount | Open | ClosingCount | ClosedInFront | ClosedInBack | Posted
NotFinal = OpeningCount | Open | ClosingCount
Closed = ClosedInFront | ClosedInBack | Posted
SessionEntry = (
    InitialCountConfirmed | CashUpStarted | CashUpCancelled | TillClosed | CountAttempted | TenderConfirmed
)

STATUS: Final[dict[type[TillSession], SessionStatus]] = {
    OpeningCount: "opening_count",
    Open: "open",
    ClosingCount: "closing_count",
    ClosedInFront: "closed_front",
    ClosedInBack: "closed_back",
    Posted: "posted",
}


def status_of(session: TillSession) -> SessionStatus:
    """Return the word for a state in messages and tables."""
    return STATUS[type(session)]


def restore(facts: SessionFacts, status: str, close: Close | None) -> TillSession:
    """Return the state that a status word and a close stand for; the inverse of `status_of`."""
    kind = next(kind for kind, word in STATUS.items() if word == status)
    if issubclass(kind, ClosedInFront | ClosedInBack | Posted):
        return kind(facts, close)
    return kind(facts)


def close_of(session: TillSession) -> Close | None:
    """Return the terminal's own close, where one is known."""
    return session.close if isinstance(session, ClosedInFront | ClosedInBack | Posted) else None


def evolve(session: TillSession, entry: SessionEntry, close: Close | None = None) -> TillSession:
    """Return the session after an entry; one that means nothing in this state leaves it as it is.

    Total on purpose: the terminal refuses, the ledger records. A close is believed from every state that is
    not final, because the money was counted whether or not the steps before it arrived intact. `close` is
    the close that a TillClosed entry tells of.
    """
    match session, entry:
        case OpeningCount(facts), InitialCountConfirmed():
            return Open(facts)
        case Open(facts), CashUpStarted():
            return ClosingCount(facts)
        case ClosingCount(facts), CashUpCancelled():
            return Open(facts)
        case ((OpeningCount(facts) | Open(facts) | ClosingCount(facts)), TillClosed()):
            return ClosedInFront(facts, close)
        case ClosedInFront(facts, None), TillClosed():
            return ClosedInFront(facts, close)
        case ClosedInBack(facts, None), TillClosed():
            return ClosedInBack(facts, close)
        case _:
            return session


ORDER: Final[tuple[type[TillSession], ...]] = (OpeningCount, Open, ClosingCount, ClosedInFront)


def moved_forward(session: TillSession, status: str) -> TillSession:
    """Return a session after a later epoch told its status: moved forward or left, never back."""
    words = [STATUS[kind] for kind in ORDER]
    told = "closed_front" if status == "closed_back" else status
    known = status_of(session)
    if told not in words or known not in words or words.index(told) <= words.index(known):
        return session
    return restore(session.facts, told, None)


def openings(entry: InitialCountConfirmed) -> dict[str, TenderTotals]:
    """Return what an opening count puts into each tender: the counted amount."""
    return {tender.tender: TenderTotals(opening=tender.counted) for tender in entry.tenders}


def sorted_sessions(sessions: Iterable[TillSession]) -> list[TillSession]:
    """Return sessions in the order in which their rows are locked and written."""
    return sorted(sessions, key=lambda session: session.facts.session_id)
