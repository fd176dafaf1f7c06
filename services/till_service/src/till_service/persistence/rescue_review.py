"""A rescue session under review: locking and loading what it holds, storing what is decided."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from service_kit.database import Connection
from till_service.domain.ledger import Loaded
from till_service.domain.money import LeftMoney
from till_service.domain.rescue import Decision, Held, HeldCount, HeldEvent, RescueClose, Review, review
from till_service.domain.routing import Origin, Rescue
from till_service.domain.sessions import SessionFacts
from till_service.persistence import loading, rows
from tillday_contracts.desk_messages import Change
from tillday_contracts.entries import Envelope, FloatMoved, TillClosed, read_body, read_envelope
from tillday_contracts.rescue_messages import NamedCount

FIND: Final = """
    SELECT r.rescue_of, r.rescue_number, c.number, c.closed_by, c.closed_at
      FROM till_session AS r
      LEFT JOIN rescue_close AS c USING (session_id)
     WHERE r.session_id = $1 AND r.store = $2 AND r.rescue_of IS NOT NULL
"""
READ_EVENTS: Final = """
    SELECT p.*, d.number AS decision, d.verdict, d.decided_by, d.approved_by, d.reason AS decision_reason,
           d.decided_at, d.no_cash, d.named_session, d.named_kind, d.changes
      FROM placed_entry AS p
      LEFT JOIN last_decision AS d USING (hash)
     WHERE p.session_id = $1 AND p.placement IN ('rescue', 'rejected')
     ORDER BY p.recorded_at, p.terminal, p.epoch, p.seq
"""
READ_COUNTS: Final = """
    SELECT l.hash, l.store, l.terminal, l.epoch, l.seq, j.recorded_at, l.session_id, l.tender, l.amount,
           j.data,
           d.number AS decision, d.verdict, d.decided_by, d.approved_by, d.reason AS decision_reason,
           d.decided_at, d.no_cash, d.named_session, d.named_kind, d.changes
      FROM left_money AS l
      JOIN journal AS j USING (hash)
      LEFT JOIN last_decision AS d USING (hash)
     WHERE l.session_id = $1 AND (d.session_id = $2 OR d.hash IS NULL AND $3)
     ORDER BY j.recorded_at, l.terminal, l.epoch, l.seq, l.tender
"""
READ_HISTORY: Final = """
    SELECT hash, number AS decision, verdict, decided_by, approved_by, reason AS decision_reason, decided_at,
           no_cash, named_session, named_kind, changes
      FROM rescue_decision
     WHERE hash = ANY($1::bytea[])
     ORDER BY decided_at, hash, number
"""
READ_COUNT: Final = """
    SELECT EXISTS (SELECT FROM till_count AS c
                     JOIN till_session AS s USING (session_id)
                    WHERE (s.store, s.till, c.session_id, c.kind) = ($1, $2, $3, $4))
"""
READ_DATA: Final = """
    SELECT coalesce(e.data, j.data)
      FROM journal AS j
      LEFT JOIN desk_effect AS e USING (hash)
     WHERE j.hash = $1
"""
STORE_DECISION: Final = """
    INSERT INTO rescue_decision (hash, number, session_id, verdict, decided_by, approved_by, reason,
                                 decided_at, no_cash, named_session, named_kind, data, changes)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
STORE_CLOSE: Final = """
    INSERT INTO rescue_close (session_id, store, number, closed_by, closed_at) VALUES ($1, $2, $3, $4, $5)
"""
CLOSE_SESSION: Final = "UPDATE till_session SET status = 'closed' WHERE session_id = $1"


async def lock(connection: Connection, store: str, session_id: str) -> tuple[Loaded, Review] | None:
    """Lock a rescue session by its original's lock, which every late entry takes too, and read it.

    None where the store has no such rescue session.
    """
    row = await connection.fetchrow(FIND, session_id, store)
    if row is None:
        return None
    sessions = await loading.lock_sessions(connection, [row["rescue_of"]])
    found = await read(connection, store, session_id)
    if found is None or row["rescue_of"] not in sessions:
        return None
    return Loaded(sessions=sessions, rescues=await loading.read_rescues(connection, sessions)), found


