"""Works out the counts of tills of which something is new: settlements, claims, and their event."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from service_kit.database import Connection, Database
from service_kit.outbox import announce_events
from till_service.domain.settling import ClaimRow, claims, settlements, to_add
from till_service.domain.till_history import standings
from till_service.messaging.journal import Surroundings
from till_service.persistence import standing
from tillday_contracts.parts import Claim
from tillday_contracts.till_messages import TillClaimsChanged

PAUSE_SECONDS: Final = 0.5


@dataclass(frozen=True)
class Settler:
    """Looks after marked tills, one transaction each. Several replicas share the work."""

    database: Database
    around: Surroundings

    async def run(self) -> None:
        """Settle tills as they are marked, for ever."""
        while True:
            if not await self.settle_one():
                await asyncio.sleep(PAUSE_SECONDS)

    async def settle_one(self) -> bool:
        """Settle one till; False when none is marked."""
        async with self.database.transaction() as connection:
            till = await standing.take_till(connection)
            if till is None:
                return False
            await self._settle(connection, till)
            await standing.done_with(connection, till)
        return True

    async def _settle(self, connection: Connection, till: standing.Till) -> None:
        now = self.around.now()
        found = standings(await standing.read_history(connection, till))
        settled = to_add(settlements(found), await standing.read_settled(connection, till))
        if settled:
            await standing.store_settlements(connection, till, settled, at=now)
        wanted = claims(found)
        claimed = to_add(wanted, await standing.read_claimed(connection, till))
        if claimed:
            await standing.store_claims(connection, till, claimed, at=now)
            await announce_events(connection, self._told(till, wanted, now))

    def _told(self, till: standing.Till, wanted: tuple[ClaimRow, ...], now: datetime) -> TillClaimsChanged:
        store, code = till
        cause: UUID = self.around.new_id()
        return TillClaimsChanged(
            message_id=self.around.new_id(),
            correlation_id=cause,
            causation_id=cause,
            occurred_at=now,
            store=store,
            till=code,
            claims=tuple(
                Claim(event=c.event, tender=c.tender, amount=c.amount, session_id=c.session_id)
                for c in wanted
            ),
        )
