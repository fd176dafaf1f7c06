"""Loading and locking what a batch may touch: terminals, seals of days, sessions; each sorted, once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from service_kit.database import Connection
from till_service.domain.figures import is_provisional
from till_service.domain.ledger import Loaded
from till_service.domain.needs import Needs
from till_service.domain.routing import Rescue
from till_service.domain.sessions import TillSession, wish_of
from till_service.domain.streams import Held, Stamp, Stream, StreamId, Terminal
from till_service.persistence import closes, rows
from tillday_contracts.topics import TerminalAddress

LOCK_TERMINALS: Final = """
    SELECT t.store, t.terminal, t.till, t.current_epoch, t.revoked
      FROM terminal AS t
      JOIN unnest($1::text[], $2::text[]) AS asked (store, terminal) USING (store, terminal)
     ORDER BY t.store, t.terminal
       FOR NO KEY UPDATE OF t
"""
READ_TERMINALS: Final = """
    SELECT t.store, t.terminal, t.till, t.current_epoch, t.revoked
      FROM terminal AS t
      JOIN unnest($1::text[], $2::text[]) AS asked (store, terminal) USING (store, terminal)
"""
READ_KEYS: Final = """
    SELECT k.key_id, k.store, k.terminal, k.key, c.key_id IS NOT NULL AS compromised
      FROM journal_key AS k
      JOIN unnest($1::text[], $2::text[]) AS asked (store, terminal) USING (store, terminal)
      LEFT JOIN compromised_key AS c ON c.key_id = k.key_id
"""
READ_STREAMS: Final = """
    SELECT s.store, s.terminal, s.epoch, s.key_id, k.key, s.upto, s.head_hash, s.last_receipt, s.last_cash_up
      FROM terminal_stream AS s
      JOIN unnest($1::text[], $2::text[], $3::text[]) AS asked (store, terminal, epoch)
           USING (store, terminal, epoch)
      JOIN journal_key AS k USING (key_id)
"""
READ_POSITIONS: Final = """
    SELECT p.store, p.terminal, p.epoch, p.seq, p.hash, x.timeline, x.c
      FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS asked (store, terminal, epoch, seq)
      JOIN position AS p USING (store, terminal, epoch, seq)
      JOIN ledger_tx AS x ON x.tx = p.tx
"""
READ_ROWS: Final = """
    SELECT j.hash, x.timeline, x.c
      FROM journal AS j
      JOIN ledger_tx AS x ON x.tx = j.tx
     WHERE j.hash = ANY($1::bytea[])
"""
HAVE_SEALS: Final = """
    INSERT INTO day_seal (store, business_date)
    SELECT * FROM unnest($1::text[], $2::date[])
        ON CONFLICT DO NOTHING
"""
LOCK_SEALS: Final = """
    SELECT d.store, d.business_date, d.sealed_at IS NOT NULL AS sealed
      FROM day_seal AS d
      JOIN unnest($1::text[], $2::date[]) AS asked (store, business_date) USING (store, business_date)
     ORDER BY d.store, d.business_date
       FOR SHARE OF d
"""
LOCK_SESSIONS: Final = """
    SELECT s.session_id
      FROM till_session AS s
     WHERE s.rescue_of IS NULL
       AND s.session_id IN (
               SELECT unnest($1::text[])
                UNION
               SELECT n.session_id
                 FROM till_session AS n
                 JOIN unnest($2::text[], $3::text[]) AS asked (store, till) USING (store, till)
                WHERE n.status IN ('opening_count', 'open', 'closing_count')
           )
     ORDER BY s.session_id
       FOR NO KEY UPDATE OF s
"""
READ_SESSIONS: Final = """
    SELECT s.*, c.hash AS close_hash, c.number, c.closed_by, c.occurred_at AS closed_at, c.tenders,
           c.manifest, c.not_counted,
           w.back_number, w.back_by, w.back_reason, w.back_at,
           w.evidence_hash, w.evidence_kind, w.evidence_by, w.evidence_at, w.evidence_tenders,
           w.evidence_reaches, w.evidence_not_counted, w.no_close_by, w.no_close_reason, w.no_close_at,
           w.no_close_reaches, w.guest_words
      FROM till_session AS s
      LEFT JOIN till_close AS c USING (session_id)
      LEFT JOIN session_word AS w USING (session_id)
     WHERE s.session_id = ANY($1::text[])
