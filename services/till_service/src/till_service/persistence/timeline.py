"""The writer's row in the ledger: read on each new connection, raised as the last statement before COMMIT."""

from collections.abc import Callable
from typing import Final

import asyncpg

from service_kit.database import Connection
from service_kit.failures import TransientError
from till_service.domain.streams import Stamp
from till_service.domain.timeline import Timeline, renewed

READ_TIMELINE: Final = "SELECT c FROM timeline WHERE timeline = $1"
BEGIN_TIMELINE: Final = "INSERT INTO timeline (timeline, c, writer) VALUES ($1, 0, $2)"
NEXT_TX: Final = "SELECT nextval('ledger_tx_number')"
STAMP_TX: Final = """
    WITH raised AS (
        UPDATE timeline SET c = $2 WHERE timeline = $1 AND c < $2 RETURNING timeline, c
    )
    INSERT INTO ledger_tx (tx, timeline, c) SELECT $3, timeline, c FROM raised
 RETURNING tx
"""


class LedgerClock:
    """Gives each ledger transaction of this process its stamp."""

    def __init__(self, *, random_bytes: Callable[[int], bytes], writer: str) -> None:
        self._random_bytes = random_bytes
        self._writer = writer
        self._timeline: Timeline | None = None

    @property
    def timeline(self) -> str | None:
        """The name of this writer's present life, once a connection was made."""
        return self._timeline.name if self._timeline is not None else None

    async def read(self, connection: Connection, _generation: int = 0) -> None:
        """Look up the own row in this database, and begin a new life where it is missing or too low."""
        before = self._timeline
        row = None if before is None else await connection.fetchval(READ_TIMELINE, before.name)
        after = renewed(before, row=row, fresh=self._random_bytes(8).hex())
        if after is before:
            return
        try:
            await connection.execute(BEGIN_TIMELINE, after.name, self._writer)
        except asyncpg.UndefinedTableError:
            return  # before the migrations nothing can be tried; the first batch begins the timeline
        self._timeline = after

    async def next(self, connection: Connection) -> Stamp:
        """Return the stamp of the transaction that now begins."""
        if self._timeline is None:
            await self.read(connection)
        if self._timeline is None:
            raise TransientError("the ledger's tables are not there yet")
        return self._timeline.next()

    async def commit(self, connection: Connection, tx: int, stamp: Stamp) -> None:
        """Write the stamp: the last statement before COMMIT. Raises TransientError when the row is gone."""
        if self._timeline is not None:
            self._timeline = self._timeline.trying(stamp)
        if await connection.fetchval(STAMP_TX, stamp.timeline, stamp.c, tx) is None:
            self._timeline = None
            raise TransientError("the writer's timeline is not in this database: it begins a new one")
