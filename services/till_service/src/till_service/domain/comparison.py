"""What people have to look at: a close against the ledger, a printed report against close and journal."""

from collections.abc import Iterator, Mapping

from till_service.domain.book import Book
from till_service.domain.closes import Close, Evidence
from till_service.domain.manifest import manifest
from till_service.domain.money import (
    Task,
    disagreement,
    evidence_differs,
    expected_differs,
    posted_before_close,
    short_form_differs,
)
from till_service.domain.sessions import Posted, SessionFacts, TillSession, close_of, manifest_of, told_of
from till_service.domain.streams import StreamId
from tillday_contracts.topics import TerminalAddress


def tasks(book: Book) -> Iterator[Task]:
    """Yield what this batch brought up. Asked after its last entry; each task is raised once per session."""
    yield from _closes_that_expected_otherwise(book)
    for session in _sessions(book):
        if told_of(session) is not None or session.facts.session_id in book.closes:
            yield from _of_evidence(book, session)


def _closes_that_expected_otherwise(book: Book) -> Iterator[Task]:
    """Yield a task for each close that became complete in this batch and expected something else.

    What comes later finds its place without changing these totals, so a close is compared once, whatever the
    order of arrival. Where a person's word decided the membership, the close covers something else anyway.
    """
    for session_id in sorted({*book.closes, *book.loaded.awaited}):
        session = book.sessions.get(session_id) or book.loaded.sessions.get(session_id)
        close = close_of(session) if session is not None else None
        if session is None or close is None or not _is_complete(book, session.facts, close):
            continue
        found = disagreement(close, book.totals_of(session_id))
        # Guests that nobody counted are in the ledger's totals and in no expected amount.
        if found and not close.not_counted and manifest_of(session) == manifest(close.manifest):
            yield expected_differs(session.facts, close, found)


def _is_complete(book: Book, facts: SessionFacts, close: Close) -> bool:
    return all(
        _reaches(book, StreamId(TerminalAddress(facts.store, member.terminal), member.epoch), member.to_seq)
        for member in close.manifest
    )


def _reaches(book: Book, stream_id: StreamId, seq: int) -> bool:
    stream = book.stream(stream_id)
    return stream is not None and stream.upto >= seq


def _sessions(book: Book) -> list[TillSession]:
    return list({**book.loaded.sessions, **book.sessions}.values())


def _of_evidence(book: Book, session: TillSession) -> Iterator[Task]:
    """Yield what a printed report, or a session that was posted without its close, disagrees on."""
    session_id, evidence = session.facts.session_id, told_of(session)
    close = book.closes.get(session_id)
    if close is not None and isinstance(session, Posted):
        yield posted_before_close(session.facts, close)
    if evidence is None:
        return
    if close is not None and not _agrees(evidence, close):
        yield evidence_differs(session.facts, close)
    arrived = _arrived(book, new=session_id in book.evidence)
    if _disproven(session, arrived):
        yield short_form_differs(session.facts, evidence.hash)


def _agrees(evidence: Evidence, close: Close) -> bool:
    counts = {count.tender: count for count in close.tenders}
    return all(told.tender in counts and told.agrees(counts[told.tender]) for told in evidence.tenders)


def _arrived(book: Book, *, new: bool) -> Mapping[tuple[StreamId, int], str]:
    # A new report is checked against all that is loaded, a known one against what this batch brought.
    before = {at: held.hash for at, held in book.loaded.positions.items()} if new else {}
    return {**before, **book.positions}


def _disproven(session: TillSession, arrived: Mapping[tuple[StreamId, int], str]) -> bool:
    evidence = told_of(session)
    if evidence is None or evidence.manifest is None or not arrived:
        return False
    return any(
        not reach.holds(hash_)
        for reach in evidence.manifest.reaches
        for (stream, seq), hash_ in arrived.items()
        if seq == reach.to_seq
        and stream.address.store == session.facts.store
        and reach.of(stream.address.terminal, stream.epoch)
    )
