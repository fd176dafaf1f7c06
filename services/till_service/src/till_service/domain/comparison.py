"""A close compared with the ledger, once everything that it covers has arrived."""

from collections.abc import Iterator

from till_service.domain.book import Book
from till_service.domain.money import Task, disagreement, expected_differs
from till_service.domain.sessions import Close, SessionFacts, close_of
from till_service.domain.streams import StreamId
from tillday_contracts.topics import TerminalAddress


def tasks(book: Book) -> Iterator[Task]:
    """Yield a task for each close that became complete in this batch and expected something else.

    Asked after the last entry of the batch. What comes later finds its place without changing these totals,
    so a close is compared once, whatever the order of arrival.
    """
    for session_id in sorted({*book.closes, *book.loaded.awaited}):
        session = book.sessions.get(session_id) or book.loaded.sessions.get(session_id)
        close = close_of(session) if session is not None else None
        if session is None or close is None or not _is_complete(book, session.facts, close):
            continue
        found = disagreement(close, book.totals_of(session_id))
        if found:
            yield expected_differs(session.facts, close, found)


def _is_complete(book: Book, facts: SessionFacts, close: Close) -> bool:
    return all(
        _reaches(book, StreamId(TerminalAddress(facts.store, member.terminal), member.epoch), member.to_seq)
        for member in close.manifest
    )


def _reaches(book: Book, stream_id: StreamId, seq: int) -> bool:
    stream = book.stream(stream_id)
    return stream is not None and stream.upto >= seq
