"""Guests of a shared till: they come and go, the host asks what they brought, a person places the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from till_service.domain.announcements import from_entry
from till_service.domain.back_office import Word, known_anew
from till_service.domain.book import Book
from till_service.domain.closes import GuestWord
from till_service.domain.manifest import Reach, bits_of
from till_service.domain.proven import Effect, Proven
from till_service.domain.sessions import Closed, TillSession, manifest_of
from tillday_contracts.arithmetic import NO_TOTALS, TenderTotals
from tillday_contracts.asks import AskFailed, TillTotals
from tillday_contracts.entries import JoinAsked, Position, TillJoined, TillLeft
from tillday_contracts.messages import Refused
from tillday_contracts.sharing_entries import GuestTender, GuestTotals
from tillday_contracts.sharing_messages import CoverGuests, GuestChanged

STATE = {JoinAsked: "asked", TillJoined: "joined", TillLeft: "left"}


def come_or_go(book: Book, proven: Proven, body: JoinAsked | TillJoined | TillLeft) -> Effect:
    """Note a guest and tell of it. Whether it may sell is for its desired state to say."""
    session_id = None if isinstance(body, JoinAsked) else body.session_id
    if isinstance(body, TillJoined):
        assert proven.stream is not None
        book.join(body.session_id, proven.stream.id, proven.entry.seq)
    who = proven.address
    told: dict[str, object] = {"state": STATE[type(body)], "session_id": session_id, "by": body.by}
    book.announce(
        who,
        from_entry(
            GuestChanged,
            proven.entry,
            book.moment,
            store=who.store,
            terminal=who.terminal,
            till=body.till,
            **told,
        ),
    )
    return Effect("none", session_id)


@dataclass(frozen=True, slots=True)
class GuestJournal:
    """A journal of a guest as the ledger holds it, from the epoch in which it joined; oldest first."""

    terminal: str
    epoch: str
    upto: int
    head_hash: str


def totals_answer(
    request_id: str,
    session_id: str,
    *,
    journals: Sequence[GuestJournal],
    totals: Mapping[tuple[str, str], TenderTotals],
) -> TillTotals:
    """Return what each guest brought, and how far its journals were read for it."""
    guests = tuple(
        GuestTotals(
            terminal=terminal,
            positions=tuple(
                Position(epoch=one.epoch, seq=one.upto, hash=one.head_hash)
                for one in journals
                if one.terminal == terminal
            ),
            tenders=tuple(
                _tender(name, totals[owner, name]) for owner, name in sorted(totals) if owner == terminal
            ),
        )
        for terminal in sorted({one.terminal for one in journals})
    )
    return TillTotals(request_id=request_id, session_id=session_id, guests=guests)


def _tender(name: str, totals: TenderTotals) -> GuestTender:
    return GuestTender(
        tender=name,
        sales=totals.sales,
        refunds=totals.refunds,
        paid_in=totals.paid_in,
        paid_out=totals.paid_out,
        loans=totals.loans,
        pickups=totals.pickups,
    )


def hosts_part(
    totals: Mapping[str, TenderTotals], guests: Mapping[tuple[str, str], TenderTotals]
) -> dict[str, TenderTotals]:
    """Return what of a session's totals is the host's own: all but what guests brought."""
    own = dict(totals)
    for (_, tender), brought in guests.items():
        own[tender] = own.get(tender, NO_TOTALS).minus(brought)
    return own


def refused_to_tell(request_id: str, session: TillSession | None, terminal: str) -> AskFailed | None:
    """Return why a terminal is not told what guests brought, None where it is."""
    if session is None:
        return AskFailed(
            request_id=request_id, text="The back office does not know this session yet: ask again."
        )
    if session.facts.terminal != terminal:
        return AskFailed(
            request_id=request_id, text="Another terminal hosts this session and counts its guests."
        )
    return None


Receipts = Mapping[tuple[str, str], tuple[str, int, str]]
"""Per guest and receipt of the session: its epoch, position and hash."""


def refused_to_cover(command: CoverGuests, session: TillSession | None, receipts: Receipts) -> Refused | None:
    """Return why nobody may say this of the guests of a session, None when somebody may."""
    if session is None:
        return Refused(code="unknown_session", text="There is no such till session in this store.")
    known = manifest_of(session)
    if not isinstance(session, Closed) or known is None:
        text = f"The count of till {session.facts.till} is not known yet: its guests follow it."
        return Refused(code="not_counted_yet", text=text)
    for guest in command.guests:
        if guest.terminal not in known.undecided:
            text = f"Nothing of terminal {guest.terminal} is undecided in this session."
            return Refused(code="guest_decided", text=text)
        if guest.through is not None and (guest.terminal, guest.through) not in receipts:
            text = (
                f"Terminal {guest.terminal} sold no {guest.through} into this session as far as is known: "
                "check the number, or leave it out to take all that has arrived."
            )
            return Refused(code="unknown_receipt", text=text)
    return None


def guest_words(
    command: CoverGuests, word: Word, journals: Sequence[GuestJournal], receipts: Receipts
) -> tuple[GuestWord, ...]:
    """Return what a command says of each guest, as positions in its journals."""
    return tuple(
        GuestWord(
            guest.terminal,
            word.by,
            word.reason,
            word.at,
            reaches(
                [one for one in journals if one.terminal == guest.terminal],
                receipts[guest.terminal, guest.through] if guest.through is not None else None,
            ),
        )
        for guest in command.guests
    )


def with_words(session: Closed, said: tuple[GuestWord, ...]) -> Closed:
    """Return a session with what was said of its guests."""
    return replace(session, guests=(*session.guests, *said))


def cover_guests(book: Book, session: Closed, said: tuple[GuestWord, ...], word: Word) -> Closed:
    """Decide which of the guests' sales lay in the drawer when it was counted."""
    book.guest_words[session.facts.session_id] = said
    return known_anew(book, with_words(session, said), word)


def reaches(journals: Sequence[GuestJournal], last: tuple[str, int, str] | None) -> tuple[Reach, ...]:
    """Return how far a count goes in one guest's journals: to its last receipt there, or as far as is held.

    Journals before the one with that receipt are covered whole, those after it not at all.
    """
    if last is None:
        return tuple(_whole(one) for one in journals if one.upto)
    epoch, seq, hash_ = last
    before = _before(journals, epoch)
    terminal = journals[0].terminal if journals else ""
    return (*(_whole(one) for one in before if one.upto), Reach(terminal, epoch, seq, bits_of(hash_)))


def _before(journals: Iterable[GuestJournal], epoch: str) -> list[GuestJournal]:
    found: list[GuestJournal] = []
    for one in journals:
        if one.epoch == epoch:
            break
        found.append(one)
    return found


def _whole(journal: GuestJournal) -> Reach:
    return Reach(journal.terminal, journal.epoch, journal.upto, bits_of(journal.head_hash))
