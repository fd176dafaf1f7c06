"""Reading what lies in a store's safe."""

from typing import Final

from service_kit.database import Connection
from tillday_contracts.till_messages import Safe, SafeMovement

NEWEST_MOVEMENTS: Final = 100
KNOW_STORE: Final = "SELECT EXISTS (SELECT FROM terminal WHERE store = $1)"
READ_BALANCE: Final = """
    SELECT tender, sum(amount)::bigint AS amount
      FROM (SELECT tender, amount FROM safe_movement WHERE store = $1
             UNION ALL
            SELECT tender, -amount FROM safe_deposit WHERE store = $1) AS moved
     GROUP BY tender
     ORDER BY tender
"""
READ_MOVEMENTS: Final = """
    SELECT recorded_at, terminal, kind, tender, amount, session_id, entry
      FROM safe_movement
     WHERE store = $1
     ORDER BY ordinal DESC
     LIMIT $2
"""


async def read_safe(connection: Connection, store: str) -> Safe | None:
    """Read the safe of a store; None where no terminal of that store is known. Wants repeatable read."""
    if not await connection.fetchval(KNOW_STORE, store):
        return None
    balance = await connection.fetch(READ_BALANCE, store)
    newest = await connection.fetch(READ_MOVEMENTS, store, NEWEST_MOVEMENTS)
    movements = tuple(SafeMovement(**(dict(row) | {"entry": row["entry"].hex()})) for row in newest)
    return Safe(store=store, balance={row["tender"]: row["amount"] for row in balance}, movements=movements)
