"""Till sessions as the ledger sees them: a union of states that only moves forward."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from till_service.domain.manifest import Manifest, Reach, manifest
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import (
    CashUpCancelled,
    CashUpStarted,
    CloseHeard,
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
    """What never changes: who began it, where, and at which position of the host's journal.

    `turn` counts the moves of the till from terminal to terminal before it.
    """

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
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Close:
    """A close as its terminal recorded it: the figures, and the positions that its count covers."""

    hash: str
    number: str
    by: str
    at: datetime
    tenders: tuple[TenderCount, ...]
    manifest: tuple[ManifestMember, ...]
    not_counted: tuple[str, ...] = ()

    @property
    def kept(self) -> tuple[TenderAmount, ...]:
        """What stays in the till for the next session."""
        return tuple(TenderAmount(tender=t.tender, amount=t.kept) for t in self.tenders)


@dataclass(frozen=True, slots=True)
class ReportedTender:
    """A tender as a printed report shows it; `kept` is None where nobody typed it."""

    tender: str
    counted: int
    kept: int | None = None

    @property
    def left(self) -> int:
        """What stays in the till; all of it where nothing else was said."""
        return self.counted if self.kept is None else self.kept

    @property
    def moved(self) -> int:
        """What went to the safe, as far as the report says."""
        return self.counted - self.left

    def agrees(self, count: TenderCount) -> bool:
        """Say whether the terminal's own count says the same, as far as it was told."""
        return self.counted == count.counted and self.kept in (None, count.kept)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a close by its printed report; `manifest` is None where nobody typed a short form.

    `hash` stands for the evidence where an entry's hash stands for a terminal's own close.
    """

    hash: str
    kind: Literal["typed", "qr"]
    by: str
    at: datetime
    tenders: tuple[ReportedTender, ...]
    manifest: Manifest | None


@dataclass(frozen=True, slots=True)
class BackClose:
    """The back office's own close: its number, who said so and why, and the evidence, if there is any."""

    number: str
    by: str
    reason: str
    at: datetime
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class NoClose:
    """A supervisor's word that the terminal's own close will never come, with the positions it meant."""

    by: str
    reason: str
    at: datetime
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class GuestWord:
    """A person's word on how far a count goes in the journals of a guest that it did not ask."""

    terminal: str
    by: str
    reason: str
    at: datetime
    reaches: tuple[Reach, ...]


@dataclass(frozen=True, slots=True)
class OpeningCount:
    """Begun; sales wait until the opening count is confirmed."""

    facts: SessionFacts


@dataclass(frozen=True, slots=True)
class Open:
    """Counted and selling; `wish` is the back office's to close it, of which its terminal has to hear."""

    facts: SessionFacts
    wish: BackClose | None = None


@dataclass(frozen=True, slots=True)
class ClosingCount:
    """The cash-up has begun; `wish` as in Open."""

    facts: SessionFacts
    wish: BackClose | None = None


