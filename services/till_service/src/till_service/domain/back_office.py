"""Closing a till from the back office, and a person's word that no close of its own will come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, TypeVar
from uuid import UUID

from till_service.domain.announcements import Change, session_changed
from till_service.domain.book import Book
from till_service.domain.closes import BackClose, Evidence, NoClose, ReportedTender
from till_service.domain.figures import kept_now
from till_service.domain.ledger import Moment
from till_service.domain.manifest import Manifest, Reach, bits_of, short_proof
from till_service.domain.sessions import (
    Closed,
    ClosedInBack,
    ClosingCount,
    Open,
    OpeningCount,
    SessionFacts,
    TillSession,
    close_of,
    manifest_of,
)
from till_service.domain.streams import Stream
from till_service.domain.tills import settle
from tillday_contracts.close_evidence import UnreadableEvidence, read_close_code, read_short_form
from tillday_contracts.close_messages import (
    BackCloseTold,
    CloseTill,
    NoEvidence,
    ScannedReport,
    TypedReport,
    TypedTender,
)
from tillday_contracts.journal import digest_of
from tillday_contracts.messages import Refused
from tillday_contracts.topics import TerminalAddress

C = TypeVar("C", bound=TillSession)
Running = Open | ClosingCount
SILENCE: Final = timedelta(seconds=150)
"""A terminal that said nothing for so long is out of reach."""
_SOURCES: Final[Mapping[str, Literal["typed", "scanned"]]] = {"typed": "typed", "qr": "scanned"}


@dataclass(frozen=True, slots=True)
class Word:
    """A person's decision as it takes effect: the command behind it, who, why and when."""

    message_id: UUID
    by: str
    reason: str
    at: datetime
    stream: Stream | None = None
    """The terminal's present journal, for the last numbers."""


def refused_to_close(
    session: TillSession | None,
) -> Refused | None:
    """Return why a till may not be closed from here, None when it may. A repeat is no reason."""
    if session is None:
        return Refused(code="unknown_session", text="There is no such till session in this store.")
    till = session.facts.till
    match session:
        case OpeningCount():
            text = f"Till {till} was not counted yet: nothing was sold in it, so there is nothing to close."
            return Refused(code="not_counted", text=text)
        case Open() | ClosingCount() | ClosedInBack():
            return None
        case _:
            return Refused(code="closed", text=f"Till {till} is closed already: its terminal cashed it up.")


def answers(heard_at: datetime | None, now: datetime) -> bool:
    """Say whether a terminal answers: then it hears first that its till is to be closed."""
    return heard_at is not None and now - heard_at < SILENCE


def refused_to_say(session: TillSession | None) -> Refused | None:
    """Return why nobody may say of a session that no close will come, None when somebody may."""
    if session is None:
        return Refused(code="unknown_session", text="There is no such till session in this store.")
    if not isinstance(session, Closed):
        text = f"Till {session.facts.till} is open. Close it from the back office first."
        return Refused(code="open", text=text)
    if close_of(session) is not None and session.no_close is None:
        return Refused(code="close_known", text="The terminal's own close is here: nothing is undecided.")
    return None


def evidence_in(command: CloseTill, *, at: datetime) -> Evidence | None:
    """Return what a command tells of the printed report; raises UnreadableEvidence saying what to do."""
    told = command.evidence
    if isinstance(told, NoEvidence):
        return None
    fingerprint = digest_of({"session": command.session_id, "evidence": told.model_dump(mode="json")})
    tenders, manifest = _typed(told) if isinstance(told, TypedReport) else _scanned(told, command.session_id)
    return Evidence(fingerprint, told.kind, command.by, at, tenders, manifest)


def _typed(told: TypedReport) -> tuple[tuple[ReportedTender, ...], Manifest | None]:
    reaches: list[Reach] = []
    for member in told.members:
        seq, start = read_short_form(member.short_form)
        reaches.append(Reach(member.terminal, member.code, seq, short_proof(start)))
    tenders = tuple(ReportedTender(t.tender, t.counted, t.kept) for t in told.tenders)
    return tenders, Manifest(tuple(reaches)) if reaches else None


def _scanned(told: ScannedReport, session_id: str) -> tuple[tuple[ReportedTender, ...], Manifest]:
    printed = read_close_code(told.payload)
    if printed.session != session_id:
        raise UnreadableEvidence(
            f"Report {printed.number} is of another session. Scan this session's report."
        )
    tenders = tuple(ReportedTender(name, counted, kept) for name, _, counted, kept, _ in printed.tenders)
    reaches = (Reach(t, epoch, seq, bits_of(start)) for t, epoch, seq, start in printed.manifest)
    return tenders, Manifest(tuple(reaches), frozenset(printed.not_counted))


