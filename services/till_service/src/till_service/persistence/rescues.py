"""Reading the rescue sessions of a store."""

from typing import Any, Final

from service_kit.database import Connection
from tillday_contracts.close_messages import RescueSession, RescueTender

READ_RESCUE_SESSIONS: Final = """
    SELECT r.session_id, r.rescue_of, r.rescue_number, r.terminal, r.till, r.business_date, r.opened_by,
           coalesce(c.number, b.number, r.till || ' ' || r.business_date) AS original_name,
           e.sales, e.movements, e.oldest, e.reasons
      FROM till_session AS r
      LEFT JOIN till_close AS c ON c.session_id = r.rescue_of
      LEFT JOIN back_close AS b ON b.session_id = r.rescue_of
     CROSS JOIN LATERAL (
               SELECT count(*) FILTER (WHERE j.type = 'SALE') AS sales,
                      count(*) FILTER (WHERE j.type <> 'SALE') AS movements,
                      min(j.recorded_at) AS oldest,
                      array_agg(DISTINCT p.reason ORDER BY p.reason) AS reasons
                 FROM placed AS p
                 JOIN journal AS j USING (hash)
                WHERE p.session_id = r.session_id AND p.placement = 'rescue'
           ) AS e
     WHERE r.store = $1 AND r.status = 'outstanding' AND e.sales + e.movements > 0
     ORDER BY r.business_date, original_name, r.rescue_number
"""
READ_TENDERS: Final = """
    SELECT session_id, tender, sales - refunds + paid_in - paid_out + loans - pickups AS amount
      FROM session_tender
     WHERE session_id = ANY($1::text[])
     ORDER BY session_id, tender
"""


async def read_rescue_sessions(connection: Connection, store: str) -> tuple[RescueSession, ...]:
    """Read the rescue sessions that hold anything. Wants repeatable read."""
    found = await connection.fetch(READ_RESCUE_SESSIONS, store)
    tenders: dict[str, list[RescueTender]] = {}
    for row in await connection.fetch(READ_TENDERS, [row["session_id"] for row in found]):
        if row["amount"]:
            told = RescueTender(tender=row["tender"], amount=row["amount"])
            tenders.setdefault(row["session_id"], []).append(told)
    return tuple(_session(row, tuple(tenders.get(row["session_id"], ()))) for row in found)


def _session(row: Any, tenders: tuple[RescueTender, ...]) -> RescueSession:
    number = f" #{row['rescue_number']}" if row["rescue_number"] > 1 else ""
    return RescueSession(
        session_id=row["session_id"],
        name=f"RESCUE {row['original_name']}{number}",
        original=row["rescue_of"],
        terminal=row["terminal"],
        till=row["till"],
        business_date=row["business_date"],
        created_by=row["opened_by"],
        sales=row["sales"],
        movements=row["movements"],
        oldest=row["oldest"],
        tenders=tenders,
        reasons=tuple(row["reasons"]),
    )
