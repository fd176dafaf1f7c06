"""Reading what a close touches: entries that it may move, journals that it waits for, totals to compare."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from service_kit.database import Connection
from till_service.domain.manifest import Manifest
from till_service.domain.needs import Covered, Needs
from till_service.domain.routing import Placed
from till_service.domain.sessions import TillSession, close_of, evidence_of, wish_of
from till_service.domain.streams import Stream, StreamId
from till_service.persistence import rows
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.topics import TerminalAddress

READ_AWAITED: Final = """
    SELECT DISTINCT m.session_id
      FROM close_member AS m
      JOIN unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS asked (store, terminal, epoch, upto)
           USING (store, terminal, epoch)
     WHERE m.to_seq > asked.upto
"""
READ_TENDERS_OF: Final = """
    SELECT session_id, tender, opening, sales, refunds, paid_in, paid_out, loans, pickups
      FROM session_tender
     WHERE session_id = ANY($1::text[])
"""
READ_PARKED: Final = """
    SELECT p.*
      FROM placed_entry AS p
     WHERE p.placement = 'parked' AND p.named_session = ANY($1::text[])
     ORDER BY p.terminal, p.epoch, p.seq
"""
READ_UNCOVERED: Final = """
    SELECT p.*
      FROM session_member AS m
      LEFT JOIN unnest($2::text[], $3::text[], $4::text[], $5::bigint[])
           AS c (session_id, terminal, epoch, to_seq)
           USING (session_id, terminal, epoch)
      JOIN placed_entry AS p
           ON (p.session_id, p.terminal, p.epoch) = (m.session_id, m.terminal, m.epoch)
          AND p.seq > coalesce(c.to_seq, 0)
     WHERE m.session_id = ANY($1::text[])
       AND m.last_seq > coalesce(c.to_seq, 0)
       AND p.placement = 'session'
     ORDER BY p.terminal, p.epoch, p.seq
"""

READ_RESCUED: Final = """
    SELECT p.*
      FROM till_session AS r
      JOIN placed_entry AS p USING (session_id)
     WHERE r.rescue_of = ANY($1::text[]) AND r.status = 'outstanding'
     ORDER BY p.terminal, p.epoch, p.seq
"""
READ_WATCHED: Final = """
    SELECT DISTINCT r.session_id
      FROM close_reach AS r
      JOIN unnest($1::text[], $2::text[], $3::bigint[]) AS asked (store, terminal, upto)
           USING (store, terminal)
     WHERE r.word = 'evidence' AND r.to_seq > asked.upto
"""


async def read_awaited(
    connection: Connection, asked: Sequence[StreamId], streams: Mapping[StreamId, Stream]
) -> frozenset[str]:
    """Return the closed sessions whose count covers more of these streams than the ledger holds."""
    found = await connection.fetch(
        READ_AWAITED,
        [stream.address.store for stream in asked],
        [stream.address.terminal for stream in asked],
        [stream.epoch for stream in asked],
        [streams[stream].upto if stream in streams else 0 for stream in asked],
    )
    return frozenset(row["session_id"] for row in found)


def covered_streams(needs: Needs, awaited: Sequence[TillSession]) -> tuple[StreamId, ...]:
    """Return the streams that decide whether a close is complete: those of this batch, those waiting."""
    covered = {member.stream for member in needs.covered}
    for session in awaited:
        close, store = close_of(session), session.facts.store
        if close is not None:
            covered |= {StreamId(TerminalAddress(store, m.terminal), m.epoch) for m in close.manifest}
    return tuple(covered.difference(needs.streams))


async def read_tenders(
    connection: Connection, sessions: Sequence[str]
) -> dict[tuple[str, str], TenderTotals]:
    """Read the totals of sessions by session and tender."""
    if not sessions:
        return {}
    found = await connection.fetch(READ_TENDERS_OF, list(sessions))
    return {(row["session_id"], row["tender"]): rows.totals_of(row) for row in found}


async def read_watched(
    connection: Connection, asked: Sequence[StreamId], streams: Mapping[StreamId, Stream]
) -> frozenset[str]:
    """Return the sessions whose printed report names a position that these streams have not reached."""
    found = await connection.fetch(
        READ_WATCHED,
        [stream.address.store for stream in asked],
        [stream.address.terminal for stream in asked],
        [streams[stream].upto if stream in streams else 0 for stream in asked],
    )
    return frozenset(row["session_id"] for row in found)


async def read_placed(
    connection: Connection,
    needs: Needs,
    sessions: Mapping[str, TillSession],
    streams: Mapping[StreamId, Stream],
) -> tuple[Placed, ...]:
    """Read what is parked under the sessions of the batch, and what its closes may move."""
    found: list[Any] = []
    if needs.releasing:
        found += await connection.fetch(READ_PARKED, list(needs.releasing))
    closing = sorted({member.session_id for member in needs.covered})
    reported = [key for key in closing if key in sessions and evidence_of(sessions[key]) is not None]
    if reported:
        found += await connection.fetch(READ_RESCUED, reported)
    wished = [key for key, session in sessions.items() if _wished_manifest(session) and key not in closing]
    covered = [*needs.covered, *(member for key in wished for member in _reported(sessions[key], streams))]
    moving = [*closing, *wished]
    uncovered = await read_uncovered(connection, moving, covered) if moving else ()
    return (*(rows.placed_of(row) for row in found), *uncovered)


def _wished_manifest(session: TillSession) -> Manifest | None:
    wish = wish_of(session)
    return wish.evidence.manifest if wish is not None and wish.evidence is not None else None


def _reported(session: TillSession, streams: Iterable[StreamId]) -> Iterator[Covered]:
    """Yield how far the report of a wished close reaches in these streams, by the positions that it names."""
    manifest = _wished_manifest(session)
    for stream in streams:
        for reach in manifest.reaches if manifest is not None else ():
            if reach.of(stream.address.terminal, stream.epoch):
                yield Covered(session.facts.session_id, stream, reach.to_seq)


async def read_parked(connection: Connection, store: str, session_id: str) -> tuple[Placed, ...]:
    """Read what of a store is parked under a session."""
    found = (rows.placed_of(row) for row in await connection.fetch(READ_PARKED, [session_id]))
    return tuple(placed for placed in found if placed.origin.store == store)


async def read_uncovered(
    connection: Connection, sessions: Sequence[str], covered: Sequence[Covered]
) -> tuple[Placed, ...]:
    """Read what sessions hold beyond the positions that are covered."""
    # Two closes of one session in a batch may differ; the rules decide which one counts.
    lowest: dict[tuple[str, StreamId], int] = {}
    for member in covered:
        key = (member.session_id, member.stream)
        lowest[key] = min(member.to_seq, lowest.get(key, member.to_seq))
    found = await connection.fetch(
        READ_UNCOVERED,
        list(sessions),
        [session for session, _ in lowest],
        [stream.address.terminal for _, stream in lowest],
        [stream.epoch for _, stream in lowest],
        [*lowest.values()],
    )
    return tuple(rows.placed_of(row) for row in found)
