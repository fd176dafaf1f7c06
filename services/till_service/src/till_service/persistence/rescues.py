"""Reading the rescue sessions of a store."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from service_kit.database import Connection
from tillday_contracts.rescue_messages import (
    RescueSession,
    RescueSessionChanged,
    RescueStatus,
    RescueTender,
)

READ_RESCUE_SESSIONS: Final = """
    SELECT *
      FROM rescue_summary
     WHERE store = $1
       AND sales + movements > 0
       AND ($2 = 'all' OR ($2 = 'open') = (status = 'outstanding'))
       AND ($3::text IS NULL OR session_id = $3)
     ORDER BY business_date, original_name, rescue_number
"""
READ_CHANGED: Final = "SELECT * FROM rescue_summary WHERE session_id = ANY($1::text[]) ORDER BY session_id"
READ_TENDERS: Final = """
    SELECT session_id, tender, sales - refunds + paid_in - paid_out + loans - pickups AS amount
      FROM session_tender
     WHERE session_id = ANY($1::text[])
     ORDER BY session_id, tender
"""
READ_UNIDENTIFIED: Final = """
    SELECT session_id, tender, sum(amount)::bigint AS amount
      FROM unidentified_receipt
     WHERE session_id = ANY($1::text[])
     GROUP BY session_id, tender
     ORDER BY session_id, tender
"""
Tenders = dict[str, list[RescueTender]]


async def read_rescue_sessions(
    connection: Connection, store: str, state: str = "open", session_id: str | None = None
) -> tuple[RescueSession, ...]:
    """Read the rescue sessions that hold anything, or the one named. Wants repeatable read."""
    found = await connection.fetch(READ_RESCUE_SESSIONS, store, state, session_id)
    sessions = [row["session_id"] for row in found]
    tenders = _by_session(await connection.fetch(READ_TENDERS, sessions))
    unidentified = _by_session(await connection.fetch(READ_UNIDENTIFIED, sessions))
    return tuple(_session(row, tenders, unidentified) for row in found)


def _by_session(found: Sequence[Any]) -> Tenders:
    told: Tenders = {}
    for row in found:
        if row["amount"]:
            tender = RescueTender(tender=row["tender"], amount=row["amount"])
            told.setdefault(row["session_id"], []).append(tender)
    return told


async def read_changes(
    connection: Connection, sessions: Sequence[str], *, new_id: Callable[[], UUID], at: datetime
) -> list[RescueSessionChanged]:
    """Read how rescue sessions stand now that something changed in them, as it is told."""
    found = await connection.fetch(READ_CHANGED, list(sessions)) if sessions else []
    return [_changed(row, (new_id(), new_id()), at) for row in found]


def _changed(row: Any, ids: tuple[UUID, UUID], at: datetime) -> RescueSessionChanged:
    message_id, cause = ids
    return RescueSessionChanged(
        message_id=message_id,
        correlation_id=cause,
        causation_id=cause,
        occurred_at=at,
        store=row["store"],
        terminal=row["terminal"],
        till=row["till"],
        session_id=row["session_id"],
        original=row["rescue_of"],
        business_date=row["business_date"],
        name=_name(row),
        status=_status(row),
        sales=row["sales"],
        movements=row["movements"],
        undecided=row["undecided"],
        number=row["number"],
    )


def _name(row: Any) -> str:
    number = f" #{row['rescue_number']}" if row["rescue_number"] > 1 else ""
    return f"RESCUE {row['original_name']}{number}"


def _status(row: Any) -> RescueStatus:
    filled = row["sales"] + row["movements"] > 0
    decided = row["status"] == "outstanding" and filled and not row["undecided"]
    status: RescueStatus = "reviewed" if decided else row["status"]
    return status


def _session(row: Any, tenders: Tenders, unidentified: Tenders) -> RescueSession:
    return RescueSession(
        session_id=row["session_id"],
        name=_name(row),
        original=row["rescue_of"],
        terminal=row["terminal"],
        till=row["till"],
        business_date=row["business_date"],
        created_by=row["opened_by"],
        status=_status(row),
        sales=row["sales"],
        movements=row["movements"],
        oldest=row["oldest"],
        tenders=tuple(tenders.get(row["session_id"], ())),
        unidentified=tuple(unidentified.get(row["session_id"], ())),
        reasons=tuple(row["reasons"]),
        undecided=row["undecided"],
        number=row["number"],
        closed_by=row["closed_by"],
        closed_at=row["closed_at"],
    )