@dataclass(frozen=True, slots=True)
class ClosedInFront:
    """Counted and closed at its terminal; `close` is unknown only where a later epoch told of the close."""

    facts: SessionFacts
    close: Close | None
    back: BackClose | None = None
    no_close: NoClose | None = None
    guests: tuple[GuestWord, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosedInBack:
    """Closed by the back office; `close` is the terminal's own, once it has arrived."""

    facts: SessionFacts
    close: Close | None
    back: BackClose | None = None
    no_close: NoClose | None = None
    guests: tuple[GuestWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """Closed, and its stock and accounts are booked."""

    facts: SessionFacts
    close: Close | None
    back: BackClose | None = None
    no_close: NoClose | None = None
    guests: tuple[GuestWord, ...] = ()


TillSession = OpeningCount | Open | ClosingCount | ClosedInFront | ClosedInBack | Posted
NotFinal = OpeningCount | Open | ClosingCount
Closed = ClosedInFront | ClosedInBack | Posted
SessionEntry = (
    InitialCountConfirmed
    | CashUpStarted
    | CashUpCancelled
    | CloseHeard
    | TillClosed
    | CountAttempted
    | TenderConfirmed
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


def restore(
    facts: SessionFacts,
    status: str,
    close: Close | None,
    *,
    back: BackClose | None = None,
    no_close: NoClose | None = None,
) -> TillSession:
    """Return the state that a status word and what is known of the close stand for.

    A close from here of a session that is not closed yet is the wish for it.
    """
    kind = next(kind for kind, word in STATUS.items() if word == status)
    if issubclass(kind, ClosedInFront | ClosedInBack | Posted):
        return kind(facts, close, back, no_close)
    return kind(facts, back) if issubclass(kind, Open | ClosingCount) else kind(facts)


def close_of(session: TillSession) -> Close | None:
    """Return the terminal's own close, where one is known."""
    return session.close if isinstance(session, ClosedInFront | ClosedInBack | Posted) else None


def evidence_of(session: TillSession) -> Evidence | None:
    """Return what a printed report said of the close, where somebody typed or scanned it."""
    if isinstance(session, ClosedInFront | ClosedInBack | Posted) and session.back is not None:
        return session.back.evidence
    return None


def told_of(session: TillSession) -> Evidence | None:
    """Return what a printed report said, also where the close is only wished yet."""
    wish = wish_of(session)
    return evidence_of(session) if wish is None else wish.evidence


def wish_of(session: TillSession) -> BackClose | None:
    """Return the back office's wish to close a running session, where there is one."""
    return session.wish if isinstance(session, Open | ClosingCount) else None


def manifest_of(session: TillSession) -> Manifest | None:
    """Return the positions that decide membership, None for a session that is open or undecided.

    A person's "no close will come" stays decisive whatever arrives after it; then the terminal's own close
    counts, then its printed report; and for guests that neither counted, what somebody said of them.
    """
    if not isinstance(session, ClosedInFront | ClosedInBack | Posted):
        return None
    if session.no_close is not None:
        return session.no_close.manifest
    known = _counted_manifest(session)
    for word in session.guests if known is not None else ():
        assert known is not None
        known = known.with_guest(word.terminal, word.reaches)
    return known


def was_given_up(session: TillSession) -> bool:
    """Say whether a person closed a session of which no opening count was known: nothing else did."""
    if not isinstance(session, ClosedInBack | Posted):
        return False
    return session.back is None and session.no_close is not None


def is_undecided(session: TillSession) -> bool:
    """Say whether a closed session waits for its manifest, or for a word on guests that nobody counted."""
    if not isinstance(session, ClosedInFront | ClosedInBack | Posted):
        return False
    known = manifest_of(session)
    return known is None or bool(known.undecided)


def _counted_manifest(session: Closed) -> Manifest | None:
    if session.close is not None:
        return manifest(session.close.manifest, session.close.not_counted)
    evidence = evidence_of(session)
    return evidence.manifest if evidence is not None else None


def evolve(session: TillSession, entry: SessionEntry, close: Close | None = None) -> TillSession:
    """Return the session after an entry; one that means nothing in this state leaves it as it is.

    Total on purpose: the terminal refuses, the ledger records. A close is believed from every state that is
    not final, because the money was counted whether or not the steps before it arrived intact. `close` is
    the close that a TillClosed entry tells of. What the back office wished closed is closed there.
    """
    match session, entry:
        case OpeningCount(facts), InitialCountConfirmed():
            return Open(facts)
        case Open(facts, wish), CashUpStarted():
            return ClosingCount(facts, wish)
        case ClosingCount(facts, wish), CashUpCancelled():
            return Open(facts, wish)
        case ((Open(facts, BackClose() as wish) | ClosingCount(facts, BackClose() as wish)), CloseHeard()):
            return ClosedInBack(facts, None, wish)
        case ((Open(facts, BackClose() as wish) | ClosingCount(facts, BackClose() as wish)), TillClosed()):
            return ClosedInBack(facts, close, wish)
        case ((OpeningCount(facts) | Open(facts) | ClosingCount(facts)), TillClosed()):
            return ClosedInFront(facts, close)
        case (ClosedInFront(_, None) | ClosedInBack(_, None) | Posted(_, None)) as closed, TillClosed():
            return replace(closed, close=close)
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
    wish = wish_of(session)
    wished = "closed_back" if wish is not None and told == "closed_front" else told
    return restore(session.facts, wished, None, back=wish)


def openings(entry: InitialCountConfirmed) -> dict[str, TenderTotals]:
    """Return what an opening count puts into each tender: the counted amount."""
    return {tender.tender: TenderTotals(opening=tender.counted) for tender in entry.tenders}


def sorted_sessions(sessions: Iterable[TillSession]) -> list[TillSession]:
    """Return sessions in the order in which their rows are locked and written."""
    return sorted(sessions, key=lambda session: session.facts.session_id)
