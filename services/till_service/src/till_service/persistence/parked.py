"""What is still parked when its day was sealed: a task for a person, raised once per session."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from service_kit.database import Connection

READ_PARKED_AFTER_DAY: Final = """
    SELECT p.store, p.terminal, t.till, p.named_session AS session_id, p.business_date,
           count(*) AS entries
      FROM (SELECT store, terminal, named_session, business_date FROM sale WHERE placement = 'parked'
             UNION ALL
            SELECT store, terminal, named_session, business_date FROM movement WHERE placement = 'parked'
           ) AS p
      JOIN terminal AS t USING (store, terminal)
      JOIN day_seal AS d USING (store, business_date)
     WHERE d.sealed_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM till_task AS k
                        WHERE k.session_id = p.named_session AND k.kind = 'parked_after_day')
     GROUP BY p.store, p.terminal, t.till, p.named_session, p.business_date
     ORDER BY p.store, p.terminal, p.named_session
"""
STORE_TASK: Final = """
    INSERT INTO till_task (session_id, kind, store, terminal, till, text, created_at)
    VALUES ($1, 'parked_after_day', $2, $3, $4, $5, $6)
        ON CONFLICT (session_id, kind) DO NOTHING
 RETURNING session_id
"""


@dataclass(frozen=True, slots=True)
class Parked:
    """Entries of a sealed day whose session's opening count is not known."""

    store: str
    terminal: str
    till: str
    session_id: str
    business_date: date
    entries: int

    @property
    def text(self) -> str:
        """Say what waits, and what to do."""
        return (
            f"{self.entries} receipts or movements of terminal {self.terminal} for {self.business_date} are "
            "parked: the count that opened their till has not arrived, and the day is closed. "
            "Connect the terminal so that it sends its journal; if it is lost, say that no close will come."
        )


async def read_parked_after_day(connection: Connection) -> tuple[Parked, ...]:
    """Read what is parked under a sealed day and was not brought up yet."""
    return tuple(Parked(**dict(row)) for row in await connection.fetch(READ_PARKED_AFTER_DAY))


async def store_task(connection: Connection, parked: Parked, *, at: datetime) -> bool:
    """Store the task; False when another replica was faster."""
    who = (parked.session_id, parked.store, parked.terminal, parked.till)
    return await connection.fetchval(STORE_TASK, *who, parked.text, at) is not None
