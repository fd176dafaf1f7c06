"""Storing what a batch leaves: one statement per table, sets in, in the order of the locks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from service_kit import deadletters
from service_kit.database import Connection
from service_kit.outbox import announce_events
from till_service.domain.announcements import from_entry
from till_service.domain.closes import Close
from till_service.domain.ledger import CloseMember, JournalRow, Letter, Moment, PositionRow, Taken
from till_service.domain.routing import Rescue
from till_service.domain.sessions import TillSession, status_of
from till_service.domain.streams import Stream
from till_service.persistence import desk, guests, money, rescues, rows, words
from tillday_contracts.desk_messages import DeadLetterClosed
from tillday_contracts.till_messages import DeadLetterKept
from tillday_contracts.topics import TerminalAddress

STORE_STREAMS: Final = """
    INSERT INTO terminal_stream (store, terminal, epoch, key_id, upto, head_hash, last_receipt, last_cash_up)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bytea[],
                         $7::bigint[], $8::bigint[])
        ON CONFLICT (store, terminal, epoch) DO UPDATE
       SET upto = excluded.upto,
           head_hash = excluded.head_hash,
           last_receipt = excluded.last_receipt,
           last_cash_up = excluded.last_cash_up
"""
STORE_CURRENT_EPOCHS: Final = """
    UPDATE terminal AS t
       SET current_epoch = new.epoch
      FROM unnest($1::text[], $2::text[], $3::text[]) AS new (store, terminal, epoch)
     WHERE (t.store, t.terminal) = (new.store, new.terminal)
"""
STORE_POSITIONS: Final = """
    INSERT INTO position (store, terminal, epoch, seq, hash, tx)
    SELECT store, terminal, epoch, seq, hash, $6
      FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bytea[])
           AS new (store, terminal, epoch, seq, hash)
"""
STORE_JOURNAL: Final = """
    INSERT INTO journal (hash, store, terminal, epoch, seq, prev, type, data, quarantine, placement,
                         session_id, reason, recorded_at, tx)
    SELECT new.*, $13, $14
      FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bytea[], $7::text[],
                  $8::bytea[], $9::boolean[], $10::text[], $11::text[], $12::text[])
           AS new
"""
STORE_NEW_SESSIONS: Final = """
    INSERT INTO till_session (session_id, store, terminal, till, business_date, status, late, recovered,
                              opened_by, epoch, start_seq, turn)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::text[],
                         $7::boolean[], $8::boolean[], $9::text[], $10::text[], $11::bigint[], $12::bigint[])
"""
STORE_CHANGED_SESSIONS: Final = """
    UPDATE till_session AS s
       SET status = new.status
      FROM unnest($1::text[], $2::text[]) AS new (session_id, status)
     WHERE s.session_id = new.session_id
"""
STORE_RESCUES: Final = """
    INSERT INTO till_session (session_id, store, terminal, till, business_date, status, opened_by, epoch,
                              start_seq, rescue_of, rescue_number)
    SELECT new.session_id, o.store, o.terminal, o.till, o.business_date, 'outstanding', o.opened_by, o.epoch,
           o.start_seq, new.rescue_of, new.rescue_number
      FROM unnest($1::text[], $2::text[], $3::integer[]) AS new (session_id, rescue_of, rescue_number)
      JOIN till_session AS o ON o.session_id = new.rescue_of
        ON CONFLICT DO NOTHING
"""
STORE_CLOSES: Final = """
    INSERT INTO till_close (session_id, hash, number, closed_by, occurred_at, tenders, manifest, not_counted)
    SELECT new.session_id, new.hash, new.number, new.closed_by, new.occurred_at, new.tenders, new.manifest,
           string_to_array(new.not_counted, ' ')
      FROM unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::timestamptz[],
                  $6::jsonb[], $7::jsonb[], $8::text[])
           AS new (session_id, hash, number, closed_by, occurred_at, tenders, manifest, not_counted)
"""
STORE_CLOSE_MEMBERS: Final = """
    INSERT INTO close_member (session_id, store, terminal, epoch, to_seq)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
