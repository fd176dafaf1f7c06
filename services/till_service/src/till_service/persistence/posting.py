"""Loading what posting one session takes, under the session's lock."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from service_kit.database import Connection
from till_service.domain.manifest import Reach
from till_service.domain.money import CountRow
from till_service.domain.posting import PostedSession, Step
from till_service.domain.posting_waits import OpenQuestions, waits_for
from tillday_contracts.arithmetic import NO_TOTALS, TenderTotals

NEXT_DUE: Final = """
    SELECT p.session_id, p.marks, s.store
      FROM session_to_post AS p
      LEFT JOIN till_session AS s USING (session_id)
     WHERE p.not_before <= $1
     ORDER BY p.not_before, p.session_id
     LIMIT 1
"""
LOCK: Final = """
    SELECT s.session_id
      FROM till_session AS s
     WHERE s.session_id = ANY(ARRAY[$1, (SELECT r.rescue_of FROM till_session AS r WHERE r.session_id = $1)])
     ORDER BY s.session_id
       FOR NO KEY UPDATE OF s
"""
READ_SESSION: Final = """
    SELECT s.session_id, s.store, s.terminal, s.till, s.business_date, s.status, s.late,
           s.rescue_of IS NOT NULL AS rescue,
           n.session_id IS NOT NULL AS no_close,
           c.tenders, c.not_counted,
           w.session_id IS NOT NULL AS waived,
           EXISTS (SELECT FROM till_to_settle AS t WHERE (t.store, t.till) = (s.store, s.till)) AS unsettled
      FROM till_session AS s
      LEFT JOIN till_close AS c USING (session_id)
      LEFT JOIN no_close AS n USING (session_id)
      LEFT JOIN posting_waiver AS w USING (session_id)
     WHERE s.session_id = $1
"""
READ_MISSING: Final = """
    SELECT m.terminal, coalesce(t.upto, 0) AS upto, m.to_seq
      FROM close_member AS m
      LEFT JOIN terminal_stream AS t USING (store, terminal, epoch)
     WHERE m.session_id = $1 AND m.to_seq > coalesce(t.upto, 0)
     ORDER BY m.terminal, m.to_seq
"""
READ_REACHES: Final = """
    SELECT r.terminal, r.epoch, r.to_seq, r.proof,
           (SELECT jsonb_agg(jsonb_build_array(t.epoch, t.upto))
              FROM terminal_stream AS t
             WHERE (t.store, t.terminal) = (r.store, r.terminal)) AS streams
      FROM close_reach AS r
     WHERE r.session_id = $1 AND r.word = 'evidence'
     ORDER BY r.terminal, r.to_seq
"""
READ_GUEST_WORDS: Final = "SELECT terminal FROM guest_word WHERE session_id = $1"
READ_ADJUSTED: Final = "SELECT DISTINCT tender FROM adjustment WHERE corrects = $1"
READ_TOTALS: Final = """
    SELECT tender, opening, sales, refunds, paid_in, paid_out, loans, pickups
      FROM session_tender
     WHERE session_id = $1
"""
READ_COUNTS: Final = """
    SELECT session_id, kind, tender, epoch, seq, expected, counted, moved
      FROM till_count
     WHERE session_id = $1
"""
READ_STEPS: Final = """
    SELECT revision, step, state, reason, attempts
      FROM posting_step
     WHERE session_id = $1 AND revision = (SELECT max(revision) FROM posting_step WHERE session_id = $1)
"""
FINAL: Final = ("closed_front", "closed_back", "closed", "posted")


@dataclass(frozen=True, slots=True)
class Due:
    """A session to look at; `marks` tells whether more became new while it was posted."""

    session_id: str
    marks: int
    store: str | None


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed session and its figures. An `unsettled` one is settled first."""

    session: PostedSession
    totals: dict[str, TenderTotals]
    counts: tuple[CountRow, ...]
    steps: tuple[Step, ...]
    unsettled: bool


async def next_due(connection: Connection, *, at: datetime) -> Due | None:
    """Return a session of which something is new, None when there is none now."""
    row = await connection.fetchrow(NEXT_DUE, at)
    return Due(**dict(row)) if row is not None else None


async def lock(connection: Connection, session_id: str) -> Closed | None:
    """Lock a session, its original with it, and read its figures; None for one that is not closed."""
    await connection.fetch(LOCK, session_id)
    row = await connection.fetchrow(READ_SESSION, session_id)
    if row is None or row["status"] not in FINAL:
        return None
    totals = {r["tender"]: _totals(r) for r in await connection.fetch(READ_TOTALS, session_id)}
    counts = tuple(CountRow(**dict(r)) for r in await connection.fetch(READ_COUNTS, session_id))
    questions = OpenQuestions() if row["rescue"] else await _questions(connection, row, totals)
    return Closed(
        session=PostedSession(
            row["session_id"],
            row["store"],
            row["terminal"],
            row["till"],
            row["business_date"],
            rescue=row["rescue"],
            posted=row["status"] == "posted",
            late=row["late"],
            waits_for=waits_for(questions),
        ),
        totals=totals,
        counts=counts,
        steps=tuple(_step(r) for r in await connection.fetch(READ_STEPS, session_id)),
        unsettled=row["unsettled"],
    )


def _totals(row: Any) -> TenderTotals:
    return TenderTotals(**{name: row[name] for name in dict(row) if name != "tender"})


def _step(row: Any) -> Step:
    return Step(row["revision"], row["step"], row["state"], row["reason"], row["attempts"])


async def _questions(connection: Connection, row: Any, totals: dict[str, TenderTotals]) -> OpenQuestions:
    session_id = row["session_id"]
    if row["no_close"]:
        return OpenQuestions()
    if row["tenders"] is None:
        return await _reported(connection, session_id, waived=row["waived"])
    missing = await connection.fetch(READ_MISSING, session_id)
    words = {r["terminal"] for r in await connection.fetch(READ_GUEST_WORDS, session_id)}
    adjusted = {r["tender"] for r in await connection.fetch(READ_ADJUSTED, session_id)}
    recorded = {told["tender"]: told["expected"] for told in json.loads(row["tenders"])}
    # Guests that nobody counted are in the ledger's totals and in no expected amount.
    compared = {*recorded, *totals} - adjusted if not row["not_counted"] else set()
    pairs = {t: (recorded.get(t, 0), totals.get(t, NO_TOTALS).expected) for t in sorted(compared)}
    return OpenQuestions(
        guests=tuple(guest for guest in row["not_counted"] if guest not in words),
        missing=tuple((r["terminal"], r["to_seq"], r["upto"]) for r in missing),
        differs={tender: pair for tender, pair in pairs.items() if pair[0] != pair[1]},
        waived=row["waived"],
    )


async def _reported(connection: Connection, session_id: str, *, waived: bool) -> OpenQuestions:
    """Read what a printed report covers; without one nobody knows it."""
    found = await connection.fetch(READ_REACHES, session_id)
    missing = []
    for row in found:
        reach = Reach(row["terminal"], row["epoch"], row["to_seq"], row["proof"])
        streams = json.loads(row["streams"] or "[]")
        upto = max((upto for epoch, upto in streams if reach.of(row["terminal"], epoch)), default=0)
        if upto < row["to_seq"]:
            missing.append((row["terminal"], row["to_seq"], upto))
    return OpenQuestions(undecided=not found, missing=tuple(missing), waived=waived)
