"""Reading a till's history and adding what settles its counts."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from service_kit.database import Connection
from till_service.domain.closes import ReportedTender
from till_service.domain.epochs import begun_of, in_order
from till_service.domain.money import CountRow, LeftMoney
from till_service.domain.routing import Origin
from till_service.domain.settling import ClaimRow, SettlementRow
from till_service.domain.till_history import Correction, MoneyWord, PastSession, TillHistory
from till_service.persistence import posting_sums, rows

TAKE_TILL: Final = """
    SELECT store, till FROM till_to_settle ORDER BY store, till LIMIT 1 FOR UPDATE SKIP LOCKED
"""
DONE_WITH_TILL: Final = "DELETE FROM till_to_settle WHERE store = $1 AND till = $2"
READ_SESSIONS: Final = """
    SELECT session_id, terminal, epoch, start_seq, turn
      FROM till_session
     WHERE store = $1 AND till = $2 AND rescue_of IS NULL
     ORDER BY ordinal
"""
READ_EPOCHS: Final = """
    SELECT t.terminal, t.epoch, j.data
      FROM terminal_stream AS t
      JOIN position AS p ON (p.store, p.terminal, p.epoch, p.seq) = (t.store, t.terminal, t.epoch, 1)
      LEFT JOIN journal AS j ON j.hash = p.hash
     WHERE t.store = $1 AND t.terminal = ANY($2::text[])
     ORDER BY p.tx, t.epoch
"""
READ_COUNTS: Final = """
    SELECT session_id, kind, tender, epoch, seq, expected, counted, moved
      FROM till_count
     WHERE session_id = ANY($1::text[])
"""
READ_FLOWS: Final = """
    SELECT session_id, tender, sales - refunds + paid_in - paid_out + loans - pickups AS amount
      FROM session_tender
     WHERE session_id = ANY($1::text[])
"""
READ_FLOATS: Final = """
    SELECT session_id, tender, -sum(amount)::bigint AS amount
      FROM safe_movement
     WHERE store = $1 AND kind = 'float' AND session_id = ANY($2::text[])
     GROUP BY session_id, tender
"""
READ_REPORTED: Final = """
    SELECT e.session_id, e.tenders
      FROM close_evidence AS e
      JOIN till_session AS s USING (session_id)
     WHERE e.session_id = ANY($1::text[]) AND s.status IN ('closed_front', 'closed_back', 'posted')
"""
READ_LEFT: Final = """
    SELECT l.hash, l.tender, l.store, l.terminal, l.epoch, l.seq, l.session_id, l.amount, j.recorded_at
      FROM left_money AS l
      JOIN journal AS j USING (hash)
     WHERE l.session_id = ANY($1::text[])
"""
READ_LATE: Final = """
    SELECT p.*
      FROM till_session AS r
      JOIN placed_entry AS p USING (session_id)
     WHERE r.rescue_of = ANY($1::text[]) AND p.placement IN ('rescue', 'rejected')
"""
READ_WORDS: Final = """
    SELECT d.hash, d.no_cash, d.named_session, d.named_kind
      FROM till_session AS r
      JOIN last_decision AS d USING (session_id)
     WHERE r.rescue_of = ANY($1::text[]) AND (d.no_cash OR d.named_session IS NOT NULL)
"""
READ_CORRECTIONS: Final = """
    SELECT hash, corrects, tender, amount FROM adjustment WHERE corrects = ANY($1::text[])
"""
READ_SETTLED: Final = """
    SELECT session_id, kind, tender, sum(amount)::bigint AS amount
      FROM settlement
     WHERE store = $1 AND till = $2
     GROUP BY session_id, kind, tender
"""
READ_CLAIMED: Final = """
    SELECT event, tender, session_id, sum(amount)::bigint AS amount
      FROM claim
     WHERE store = $1 AND till = $2
     GROUP BY event, tender, session_id
    HAVING sum(amount) <> 0
"""
STORE_SETTLEMENTS: Final = """
    INSERT INTO settlement (store, till, session_id, kind, tender, amount, settled_at)
    SELECT $1, $2, new.*, $7
      FROM unnest($3::text[], $4::text[], $5::text[], $6::bigint[]) AS new
"""
STORE_CLAIMS: Final = """
    INSERT INTO claim (store, till, event, tender, session_id, amount, claimed_at)
    SELECT $1, $2, new.*, $7
      FROM unnest($3::bytea[], $4::text[], $5::text[], $6::bigint[]) AS new
