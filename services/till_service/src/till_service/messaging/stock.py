"""Stock: goods in, adjustments, locations and rules; what is on hand and which pickings there are."""

from collections.abc import Mapping
from dataclasses import dataclass

from service_kit.database import Connection, Database
from service_kit.outbox import announce_events
from till_service.domain.permission import MANAGE
from till_service.domain.posting_told import Telling, moved
from till_service.domain.stock import Pieces
from till_service.messaging.allowed import Allowed
from till_service.messaging.journal import Surroundings
from till_service.persistence import posting_rows, posting_sums, stock
from till_service.persistence.accounts import read_stalled
from till_service.persistence.posting_rows import Document
from tillday_contracts.messages import Done, Refused
from tillday_contracts.stock_messages import (
    AdjustStock,
    OnHandList,
    PickingList,
    Pickings,
    ReceiveGoods,
    SetLocation,
    SetStockRules,
    StockChanged,
    StockOnHand,
)


@dataclass(frozen=True)
class Stock:
    """Answers everything about stock. Changes need the right to manage."""

    database: Database
    around: Surroundings
    allowed: Allowed

    async def set_location(self, command: SetLocation) -> bytes:
        """Make, name, close or open a location; what failed there is tried again."""

        async def decide(connection: Connection) -> Done:
            await stock.set_location(connection, command)
            await posting_sums.mark(connection, await read_stalled(connection, command.store))
            return Done()

        return await self.allowed.once(command, MANAGE, decide)

    async def set_rules(self, command: SetStockRules) -> bytes:
        """Say when stock moves and where products lie; what failed is tried again."""

        async def decide(connection: Connection) -> Done | Refused:
            known = {one.location for one in await stock.read_locations(connection, command.store)}
            missing = sorted(set(command.places.values()) - known)
            if missing:
                text = f"There is no location {', '.join(missing)}: make it first."
                return Refused(code="unknown_location", text=text)
            await stock.set_rules(connection, command)
            await posting_sums.mark(connection, await read_stalled(connection, command.store))
            return Done()

        return await self.allowed.once(command, MANAGE, decide)

    async def receive(self, command: ReceiveGoods) -> bytes:
        """Take goods in."""
        moves: dict[str, Pieces] = {}
        for line in command.lines:
            before = moves.get(line.sku, Pieces("", 0))
            name = line.name or before.name or line.sku
            moves[line.sku] = Pieces(name, before.quantity + line.quantity)
        document = Document(
            command.store,
            command.location,
            "receipt",
            self.around.now(),
            by=command.by,
            reason=command.reference,
        )
        return await self._move(command, document, moves)

    async def adjust(self, command: AdjustStock) -> bytes:
        """Correct what is on hand."""
        document = Document(
            command.store,
            command.location,
            "adjustment",
            self.around.now(),
            by=command.by,
            reason=command.reason,
        )
        return await self._move(command, document, {command.sku: Pieces(command.sku, command.quantity)})

    async def on_hand(self, question: StockOnHand) -> OnHandList:
        """Tell what is on hand."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            return await stock.read_on_hand(connection, question)

    async def pickings(self, question: Pickings) -> PickingList:
        """Tell the newest pickings, and those that failed."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            found = await stock.read_pickings(connection, question.store, on=question.business_date)
            failed = await stock.read_failed(connection, question.store, question.business_date)
        return PickingList(store=question.store, pickings=found, failed=failed)

    async def _move(
        self, command: ReceiveGoods | AdjustStock, document: Document, moves: Mapping[str, Pieces]
    ) -> bytes:
        async def decide(connection: Connection) -> Done | Refused:
            refused = await self._refused(connection, document, moves)
            if refused is not None:
                return refused
            number = await posting_rows.move_stock(connection, document, moves)
            telling = Telling(iter(self.around.new_id, None), command.message_id, document.at)
            about = {
                "store": document.store,
                "location": document.location,
                "document": number,
                "kind": document.kind,
                "by": document.by,
                "reason": document.reason,
            }
            await announce_events(connection, *moved(about, moves, telling))
            await posting_sums.mark(connection, await read_stalled(connection, command.store))
            return StockChanged(document=number)

        return await self.allowed.once(command, MANAGE, decide)

    async def _refused(
        self, connection: Connection, document: Document, moves: Mapping[str, Pieces]
    ) -> Refused | None:
        if not all(pieces.quantity for pieces in moves.values()):
            return Refused(code="nothing_moves", text="An adjustment by 0 pieces changes nothing.")
        known = {one.location: one for one in await stock.read_locations(connection, document.store)}
        location = known.get(document.location)
        if location is None:
            text = f"There is no location {document.location} in the store {document.store}: make it first."
            return Refused(code="unknown_location", text=text)
        if location.closed:
            text = f"The location {document.location} is closed: open it again first."
            return Refused(code="closed_location", text=text)
        return None
