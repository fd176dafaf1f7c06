"""What of a date still waits, read in one snapshot."""

from typing import Any, Final

from service_kit.database import Connection
from till_service.domain.settled import OpenMatters
from tillday_contracts.till_messages import DaySettled

READ_SESSIONS: Final = """
    SELECT s.till,
           s.status IN ('opening_count', 'open', 'closing_count') AS running,
           s.status = 'closed_back'
               AND NOT EXISTS (SELECT FROM till_close AS c WHERE c.session_id = s.session_id)
               AND NOT EXISTS (SELECT FROM no_close AS n WHERE n.session_id = s.session_id)
               AND NOT EXISTS (SELECT FROM close_reach AS r WHERE r.session_id = s.session_id) AS undecided,
           NOT EXISTS (SELECT FROM no_close AS n WHERE n.session_id = s.session_id)
               AND EXISTS (SELECT FROM till_close AS c, unnest(c.not_counted) AS guest (terminal)
                            WHERE c.session_id = s.session_id
                              AND NOT EXISTS (SELECT FROM guest_word AS g
                                               WHERE g.session_id = s.session_id
                                                 AND g.terminal = guest.terminal)) AS guests_undecided,
           s.status = 'outstanding'
               AND EXISTS (SELECT FROM rescue_held AS h WHERE h.session_id = s.session_id) AS rescued,
           coalesce(o.state, 'posted') <> 'posted' AS unposted
      FROM till_session AS s
      LEFT JOIN (SELECT session_id, state FROM posting_shown WHERE store = $1) AS o USING (session_id)
     WHERE s.store = $1 AND s.business_date = $2
     ORDER BY s.till, s.ordinal
"""
COUNT_PARKED: Final = """
    SELECT (SELECT count(*) FROM sale WHERE store = $1 AND business_date = $2 AND placement = 'parked')
         + (SELECT count(*) FROM movement WHERE store = $1 AND business_date = $2 AND placement = 'parked')
"""
COUNT_LETTERS: Final = """
    SELECT count(*)
      FROM dead_letter AS d
     WHERE starts_with(d.subject, 'pos.' || $1 || '.')
       AND NOT EXISTS (SELECT FROM letter_closed AS c WHERE c.digest = d.digest)
"""


async def read_open_matters(connection: Connection, question: DaySettled) -> OpenMatters:
    """Read what waits for people or for terminals before the date can be archived."""
    day = (question.store, question.business_date)
    sessions = await connection.fetch(READ_SESSIONS, *day)
    return OpenMatters(
        running=tuple(row["till"] for row in sessions if row["running"]),
        undecided=tuple(row["till"] for row in sessions if row["undecided"]),
        guests=tuple(row["till"] for row in sessions if row["guests_undecided"]),
        rescued=tuple(row["till"] for row in sessions if row["rescued"]),
        unposted=tuple(row["till"] for row in sessions if row["unposted"] and not _is_open(row)),
        parked=await connection.fetchval(COUNT_PARKED, *day),
        desk=await connection.fetchval(COUNT_LETTERS, question.store),
    )


def _is_open(row: Any) -> bool:
    """Say whether a session has a reason of its own why it is not posted."""
    return bool(row["undecided"] or row["guests_undecided"])