"""
READ_GUESTS: Final = """
    SELECT session_id, store, terminal, epoch, seq FROM till_guest WHERE session_id = ANY($1::text[])
"""
HAVE_TURNS: Final = """
    INSERT INTO till_turn (store, till)
    SELECT * FROM unnest($1::text[], $2::text[])
        ON CONFLICT DO NOTHING
"""
LOCK_TURNS: Final = """
    SELECT t.store, t.till, t.turn
      FROM till_turn AS t
      JOIN unnest($1::text[], $2::text[]) AS asked (store, till) USING (store, till)
     ORDER BY t.store, t.till
       FOR SHARE OF t
"""
READ_RESCUES: Final = """
    SELECT session_id, rescue_of, rescue_number, status = 'outstanding' AS outstanding
      FROM till_session
     WHERE rescue_of = ANY($1::text[])
     ORDER BY rescue_of, rescue_number
"""


async def load(connection: Connection, needs: Needs) -> Loaded:
    """Load and lock everything that a batch may touch."""
    # A close waits for the guests that it counts: their journals are read beside its own.
    counted = {member.stream.address for member in needs.covered}
    addresses = tuple(sorted({*needs.addresses, *counted}, key=lambda at: (at.store, at.terminal)))
    terminals = await read_terminals(connection, addresses, lock=True)
    streams = await read_streams(connection, needs.streams)
    held = [
        (stream, seq) for stream, seq in needs.positions if stream in streams and seq <= streams[stream].upto
    ]
    awaited = await closes.read_awaited(connection, needs.streams, streams)
    watched = await closes.read_watched(connection, needs.streams, streams)
    sealed = await _lock_seals(connection, needs.starting_days)
    turns = await _lock_turns(connection, needs.starting_tills)
    asked = [*needs.sessions, *awaited, *watched]
    sessions = await lock_sessions(connection, asked, needs.starting_tills)
    covered = closes.covered_streams(needs, [sessions[session_id] for session_id in awaited])
    return Loaded(
        terminals=terminals,
        streams=await read_streams(connection, covered) | streams if covered else streams,
        positions=await read_positions(connection, held),
        rows=await _read_rows(connection, needs.hashes),
        sealed=sealed,
        sessions=sessions,
        rescues=await read_rescues(connection, sessions),
        placed=await closes.read_placed(connection, needs, sessions, streams),
        awaited=awaited,
        tenders=await closes.read_tenders(connection, _compared(needs, awaited, sessions)),
        guests=await read_guests(connection, sessions),
        turns=turns,
    )


def _compared(needs: Needs, awaited: frozenset[str], sessions: Mapping[str, TillSession]) -> tuple[str, ...]:
    """Name the sessions whose totals are looked at, not only added to."""
    expected_alone = (
        key for key, session in sessions.items() if is_provisional(session) or wish_of(session) is not None
    )
    return tuple(sorted({*awaited, *(member.session_id for member in needs.covered), *expected_alone}))


async def read_terminals(
    connection: Connection, addresses: tuple[TerminalAddress, ...], *, lock: bool
) -> dict[TerminalAddress, Terminal]:
    """Read registered terminals and their keys; with `lock`, hold all their streams until the end."""
    asked = [a.store for a in addresses], [a.terminal for a in addresses]
    found = await connection.fetch(LOCK_TERMINALS if lock else READ_TERMINALS, *asked)
    keys: defaultdict[TerminalAddress, list[Any]] = defaultdict(list)
    for row in await connection.fetch(READ_KEYS, *asked):
        keys[rows.address_of(row)].append(row)
    return {rows.address_of(row): rows.terminal_of(row, keys[rows.address_of(row)]) for row in found}


async def read_streams(connection: Connection, streams: tuple[StreamId, ...]) -> dict[StreamId, Stream]:
    """Read streams as they stand."""
    asked = (
        [s.address.store for s in streams],
        [s.address.terminal for s in streams],
        [s.epoch for s in streams],
    )
    found = [rows.stream_of(row) for row in await connection.fetch(READ_STREAMS, *asked)]
    return {stream.id: stream for stream in found}


async def read_positions(
    connection: Connection, positions: list[tuple[StreamId, int]]
) -> dict[tuple[StreamId, int], Held]:
    """Read what the ledger holds at positions, with the stamps of the positions."""
    if not positions:
        return {}
    found = await connection.fetch(
        READ_POSITIONS,
        [stream.address.store for stream, _ in positions],
        [stream.address.terminal for stream, _ in positions],
        [stream.epoch for stream, _ in positions],
        [seq for _, seq in positions],
    )
    return {
        (StreamId(rows.address_of(row), row["epoch"]), row["seq"]): Held(
            row["hash"].hex(), rows.stamp_of(row)
        )
        for row in found
    }


async def _read_rows(connection: Connection, hashes: tuple[str, ...]) -> dict[str, Stamp]:
    found = await connection.fetch(READ_ROWS, [bytes.fromhex(hash_) for hash_ in hashes])
    return {row["hash"].hex(): rows.stamp_of(row) for row in found}


async def _lock_seals(
    connection: Connection, days: tuple[tuple[str, date], ...]
) -> frozenset[tuple[str, date]]:
    if not days:
        return frozenset()
    asked = [store for store, _ in days], [day for _, day in days]
    await connection.execute(HAVE_SEALS, *asked)
    found = await connection.fetch(LOCK_SEALS, *asked)
    return frozenset((row["store"], row["business_date"]) for row in found if row["sealed"])


async def _lock_turns(
    connection: Connection, tills: tuple[tuple[str, str], ...]
) -> dict[tuple[str, str], int]:
    if not tills:
        return {}
    asked = [store for store, _ in tills], [till for _, till in tills]
    await connection.execute(HAVE_TURNS, *asked)
    return {(r["store"], r["till"]): r["turn"] for r in await connection.fetch(LOCK_TURNS, *asked)}


async def read_guests(
    connection: Connection, sessions: Mapping[str, TillSession]
) -> dict[tuple[str, StreamId], int]:
    """Read which journals may sell into sessions as guests, and from which position on."""
    if not sessions:
        return {}
    found = await connection.fetch(READ_GUESTS, list(sessions))
    return {(r["session_id"], StreamId(rows.address_of(r), r["epoch"])): r["seq"] for r in found}


async def lock_sessions(
    connection: Connection, sessions: Sequence[str], starting_tills: Sequence[tuple[str, str]] = ()
) -> dict[str, TillSession]:
    """Read and lock sessions, and those that are not final of the tills where one begins."""
    if not sessions and not starting_tills:
        return {}
    locked = await connection.fetch(
        LOCK_SESSIONS,
        list(sessions),
        [store for store, _ in starting_tills],
        [till for _, till in starting_tills],
    )
    # Read by a statement of its own: whoever had waited would see the session's row as it is now, but its
    # close as it was when the waiting began.
    found = await connection.fetch(READ_SESSIONS, [row["session_id"] for row in locked])
    return {row["session_id"]: rows.session_of(row) for row in found}


async def read_rescues(
    connection: Connection, sessions: Mapping[str, TillSession]
) -> dict[str, tuple[Rescue, ...]]:
    """Read the rescue sessions of sessions."""
    if not sessions:
        return {}
    found: defaultdict[str, list[Rescue]] = defaultdict(list)
    for row in await connection.fetch(READ_RESCUES, list(sessions)):
        original = sessions[row["rescue_of"]].facts
        rescue = Rescue(row["session_id"], original, row["rescue_number"], row["outstanding"])
        found[row["rescue_of"]].append(rescue)
    return {session_id: tuple(rescues) for session_id, rescues in found.items()}