"""
Till = tuple[str, str]


async def take_till(connection: Connection) -> Till | None:
    """Take a till of which something is new, locked until the end; None when there is none."""
    row = await connection.fetchrow(TAKE_TILL)
    return (row["store"], row["till"]) if row is not None else None


async def done_with(connection: Connection, till: Till) -> None:
    """Take the mark away: everything that was marked is in this transaction's snapshot."""
    await connection.execute(DONE_WITH_TILL, *till)


async def read_history(connection: Connection, till: Till) -> TillHistory:
    """Read everything of a till that bears on its counts."""
    past = [PastSession(**dict(row)) for row in await connection.fetch(READ_SESSIONS, *till)]
    sessions = [session.session_id for session in past]
    hosts = sorted({session.terminal for session in past})
    return TillHistory(
        sessions=tuple(past),
        epochs=in_order(
            begun_of(r["terminal"], r["epoch"], r["data"])
            for r in await connection.fetch(READ_EPOCHS, till[0], hosts)
        ),
        counts=tuple(CountRow(**dict(row)) for row in await connection.fetch(READ_COUNTS, sessions)),
        flows=_amounts(await connection.fetch(READ_FLOWS, sessions)),
        floats=_amounts(await connection.fetch(READ_FLOATS, till[0], sessions)),
        reported={r["session_id"]: _told(r) for r in await connection.fetch(READ_REPORTED, sessions)},
        rescued=tuple(rows.placed_of(r) for r in await connection.fetch(READ_LATE, sessions)),
        left=tuple(_left(row) for row in await connection.fetch(READ_LEFT, sessions)),
        words={r["hash"].hex(): _word(r) for r in await connection.fetch(READ_WORDS, sessions)},
        corrections=tuple(_correction(row) for row in await connection.fetch(READ_CORRECTIONS, sessions)),
    )


def _amounts(found: Sequence[Any]) -> dict[tuple[str, str], int]:
    return {(row["session_id"], row["tender"]): row["amount"] for row in found}


def _told(row: Any) -> tuple[ReportedTender, ...]:
    return tuple(ReportedTender(*tender) for tender in json.loads(row["tenders"]))


def _left(row: Any) -> LeftMoney:
    origin = Origin(
        hash=row["hash"].hex(),
        store=row["store"],
        terminal=row["terminal"],
        epoch=row["epoch"],
        seq=row["seq"],
        quarantine=True,
        at=row["recorded_at"],
    )
    return LeftMoney(origin, row["session_id"], row["tender"], row["amount"])


def _word(row: Any) -> MoneyWord:
    named = row["named_session"]
    return MoneyWord(row["no_cash"], None if named is None else (named, row["named_kind"]))


def _correction(row: Any) -> Correction:
    return Correction(row["hash"].hex(), row["corrects"], row["tender"], row["amount"])


async def read_settled(connection: Connection, till: Till) -> tuple[SettlementRow, ...]:
    """Read what settles each count so far."""
    return tuple(SettlementRow(**dict(row)) for row in await connection.fetch(READ_SETTLED, *till))


async def read_claimed(connection: Connection, till: Till) -> tuple[ClaimRow, ...]:
    """Read what the next count is asked for so far."""
    found = await connection.fetch(READ_CLAIMED, *till)
    return tuple(ClaimRow(r["event"].hex(), r["tender"], r["session_id"], r["amount"]) for r in found)


async def store_settlements(
    connection: Connection, till: Till, new: Sequence[SettlementRow], *, at: datetime
) -> None:
    """Add what settles counts from now on."""
    columns = [[getattr(row, name) for row in new] for name in ("session_id", "kind", "tender", "amount")]
    await connection.execute(STORE_SETTLEMENTS, *till, *columns, at)
    await posting_sums.mark(connection, [row.session_id for row in new])


async def store_claims(connection: Connection, till: Till, new: Sequence[ClaimRow], *, at: datetime) -> None:
    """Add claims, and take back those that a count has by now."""
    events = [bytes.fromhex(row.event) for row in new]
    columns = [[getattr(row, name) for row in new] for name in ("tender", "session_id", "amount")]
    await connection.execute(STORE_CLAIMS, *till, events, *columns, at)
