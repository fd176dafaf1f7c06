"""Reading how far sessions are posted, for people; storing their word that one is posted all the same."""

from datetime import datetime
from typing import Any, Final

from service_kit.database import Connection
from till_service.persistence.accounts import read_lines
from till_service.persistence.stock import read_pickings
from tillday_contracts.posting_messages import (
    SESSIONS_A_PAGE,
    PostedEntry,
    Posting,
    PostingList,
    Postings,
    PostingShown,
    PostingStep,
    WaivePosting,
)

LIST: Final = """
    SELECT *
      FROM posting_shown
     WHERE store = $1 AND ($2::text IS NULL OR state = $2) AND ($3::date IS NULL OR business_date = $3)
     ORDER BY ordinal DESC
     LIMIT $4
"""
COUNT: Final = """
    SELECT state, count(*) AS found FROM posting_shown WHERE store = $1 AND state <> 'posted' GROUP BY state
"""
ONE: Final = "SELECT * FROM posting_shown WHERE store = $1 AND session_id = $2"
READ_STEPS: Final = """
    SELECT revision, step, state, reason, attempts, owner, at
      FROM posting_step
     WHERE session_id = $1
     ORDER BY revision, array_position(ARRAY['count', 'stock', 'ledger'], step)
"""
READ_ENTRIES: Final = """
    SELECT entry, revision, business_date, entry_date, date_reason
      FROM ledger_entry
     WHERE session_id = $1
     ORDER BY revision
"""
WAIVE: Final = """
    INSERT INTO posting_waiver (session_id, waived_by, reason, waived_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING
"""


async def read_list(connection: Connection, question: Postings) -> PostingList:
    """Read the postings of a store. Wants repeatable read."""
    asked = (question.store, question.state, question.business_date, SESSIONS_A_PAGE)
    counts = {row["state"]: row["found"] for row in await connection.fetch(COUNT, question.store)}
    return PostingList(
        store=question.store,
        postings=tuple(_posting(row) for row in await connection.fetch(LIST, *asked)),
        waiting=counts.get("waiting", 0),
        failed=counts.get("failed", 0),
    )


async def read_one(connection: Connection, store: str, session_id: str) -> PostingShown | None:
    """Read everything of one session's posting; None for one that is not closed, or not of this store."""
    row = await connection.fetchrow(ONE, store, session_id)
    if row is None:
        return None
    entries = await connection.fetch(READ_ENTRIES, session_id)
    lines = await read_lines(connection, [entry["entry"] for entry in entries])
    return PostingShown(
        posting=_posting(row),
        steps=tuple(PostingStep(**dict(r)) for r in await connection.fetch(READ_STEPS, session_id)),
        pickings=await read_pickings(connection, store, session_id=session_id),
        entries=tuple(PostedEntry(**dict(e), lines=lines.get(e["entry"], ())) for e in entries),
    )


async def waive(connection: Connection, command: WaivePosting, *, at: datetime) -> None:
    """Store a person's word that a session is posted all the same; the first one counts."""
    await connection.execute(WAIVE, command.session_id, command.by, command.reason, at)


def _posting(row: Any) -> Posting:
    return Posting(**{name: value for name, value in row.items() if name not in ("ordinal", "store")})
