"""Moves stock at once with each sale, where a store wants it so; what fails waits for the session's own."""

import asyncio
from dataclasses import dataclass
from typing import Final

from service_kit.database import Connection, Database
from service_kit.outbox import announce_events
from till_service.domain.posting_told import Telling, moved
from till_service.domain.stock import pick
from till_service.messaging.journal import Surroundings
from till_service.messaging.store_terms import StoreTerms
from till_service.persistence import posting_books, posting_rows, sale_picks
from till_service.persistence.posting_rows import Document
from till_service.persistence.sale_picks import ToPick

PAUSE_SECONDS: Final = 0.5
AT_ONCE: Final = 0
"""The revision of a picking that did not wait for its session to be posted."""


@dataclass(frozen=True)
class SalePicker:
    """Picks marked sales, session by session; replicas wait for each other at the session's lock."""

    database: Database
    around: Surroundings
    terms: StoreTerms

    async def run(self) -> None:
        """Pick sales as they are marked, for ever."""
        while True:
            if not await self.pick_some():
                await asyncio.sleep(PAUSE_SECONDS)

    async def pick_some(self) -> bool:
        """Pick the marked sales of one session; False when none is marked."""
        async with self.database.transaction() as connection:
            marked = await sale_picks.next_session(connection)
            unknown = await posting_books.unknown_skus(connection, marked[1]) if marked else frozenset()
        if marked is None:
            return False
        store, session_id = marked
        catalogued = await self.terms.catalogued(store, unknown) if unknown else frozenset()
        async with self.database.transaction() as connection:
            for sale in await sale_picks.take(connection, session_id):
                await self._pick(connection, sale, catalogued)
        return True

    async def _pick(self, connection: Connection, sale: ToPick, catalogued: frozenset[str]) -> None:
        shelves = await posting_books.read_shelves(connection, sale.store, sorted(sale.sold), catalogued)
        picked = pick(sale.sold, {}, shelves)
        now = self.around.now()
        telling = Telling(iter(self.around.new_id, None), self.around.new_id(), now)
        for location, moves in picked.moves.items():
            document = Document(
                sale.store, location, "picking", now, sale.session_id, AT_ONCE, bytes.fromhex(sale.hash)
            )
            number = await posting_rows.move_stock(connection, document, moves)
            about = {
                "store": sale.store,
                "location": location,
                "document": number,
                "kind": "picking",
                "session_id": sale.session_id,
                "revision": AT_ONCE,
            }
            await announce_events(connection, *moved(about, moves, telling))
