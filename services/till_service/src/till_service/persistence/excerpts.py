"""Parts of journals as the ledger holds them: what stands around an entry."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from service_kit.database import Connection
from till_service.domain.routing import Origin
from till_service.domain.sessions import SessionFacts
from tillday_contracts.entries import read_envelope
from tillday_contracts.rescue_messages import JournalLine, JournalPart

LINES: Final = 6
"""How many entries are shown before and after the one that is looked at."""
READ_AROUND: Final = """
    SELECT j.epoch, j.seq, j.hash, j.type, j.data, j.quarantine
      FROM position AS p
      JOIN journal AS j USING (hash)
     WHERE p.store = $1 AND p.terminal = $2 AND p.epoch = $3 AND p.seq BETWEEN $4 AND $5
     UNION ALL
    SELECT epoch, seq, hash, type, data, quarantine
      FROM journal
     WHERE quarantine AND store = $1 AND terminal = $2 AND epoch = $3 AND seq BETWEEN $4 AND $5
     ORDER BY seq, quarantine
"""
READ_CASH_UP: Final = """
    SELECT epoch, seq FROM till_count WHERE session_id = $1 AND kind = 'cash_up' ORDER BY seq DESC LIMIT 1
"""
READ_DATES: Final = "SELECT session_id, business_date FROM till_session WHERE session_id = ANY($1::text[])"


async def around(connection: Connection, origin: Origin) -> JournalPart:
    """Read what stands around an entry in its own journal."""
    return await _part(connection, (origin.store, origin.terminal), (origin.epoch, origin.seq))


async def around_cash_up(connection: Connection, facts: SessionFacts) -> JournalPart:
    """Read what stands around a session's cash-up in its host's journal, or around its start without one."""
    row = await connection.fetchrow(READ_CASH_UP, facts.session_id)
    place = (facts.epoch, facts.start_seq) if row is None else (row["epoch"], row["seq"])
    return await _part(connection, (facts.store, facts.terminal), place)


async def read_dates(connection: Connection, sessions: Sequence[str]) -> dict[str, date]:
    """Read the business dates of sessions."""
    found = await connection.fetch(READ_DATES, list(sessions))
    return {row["session_id"]: row["business_date"] for row in found}


async def _part(connection: Connection, owner: tuple[str, str], place: tuple[str, int]) -> JournalPart:
    epoch, seq = place
    found = await connection.fetch(READ_AROUND, *owner, epoch, seq - LINES, seq + LINES)
    return JournalPart(terminal=owner[1], lines=tuple(_line(row) for row in found))


def _line(row: Any) -> JournalLine:
    envelope = read_envelope(row["data"])
    told = {name: row[name] for name in ("epoch", "seq", "type", "quarantine")}
    return JournalLine.model_validate(
        {**told, "hash": row["hash"].hex(), "at": envelope.at, "body": envelope.body}
    )
