"""Till sessions as the ledger sees them: a union of states that only moves forward."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from till_service.domain.closes import BackClose, Close, Evidence, GuestWord, NoClose
from till_service.domain.manifest import Manifest, manifest
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
class Ended:
    """What a closed session knows of its close, whoever closed it; `close` is the terminal's own."""

    facts: SessionFacts
    close: Close | None
    back: BackClose | None = None
    no_close: NoClose | None = None
    guests: tuple[GuestWord, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosedInFront(Ended):
    """Counted and closed at its terminal; `close` is unknown only where a later epoch told of the close."""


@dataclass(frozen=True, slots=True)
class ClosedInBack(Ended):
    """Closed by the back office; `close` is unknown until it has arrived."""


@dataclass(frozen=True, slots=True)
class Posted(Ended):
    """Closed, and its stock and accounts are booked."""


TillSession = OpeningCount | Open | ClosingCount | ClosedInFront | ClosedInBack | Posted
NotFinal = OpeningCount | Open | ClosingCount
Closed = ClosedInFront | ClosedInBack | Posted

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
    if issubclass(kind, Ended):
        return kind(facts, close, back, no_close)
    return kind(facts, back) if issubclass(kind, Open | ClosingCount) else kind(facts)


def close_of(session: TillSession) -> Close | None:
    """Return the terminal's own close, where one is known."""
    return session.close if isinstance(session, Ended) else None


def evidence_of(session: TillSession) -> Evidence | None:
    """Return what a printed report said of the close, where somebody typed or scanned it."""
    if isinstance(session, Ended) and session.back is not None:
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
    if not isinstance(session, Ended):
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
    if not isinstance(session, Ended):
        return False
    known = manifest_of(session)
    return known is None or bool(known.undecided)


def _counted_manifest(session: Closed) -> Manifest | None:
    if session.close is not None:
        return manifest(session.close.manifest, session.close.not_counted)
    evidence = evidence_of(session)
    return evidence.manifest if evidence is not None else None


def sorted_sessions(sessions: Iterable[TillSession]) -> list[TillSession]:
    """Return sessions in the order in which their rows are locked and written."""
    return sorted(sessions, key=lambda session: session.facts.session_id)