"""


@dataclass(frozen=True, slots=True)
class LedgerWrite:
    """One ledger transaction: its number, and the moment it stores."""

    tx: int
    moment: Moment


async def store(connection: Connection, taken: Taken, write: LedgerWrite) -> None:
    """Store everything that a batch leaves; the caller stamps and commits."""
    await _streams(connection, taken.streams)
    await _current_epochs(connection, taken.current_epochs)
    await _positions(connection, taken.positions, write.tx)
    await _journal(connection, taken.rows, tx=write.tx, recorded_at=write.moment.now)
    await _sessions(connection, taken)
    await money.store(connection, taken, recorded_at=write.moment.now)
    letters = await _letters(connection, taken.letters, write.moment)
    closed = await _arrived(connection, taken.rows, write.moment)
    new_id, at = write.moment.new_id, write.moment.now
    changed = await rescues.read_changes(connection, taken.touched_rescues, new_id=new_id, at=at)
    await announce_events(connection, *taken.events, *letters, *closed, *changed)


async def _streams(connection: Connection, streams: Sequence[Stream]) -> None:
    if streams:
        await connection.execute(
            STORE_STREAMS,
            [s.id.address.store for s in streams],
            [s.id.address.terminal for s in streams],
            [s.id.epoch for s in streams],
            [s.key_id for s in streams],
            [s.upto for s in streams],
            [bytes.fromhex(s.head_hash) for s in streams],
            [s.last_receipt for s in streams],
            [s.last_cash_up for s in streams],
        )


async def _current_epochs(connection: Connection, epochs: Mapping[TerminalAddress, str]) -> None:
    if epochs:
        addresses = list(epochs)
        await connection.execute(
            STORE_CURRENT_EPOCHS,
            [a.store for a in addresses],
            [a.terminal for a in addresses],
            list(epochs.values()),
        )


async def _positions(connection: Connection, positions: Sequence[PositionRow], tx: int) -> None:
    if positions:
        await connection.execute(
            STORE_POSITIONS,
            [p.stream.address.store for p in positions],
            [p.stream.address.terminal for p in positions],
            [p.stream.epoch for p in positions],
            [p.seq for p in positions],
            [bytes.fromhex(p.hash) for p in positions],
            tx,
        )


async def _journal(
    connection: Connection, new: Sequence[JournalRow], *, tx: int, recorded_at: datetime
) -> None:
    if new:
        await connection.execute(
            STORE_JOURNAL,
            [bytes.fromhex(r.entry.hash) for r in new],
            [r.address.store for r in new],
            [r.address.terminal for r in new],
            [r.entry.epoch for r in new],
            [r.entry.seq for r in new],
            [bytes.fromhex(r.entry.prev) for r in new],
            [r.entry.type for r in new],
            [r.entry.data for r in new],
            [r.entry.quarantine for r in new],
            [r.placement for r in new],
            [r.session_id for r in new],
            [r.reason for r in new],
            recorded_at,
            tx,
        )


async def _sessions(connection: Connection, taken: Taken) -> None:
    if taken.new_sessions:
        await _new_sessions(connection, taken.new_sessions)
    if taken.changed_sessions:
        ids = [s.facts.session_id for s in taken.changed_sessions]
        await connection.execute(STORE_CHANGED_SESSIONS, ids, [status_of(s) for s in taken.changed_sessions])
    if taken.rescues:
        await _rescues(connection, taken.rescues)
    if taken.closes:
        await _closes(connection, taken.closes)
        await _close_members(connection, taken.close_members)
    await words.store_back_closes(connection, taken.back_closes)
    await words.store_evidence(connection, taken.evidence)
    await words.store_no_closes(connection, taken.no_closes)
    await guests.store(connection, taken)


async def _new_sessions(connection: Connection, sessions: Sequence[TillSession]) -> None:
    facts = [session.facts for session in sessions]
    await connection.execute(
        STORE_NEW_SESSIONS,
        [f.session_id for f in facts],
        [f.store for f in facts],
        [f.terminal for f in facts],
        [f.till for f in facts],
        [f.business_date for f in facts],
        [status_of(session) for session in sessions],
        [f.late for f in facts],
        [f.recovered for f in facts],
        [f.opened_by for f in facts],
        [f.epoch for f in facts],
        [f.start_seq for f in facts],
        [f.turn for f in facts],
    )


async def _rescues(connection: Connection, rescues: Sequence[Rescue]) -> None:
    originals = [r.original.session_id for r in rescues]
    await connection.execute(
        STORE_RESCUES, [r.session_id for r in rescues], originals, [r.number for r in rescues]
    )


async def _closes(connection: Connection, closes: Mapping[str, Close]) -> None:
    new = list(closes.values())
    await connection.execute(
        STORE_CLOSES,
        list(closes),
        [bytes.fromhex(c.hash) for c in new],
        [c.number for c in new],
        [c.by for c in new],
        [c.at for c in new],
        [rows.tenders_json(c) for c in new],
        [rows.manifest_json(c) for c in new],
        [" ".join(c.not_counted) for c in new],
    )


async def _close_members(connection: Connection, members: Sequence[CloseMember]) -> None:
    await connection.execute(
        STORE_CLOSE_MEMBERS,
        [m.session_id for m in members],
        [m.stream.address.store for m in members],
        [m.stream.address.terminal for m in members],
        [m.stream.epoch for m in members],
        [m.to_seq for m in members],
    )


async def _letters(connection: Connection, letters: Sequence[Letter], moment: Moment) -> list[DeadLetterKept]:
    """Keep dead letters, one per content; return the events for those that were not known."""
    kept: list[DeadLetterKept] = []
    for letter in letters:
        dead = desk.as_kept(letter)
        if await deadletters.keep(connection, dead, at=moment.now):
            await desk.store_entry(connection, dead.digest, letter)
            who = {"store": letter.address.store, "terminal": letter.address.terminal}
            digest = dead.digest.hex()
            kept.append(
                from_entry(DeadLetterKept, letter.entry, moment, **who, digest=digest, reason=letter.reason)
            )
    return kept


async def _arrived(
    connection: Connection, new: Sequence[JournalRow], moment: Moment
) -> list[DeadLetterClosed]:
    """Close the letters of damaged bytes whose intact entry arrives here; return the events."""
    arrived = {row.entry.hash: row for row in new}
    closed = await desk.close_arrived(connection, list(arrived), at=moment.now) if arrived else []
    told = []
    for hash_, digest in closed:
        row = arrived[hash_]
        fields = {"store": row.address.store, "terminal": row.address.terminal, "digest": digest}
        said = {"closed": "arrived", "by": None, "reason": desk.ARRIVED}
        told.append(from_entry(DeadLetterClosed, row.entry, moment, **fields, **said))
    return told
