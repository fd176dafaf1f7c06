"""Reading what the sessions of a store's date took."""

from datetime import date
from typing import Any, Final

from service_kit.database import Connection
from till_service.domain.balance import CLOSED
from tillday_contracts.balance_messages import BalanceSession
from tillday_contracts.rescue_messages import RescueTender

READ_NEWEST: Final = "SELECT max(business_date) FROM till_session WHERE store = $1"
READ_SESSIONS: Final = """
    SELECT s.session_id, s.till, s.status, s.rescue_of IS NOT NULL AS rescue, t.tender,
           t.sales - t.refunds + t.paid_in - t.paid_out AS amount
      FROM till_session AS s
      LEFT JOIN session_tender AS t USING (session_id)
     WHERE s.store = $1 AND s.business_date = $2
     ORDER BY s.ordinal, t.tender
"""


async def read_newest_date(connection: Connection, store: str) -> date | None:
    """Return the newest business date for which a till was started, None where there was none."""
    found: date | None = await connection.fetchval(READ_NEWEST, store)
    return found


async def read_sessions(connection: Connection, store: str, day: date) -> list[BalanceSession]:
    """Read what each session of a date took, in the order in which they began."""
    by_session: dict[str, list[Any]] = {}
    for row in await connection.fetch(READ_SESSIONS, store, day):
        by_session.setdefault(row["session_id"], []).append(row)
    return [_session(found) for found in by_session.values()]


def _session(found: list[Any]) -> BalanceSession:
    first = found[0]
    took = (RescueTender(tender=row["tender"], amount=row["amount"]) for row in found if row["amount"])
    return BalanceSession(
        session_id=first["session_id"],
        till=first["till"],
        kind="rescue" if first["rescue"] else "regular",
        status=first["status"],
        counts=first["status"] in CLOSED,
        tenders=tuple(took),
    )
