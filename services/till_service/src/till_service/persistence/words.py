"""What persons said of closes: loading what such a word touches, and storing it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from service_kit.database import Connection
from till_service.domain.closes import BackClose, Evidence, NoClose
from till_service.domain.ledger import Loaded
from till_service.domain.manifest import Manifest
from till_service.domain.needs import Covered
from till_service.domain.sessions import TillSession
from till_service.domain.streams import Stream, StreamId
from till_service.persistence import closes, guests, loading
from tillday_contracts.topics import TerminalAddress

FIND_HOST: Final = (
    "SELECT terminal FROM till_session WHERE session_id = $1 AND store = $2 AND rescue_of IS NULL"
)
READ_STREAMS: Final = """
    SELECT t.terminal, t.epoch
      FROM terminal_stream AS t
     WHERE t.store = $1
       AND (t.terminal = $2
            OR EXISTS (SELECT FROM till_guest AS g
                        WHERE (g.session_id, g.terminal, g.epoch) = ($3, t.terminal, t.epoch)))
"""
READ_HEARD: Final = "SELECT heard_at FROM terminal_heard WHERE store = $1 AND terminal = $2"
STORE_HEARD: Final = """
    INSERT INTO terminal_heard AS old (store, terminal, heard_at) VALUES ($1, $2, $3)
        ON CONFLICT (store, terminal) DO UPDATE SET heard_at = greatest(old.heard_at, excluded.heard_at)
"""
NEXT_NUMBER: Final = """
    INSERT INTO back_number AS old (store, last) VALUES ($1, 1)
        ON CONFLICT (store) DO UPDATE SET last = old.last + 1
 RETURNING last
"""
STORE_BACK_CLOSES: Final = """
    INSERT INTO back_close (session_id, store, number, closed_by, reason, closed_at)
    SELECT new.session_id, s.store, new.number, new.closed_by, new.reason, new.closed_at
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
           AS new (session_id, number, closed_by, reason, closed_at)
      JOIN till_session AS s USING (session_id)
"""
STORE_EVIDENCE: Final = """
    INSERT INTO close_evidence (session_id, hash, kind, told_by, told_at, tenders, not_counted)
    SELECT new.session_id, new.hash, new.kind, new.told_by, new.told_at, new.tenders,
           string_to_array(new.not_counted, ' ')
      FROM unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::timestamptz[], $6::jsonb[], $7::text[])
           AS new (session_id, hash, kind, told_by, told_at, tenders, not_counted)
"""
STORE_NO_CLOSES: Final = """
    INSERT INTO no_close (session_id, said_by, reason, said_at)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
"""
STORE_REACHES: Final = """
    INSERT INTO close_reach (session_id, word, store, terminal, epoch, to_seq, proof)
    SELECT new.session_id, $2, s.store, new.terminal, new.epoch, new.to_seq, new.proof
      FROM unnest($1::text[], $3::text[], $4::text[], $5::bigint[], $6::text[])
           AS new (session_id, terminal, epoch, to_seq, proof)
      JOIN till_session AS s USING (session_id)
        ON CONFLICT DO NOTHING
