"""The routes of receipts that are not paid yet."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path

from terminal_agent.core.commands import Actor, DeleteReceipt, SaveReceipt, Wanted
from terminal_agent.core.receipts import unknown
from terminal_agent.desk.answers import Figures, figures_of
from terminal_agent.desk.refused import Refused
from terminal_agent.http.parts import Parts
from terminal_agent.http.requests import DeleteWish, Empty, PendingWish
from tillday_contracts.ids import SessionId

Receipt = Annotated[SessionId, Path()]


def pending_routes(parts: Parts) -> APIRouter:
    """Return the routes that keep, show, hand on and delete them; a sale that names one finishes it."""
    router = APIRouter(prefix="/pending", tags=["pending receipts"])
    By = Annotated[Actor, Depends(parts.signed_in)]

    @router.get("")
    async def all_pending(by: By) -> Figures:
        return {"receipts": [figures_of(known) for known in parts.book.memory.pending.values()]}

    @router.get("/{receipt}")
    async def pending(by: By, receipt: Receipt) -> Figures:
        known = parts.book.memory.pending.get(receipt)
        if known is None:
            raise Refused(unknown())
        return figures_of(known)

    @router.put("/{receipt}")
    async def save(by: By, receipt: Receipt, wish: PendingWish) -> Figures:
        lines = tuple(Wanted(line.sku, line.quantity, line.discount, line.price) for line in wish.lines)
        items = parts.book.memory.catalogue
        command = SaveReceipt(by=by, receipt=receipt, lines=lines, items=items, discount=wish.discount)
        return await parts.desk.save_receipt(command)

    @router.post("/{receipt}/hand-over")
    async def hand_over(by: By, receipt: Receipt, _: Annotated[Empty | None, Body()] = None) -> Figures:
        return await parts.desk.hand_over(receipt, by)

    @router.delete("/{receipt}")
    async def delete(by: By, receipt: Receipt, wish: DeleteWish | None = None) -> Figures:
        allowed = await parts.allowing(wish.allowed_by) if wish is not None else None
        return await parts.desk.act(DeleteReceipt(by, receipt, allowed))

    return router