async def read(connection: Connection, store: str, session_id: str) -> Review | None:
    """Read a rescue session with everything in it; None where the store has no such one."""
    row = await connection.fetchrow(FIND, session_id, store)
    if row is None:
        return None
    original = await _facts(connection, row["rescue_of"])
    close = None
    if row["number"] is not None:
        close = RescueClose(row["number"], row["closed_by"], row["closed_at"])
    rescue = Rescue(session_id, original, row["rescue_number"], outstanding=close is None)
    events = [_event(found) for found in await connection.fetch(READ_EVENTS, session_id)]
    counts = _counts(await connection.fetch(READ_COUNTS, original.session_id, session_id, rescue.outstanding))
    return review(rescue, (*events, *counts), close)


async def _facts(connection: Connection, session_id: str) -> SessionFacts:
    row = await connection.fetchrow(loading.READ_SESSIONS, [session_id])
    return rows.session_of(row).facts


def _event(row: Any) -> HeldEvent:
    told, recorded_at = rows.tender_event(row["told"]), row["recorded_at"]
    return HeldEvent(rows.placed_of(row), told, recorded_at, _decision(row))


def _counts(found: Sequence[Any]) -> list[Held]:
    counts: dict[bytes, list[Any]] = {}
    for row in found:
        counts.setdefault(row["hash"], []).append(row)
    return [_count(rows_of_one) for rows_of_one in counts.values()]


def _count(found: Sequence[Any]) -> HeldCount:
    first, envelope = found[0], read_envelope(found[0]["data"])
    told = read_body(envelope)
    assert isinstance(told, TillClosed | FloatMoved)
    origin = Origin(
        hash=first["hash"].hex(),
        store=first["store"],
        terminal=first["terminal"],
        epoch=first["epoch"],
        seq=first["seq"],
        quarantine=True,
        at=envelope.at,
    )
    moved = tuple(LeftMoney(origin, row["session_id"], row["tender"], row["amount"]) for row in found)
    return HeldCount(origin, told, moved, first["recorded_at"], _decision(first))


def _decision(row: Any) -> Decision | None:
    if row["decision"] is None:
        return None
    named = row["named_session"]
    return Decision(
        number=row["decision"],
        verdict=row["verdict"],
        by=row["decided_by"],
        at=row["decided_at"],
        reason=row["decision_reason"],
        approved_by=row["approved_by"],
        no_cash=row["no_cash"],
        count=None if named is None else NamedCount(session_id=named, kind=row["named_kind"]),
        changes=tuple(Change.model_validate(change) for change in json.loads(row["changes"])),
    )


async def read_decisions(connection: Connection, entries: Sequence[str]) -> list[tuple[str, Decision]]:
    """Read every decision on entries, oldest first."""
    found = await connection.fetch(READ_HISTORY, [bytes.fromhex(entry) for entry in entries])
    return [(row["hash"].hex(), decision) for row in found if (decision := _decision(row)) is not None]


async def knows_count(connection: Connection, original: SessionFacts, count: NamedCount) -> bool:
    """Say whether the till of a session has this confirmed count."""
    till = (original.store, original.till)
    return bool(await connection.fetchval(READ_COUNT, *till, count.session_id, count.kind))


async def read_told(connection: Connection, entry: str) -> Envelope:
    """Read an entry as it came, or as the desk repaired it."""
    return read_envelope(await connection.fetchval(READ_DATA, bytes.fromhex(entry)))


async def store_decision(
    connection: Connection, rescue: Rescue, entry: str, decision: Decision, data: bytes | None
) -> None:
    """Add a decision on an entry; `data` are the bytes of its repair."""
    count = decision.count
    changes = json.dumps([change.model_dump(mode="json") for change in decision.changes])
    await connection.execute(
        STORE_DECISION,
        bytes.fromhex(entry),
        decision.number,
        rescue.session_id,
        decision.verdict,
        decision.by,
        decision.approved_by,
        decision.reason,
        decision.at,
        decision.no_cash,
        None if count is None else count.session_id,
        None if count is None else count.kind,
        data,
        changes,
    )


async def close(connection: Connection, rescue: Rescue, number: str, by: str, *, at: datetime) -> None:
    """Close a rescue session under the store's next number."""
    await connection.execute(STORE_CLOSE, rescue.session_id, rescue.original.store, number, by, at)
    await connection.execute(CLOSE_SESSION, rescue.session_id)