"""


async def lock_session(connection: Connection, store: str, session_id: str) -> Loaded | None:
    """Load and lock a session, the streams of its host and guests, its totals; None for an unknown one."""
    terminal = await connection.fetchval(FIND_HOST, session_id, store)
    if terminal is None:
        return None
    involved = sorted({terminal, *(await guests.terminals_of(connection, session_id))})
    addresses = tuple(TerminalAddress(store, each) for each in involved)
    terminals = await loading.read_terminals(connection, addresses, lock=True)
    sessions = await loading.lock_sessions(connection, [session_id])
    found = await connection.fetch(READ_STREAMS, store, terminal, session_id)
    streams = tuple(StreamId(TerminalAddress(store, row["terminal"]), row["epoch"]) for row in found)
    return Loaded(
        terminals=terminals,
        streams=await loading.read_streams(connection, streams),
        sessions=sessions,
        rescues=await loading.read_rescues(connection, sessions),
        tenders=await closes.read_tenders(connection, [session_id]),
        guests=await loading.read_guests(connection, sessions),
    )


async def lock_parked(connection: Connection, store: str, session_id: str) -> Loaded:
    """Load and lock what is parked under a session, its session where one is known, and their terminals."""
    found = await closes.read_parked(connection, store, session_id)
    host = await connection.fetchval(FIND_HOST, session_id, store)
    involved = sorted({placed.origin.terminal for placed in found} | ({host} if host is not None else set()))
    addresses = tuple(TerminalAddress(store, terminal) for terminal in involved)
    terminals = await loading.read_terminals(connection, addresses, lock=True)
    sessions = await loading.lock_sessions(connection, [session_id])
    return Loaded(
        terminals=terminals,
        sessions=sessions,
        rescues=await loading.read_rescues(connection, sessions),
        placed=await closes.read_parked(connection, store, session_id),
    )


async def load_covered(
    connection: Connection, loaded: Loaded, session: TillSession, manifest: Manifest
) -> Loaded:
    """Load what a manifest moves out of a session, and the hashes at the positions that it names."""
    at = _positions(loaded.streams, manifest)
    session_id = session.facts.session_id
    covered = [Covered(session_id, stream, seq) for stream, seq in at]
    return Loaded(
        terminals=loaded.terminals,
        streams=loaded.streams,
        positions=await loading.read_positions(connection, at),
        sessions=loaded.sessions,
        rescues=loaded.rescues,
        placed=await closes.read_uncovered(connection, [session_id], covered),
        tenders=loaded.tenders,
        guests=loaded.guests,
    )


def _positions(streams: Mapping[StreamId, Stream], manifest: Manifest) -> list[tuple[StreamId, int]]:
    return [
        (stream, reach.to_seq)
        for stream in streams
        for reach in manifest.reaches
        if reach.of(stream.address.terminal, stream.epoch)
    ]


async def next_number(connection: Connection, store: str) -> str:
    """Take the store's next number for a close from here; without a commit it was never taken."""
    return f"B-{await connection.fetchval(NEXT_NUMBER, store)}"


async def heard_at(connection: Connection, address: TerminalAddress) -> datetime | None:
    """Return when a terminal was last heard, None for one that never spoke."""
    found = await connection.fetchval(READ_HEARD, address.store, address.terminal)
    return found if isinstance(found, datetime) else None


async def heard(connection: Connection, address: TerminalAddress, at: datetime) -> None:
    """Note that a terminal was heard."""
    await connection.execute(STORE_HEARD, address.store, address.terminal, at)


async def store_back_closes(connection: Connection, new: Mapping[str, BackClose]) -> None:
    """Store closes from the back office."""
    if new:
        await connection.execute(
            STORE_BACK_CLOSES,
            list(new),
            [b.number for b in new.values()],
            [b.by for b in new.values()],
            [b.reason for b in new.values()],
            [b.at for b in new.values()],
        )


async def store_evidence(connection: Connection, new: Mapping[str, Evidence]) -> None:
    """Store what printed reports say."""
    if new:
        await connection.execute(
            STORE_EVIDENCE,
            list(new),
            [bytes.fromhex(e.hash) for e in new.values()],
            [e.kind for e in new.values()],
            [e.by for e in new.values()],
            [e.at for e in new.values()],
            [json.dumps([[t.tender, t.counted, t.kept] for t in e.tenders]) for e in new.values()],
            [" ".join(sorted(e.manifest.undecided)) if e.manifest is not None else "" for e in new.values()],
        )
        known = {key: e.manifest for key, e in new.items() if e.manifest is not None}
        await _reaches(connection, "evidence", known)


async def store_no_closes(connection: Connection, new: Mapping[str, NoClose]) -> None:
    """Store the words that no close will come."""
    if new:
        await connection.execute(
            STORE_NO_CLOSES,
            list(new),
            [n.by for n in new.values()],
            [n.reason for n in new.values()],
            [n.at for n in new.values()],
        )
        await _reaches(connection, "no_close", {key: n.manifest for key, n in new.items()})


async def _reaches(connection: Connection, word: str, manifests: Mapping[str, Manifest]) -> None:
    new = [(session_id, reach) for session_id, manifest in manifests.items() for reach in manifest.reaches]
    await connection.execute(
        STORE_REACHES,
        [session_id for session_id, _ in new],
        word,
        [reach.terminal for _, reach in new],
        [reach.epoch for _, reach in new],
        [reach.to_seq for _, reach in new],
        [reach.proof for _, reach in new],
    )