def wish_closed(book: Book, session: Running, number: str, word: Word) -> Running:
    """Wish a till closed whose terminal answers: it finishes its receipt, says so, and sells no more."""
    back = BackClose(number, word.by, word.reason, word.at)
    book.back_closes[session.facts.session_id] = back
    return known_anew(book, replace(session, wish=back), word)


def close_in_back(book: Book, session: Running, number: str, word: Word) -> ClosedInBack:
    """Close a till from here whose terminal is silent; a wish for it that was never heard takes effect."""
    back = session.wish
    if back is None:
        back = book.back_closes[session.facts.session_id] = BackClose(number, word.by, word.reason, word.at)
    return known_anew(book, ClosedInBack(session.facts, None, back), word)


def add_evidence(
    book: Book, session: Running | ClosedInBack, evidence: Evidence, word: Word
) -> Running | ClosedInBack:
    """Add what the printed report says. The first report stays, and the terminal's own close above it."""
    back = session.back if isinstance(session, ClosedInBack) else session.wish
    if back is None or back.evidence is not None or close_of(session) is not None:
        return session
    book.evidence[session.facts.session_id] = evidence
    told = replace(back, evidence=evidence)
    if isinstance(session, ClosedInBack):
        return known_anew(book, replace(session, back=told), word)
    return known_anew(book, replace(session, wish=told), word)


def say_no_close(book: Book, session: Closed, streams: Iterable[Stream], word: Word) -> Closed:
    """Decide what an undecided session holds: what its report covers, else what the ledger holds now."""
    if session.no_close is not None:
        return session
    no_close = NoClose(word.by, word.reason, word.at, decided_now(session, streams))
    book.no_closes[session.facts.session_id] = no_close
    return known_anew(book, replace(session, no_close=no_close), word)


def decided_now(session: Closed, streams: Iterable[Stream]) -> Manifest:
    """Return what a session holds once nobody waits for a close: what was counted, else what is held now."""
    known, held = manifest_of(session), held_now(streams)
    if known is None:
        return held
    for terminal in sorted(known.undecided):
        known = known.with_guest(terminal, (r for r in held.reaches if r.terminal == terminal))
    return known


def held_now(streams: Iterable[Stream]) -> Manifest:
    """Return the positions up to which the ledger holds journals."""
    ordered = sorted(streams, key=lambda stream: stream.id.epoch)
    return Manifest(
        tuple(Reach(s.id.address.terminal, s.id.epoch, s.upto, bits_of(s.head_hash)) for s in ordered)
    )


def known_anew(book: Book, session: C, word: Word) -> C:
    """Keep a session of which more is known now, move what that moves, and tell of it."""
    book.put_session(session)
    settle(book, session)
    facts = session.facts
    kept = kept_now(session, book.totals_of(facts.session_id))
    change = Change(word.message_id, word.at, word.stream, word.by, kept)
    address = TerminalAddress(facts.store, facts.terminal)
    book.announce(address, session_changed(session, change, book.moment))
    back, no_close = _close_from_here(session)
    if back is not None:
        book.announce(address, _told(facts, back, no_close, (word.message_id, book.moment)))
    return session


def _close_from_here(session: TillSession) -> tuple[BackClose | None, NoClose | None]:
    """Return the close from here, carried out or wished, and the word that no other will come."""
    match session:
        case OpeningCount():
            return None, None
        case Open() | ClosingCount():
            return session.wish, None
        case _:
            return session.back, session.no_close


def _told(
    facts: SessionFacts, back: BackClose, no_close: NoClose | None, because: tuple[UUID, Moment]
) -> BackCloseTold:
    """Tell all that is known of a close from the back office, the cause and the moment of its telling."""
    evidence, (cause, moment) = back.evidence, because
    return BackCloseTold(
        message_id=moment.new_id(),
        correlation_id=cause,
        causation_id=cause,
        occurred_at=moment.now,
        store=facts.store,
        terminal=facts.terminal,
        till=facts.till,
        session_id=facts.session_id,
        business_date=facts.business_date,
        number=back.number,
        by=back.by,
        reason=back.reason,
        closed_at=back.at,
        source="none" if evidence is None else _SOURCES[evidence.kind],
        told_by=None if evidence is None else evidence.by,
        told_at=None if evidence is None else evidence.at,
        tenders=() if evidence is None else tuple(_told_tender(told) for told in evidence.tenders),
        no_close_by=None if no_close is None else no_close.by,
    )


def _told_tender(told: ReportedTender) -> TypedTender:
    return TypedTender(tender=told.tender, counted=told.counted, kept=told.kept)
