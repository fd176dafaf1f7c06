"""What `tillday stock` does: what is on hand, goods in, adjustments, pickings."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from tillday_contracts.messages import Done
from tillday_contracts.stock_messages import (
    GoodsLine,
    OnHandList,
    PickingList,
    Pickings,
    StockChanged,
    StockOnHand,
)
from tillday_local.operator.asked import ask, write_csv
from tillday_local.operator.asking import Asking
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.postings import picking_table
from tillday_local.operator.tables import headed_table


def read_goods(text: str) -> GoodsLine:
    """Read `COF-01=24`, or `COF-01=24:Espresso beans`; raises ValueError with an example."""
    sku, _, rest = text.partition("=")
    pieces, _, name = rest.partition(":")
    if not sku or not pieces.isdecimal() or int(pieces) < 1:
        raise ValueError(f"{text!r} is not SKU=PIECES: write COF-01=24")
    return GoodsLine(sku=sku, quantity=int(pieces), name=name)


async def show_on_hand(asking: Asking, question: StockOnHand, *, as_csv: bool) -> int:
    """Show what is on hand."""
    if not as_csv:
        return await ask(asking, question, OnHandList, on_hand)
    async with find_broker_login(asking.where).connect() as client:
        answer = await client.ask(question, OnHandList)
    rows = [(p.location, p.sku, p.name, p.quantity) for p in answer.products]
    write_csv(("location", "sku", "name", "quantity"), rows)
    return 0


def on_hand(answer: OnHandList) -> list[RenderableType]:
    """Return what is on hand by location, what is below zero marked."""
    closed = {one.location: one.closed for one in answer.locations}
    names = {one.location: one.name for one in answer.locations}
    table = headed_table(f"Stock of {answer.store}", "Location", "Product", "Name", "Quantity", "Remark")
    for one in answer.products:
        place = f"{one.location} {names.get(one.location, '')}".strip()
        remarks = [
            text
            for text, holds in (("below zero", one.quantity < 0), ("closed", closed.get(one.location)))
            if holds
        ]
        table.add_row(place, one.sku, one.name, str(one.quantity), ", ".join(remarks))
    when = "at once with each sale" if answer.pickings == "sale" else "when a session is posted"
    return [table, Text(f"Stock moves {when}.")]


async def show_pickings(asking: Asking, question: Pickings, *, as_csv: bool) -> int:
    """Show the newest pickings."""
    if not as_csv:
        return await ask(asking, question, PickingList, pickings)
    async with find_broker_login(asking.where).connect() as client:
        answer = await client.ask(question, PickingList)
    rows = [
        (
            p.document,
            p.at.isoformat(),
            p.location,
            p.session_id,
            p.revision,
            p.receipt or "",
            m.sku,
            m.quantity,
        )
        for p in answer.pickings
        for m in p.moves
    ]
    write_csv(("document", "at", "location", "session", "revision", "receipt", "sku", "quantity"), rows)
    return 0


def pickings(answer: PickingList) -> list[RenderableType]:
    """Return the pickings that failed, then the newest ones."""
    parts: list[RenderableType] = []
    if answer.failed:
        table = headed_table("Pickings that failed", "Session", "Revision", "Attempts", "Reason")
        for one in answer.failed:
            table.add_row(one.session_id, str(one.revision), str(one.attempts), one.reason)
        parts += [table, Text("./tillday posting retry SESSION tries one again.")]
    parts += [picking_table(picking) for picking in answer.pickings]
    return parts or [Text("Nothing was picked yet.")]


def changed(answer: StockChanged) -> list[RenderableType]:
    """Say under which number stock moved."""
    return [Text(f"Stock document {answer.document}.")]


def ruled(_: Done) -> list[RenderableType]:
    """Say that the rule holds."""
    return [Text("Done; what failed for want of it is tried again.")]
