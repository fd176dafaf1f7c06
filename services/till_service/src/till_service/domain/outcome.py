"""What a book leaves behind: everything to store in one transaction, and the events to tell."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from till_service.domain.announcements import (
    Change,
    entries_moved,
    entries_recorded,
    session_changed,
    task_raised,
)
from till_service.domain.book import Book
from till_service.domain.comparison import tasks
from till_service.domain.figures import is_provisional, kept_now
from till_service.domain.ledger import JournalRow, Taken
from till_service.domain.money import Task
from till_service.domain.posting_sums import PostingSums, closed_among
from till_service.domain.sessions import Closed, sorted_sessions
from tillday_contracts.link import Verdict
from tillday_contracts.messages import Event
from tillday_contracts.till_messages import TillSessionChanged
from tillday_contracts.topics import TerminalAddress

Answers = Mapping[TerminalAddress, tuple[Verdict, ...]]


def outcome(book: Book, *, answers: Answers, gaps: Mapping[TerminalAddress, datetime]) -> Taken:
    """Return what a book leaves, once its last entry or command had its effect."""
    loaded = book.loaded
    sessions = sorted_sessions(book.sessions.values())
    rows = tuple(_final(book, row) for row in book.rows.values())
    raised = tuple(tasks(book))
    return Taken(
        streams=tuple(book.streams.values()),
        current_epochs=book.current_epochs,
        positions=book.position_rows(),
        rows=rows,
        # In the order in which they began, which the table keeps: a HELLO is answered with the newest.
        new_sessions=tuple(s for s in book.sessions.values() if s.facts.session_id not in loaded.sessions),
        changed_sessions=tuple(s for s in sessions if s.facts.session_id in loaded.sessions),
        rescues=tuple(book.rescues[key] for key in sorted(book.rescues)),
        closes=book.closes,
        back_closes=book.back_closes,
        evidence=book.evidence,
        no_closes=book.no_closes,
        guest_words=book.guest_words,
        guests=book.guests,
        close_members=tuple(book.close_members.values()),
        placed=tuple(book.placed.values()),
        tenders=book.tenders,
        guest_tenders=book.guest_tenders,
        products=book.products,
        sums=book.sums,
        members=book.members,
        safe=tuple(book.safe.values()),
        adjustments=tuple(book.adjustments),
        counts=tuple(book.counts),
        left_money=tuple(book.left_money),
        unidentified=tuple(book.unidentified),
        touched_rescues=tuple(sorted(book.touched_rescues)),
        to_settle=tuple(sorted(_to_settle(book))),
        to_post=tuple(sorted(_to_post(book))),
        tasks=raised,
        letters=tuple(book.letters),
        events=tuple(_events(book, rows, raised)),
        answers=answers,
        gaps=gaps,
    )


def nothing_new(answers: Answers, gaps: Mapping[TerminalAddress, datetime]) -> Taken:
    """Return what a batch leaves of which the ledger held or refused every entry: its answers."""
    return Taken(answers, gaps, PostingSums())


def _to_settle(book: Book) -> Iterator[tuple[str, str]]:
    """Yield the tills (store, till) of which a count, late money or a person's word is new."""
    touched = {count.session_id for count in book.counts} | {left.session_id for left in book.left_money}
    touched |= {*book.evidence, *book.no_closes, *book.back_closes, *book.rescues, *book.guest_words}
    touched |= {row.body.corrects for row in book.adjustments} | book.reviewed
    touched |= {
        placed.body.session_id
        for placed in book.placed.values()
        if placed.placement in ("rescue", "rejected")
    }
    touched |= {session.facts.session_id for session in book.sessions.values() if isinstance(session, Closed)}
    known = {**book.loaded.sessions, **book.sessions}
    late = {placed.session_id for placed in book.placed.values() if placed.placement == "session"}
    touched |= {key for key in late if isinstance(known.get(key), Closed)}
    yield from {(known[key].facts.store, known[key].facts.till) for key in touched if key in known}


def _to_post(book: Book) -> set[str]:
    """Return the closed sessions of which something that is posted may be new.

    A session that an adjustment corrects need not be loaded; whoever posts it looks at its state anyway.
    """
    touched = {session_id for session_id, _ in (*book.tenders, *book.products)} | book.sums.sessions
    touched |= {*book.sessions, *book.closes, *book.evidence, *book.back_closes, *book.no_closes}
    touched |= {*book.guest_words, *book.loaded.awaited, *book.reviewed} | {
        left.session_id for left in book.left_money
    }
    touched |= book.reviewed
    known = {**book.loaded.sessions, **book.sessions}
    closed = closed_among(known[key] for key in touched if key in known)
    return closed | {row.body.corrects for row in book.adjustments}


def _final(book: Book, row: JournalRow) -> JournalRow:
    # A close later in the same batch may have moved an entry on.
    placed = book.placed.get(row.entry.hash)
    if placed is None or (placed.placement, placed.session_id) == (row.placement, row.session_id):
        return row
    return row._replace(placement=placed.placement, session_id=placed.session_id, reason=placed.reason)


def _events(book: Book, rows: Iterable[JournalRow], raised: Iterable[Task]) -> Iterator[Event]:
    by_terminal: dict[TerminalAddress, list[JournalRow]] = {}
    for row in rows:
        by_terminal.setdefault(row.address, []).append(row)
    for address in by_terminal | book.events:
        yield from entries_recorded(address, by_terminal.get(address, ()), book.moment)
        yield from book.events.get(address, ())
    for address, moved in book.moved().items():
        yield from entries_moved(address, moved, book.moment)
    yield from _kept_anew(book)
    for task in raised:
        yield task_raised(task, book.moment)


def _kept_anew(book: Book) -> Iterator[TillSessionChanged]:
    """Tell again of a session whose kept amounts are only expected, when something joined or left it."""
    for session_id in sorted({session_id for session_id, _ in book.tenders}):
        session = book.sessions.get(session_id) or book.loaded.sessions.get(session_id)
        if session is not None and is_provisional(session):
            kept = kept_now(session, book.totals_of(session_id))
            change = Change(book.moment.new_id(), book.moment.now, None, None, kept)
            yield session_changed(session, change, book.moment)
