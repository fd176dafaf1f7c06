"""What is known of each terminal's starts."""

from typing import Final

from service_kit.database import Connection
from till_service.domain.alarms import Boots
from tillday_contracts.topics import TerminalAddress

LOCK: Final = """
    SELECT boot_no, n, since, older_no, older_n, grown
      FROM terminal_boots
     WHERE store = $1 AND terminal = $2
       FOR UPDATE
"""
SAVE: Final = """
    INSERT INTO terminal_boots (store, terminal, boot_no, n, since, older_no, older_n, grown)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (store, terminal) DO UPDATE
       SET boot_no = excluded.boot_no, n = excluded.n, since = excluded.since,
           older_no = excluded.older_no, older_n = excluded.older_n, grown = excluded.grown
"""


async def lock(connection: Connection, address: TerminalAddress) -> Boots | None:
    """Read and lock a terminal's starts; None for one that never said HELLO."""
    row = await connection.fetchrow(LOCK, address.store, address.terminal)
    return None if row is None else Boots(**row)


async def save(connection: Connection, address: TerminalAddress, known: Boots) -> None:
    """Keep a terminal's starts."""
    values = (known.boot_no, known.n, known.since, known.older_no, known.older_n, known.grown)
    await connection.execute(SAVE, address.store, address.terminal, *values)
