"""Stock of a store: what is on hand, goods in, adjustments, pickings with those that failed, locations."""

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from backoffice_service.http.board_routes import date_of
from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.exports import csv_file
from backoffice_service.http.office import Office, see_other
from backoffice_service.pages.books import (
    PICKING_COLUMNS,
    UnreadableGoods,
    goods_lines,
    named,
    picking_rows,
)
from tillday_contracts.messages import Command, Done
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

WRONG: Final = (
    "Check what you typed: a product, whole pieces, and a reference or reason of 1 to 120 characters."
)
NO_LOCATION: Final = "A location has a short code of capitals and digits, and a name."
ON_HAND_COLUMNS: Final = ("location", "sku", "name", "quantity")


def stock_routes(office: Office) -> APIRouter:
    """Return the routes of stock."""
    router = APIRouter(include_in_schema=False)
    see, keep = desk_of(office, "see_books"), desk_of(office, "keep_stock")

    @router.get("/stores/{store}/stock")
    async def on_hand(desk: Desk = see) -> Response:
        return await _on_hand(desk)

    @router.get("/stores/{store}/stock/pickings")
    async def pickings(desk: Desk = see) -> Response:
        on = date_of(desk.asked("date"))
        answer = await desk.ask(Pickings(store=desk.store, business_date=on), PickingList)
        return desk.draw("pickings.html", "stock", {"answer": answer, "on": on})

    @router.get("/stores/{store}/stock/locations")
    async def locations(desk: Desk = see) -> Response:
        return await _locations(desk)

    @router.get("/stores/{store}/stock/{kind}.csv")
    async def exported(kind: str, desk: Desk = see) -> Response:
        return await _exported(desk, kind)

    @router.post("/stores/{store}/stock/{act}")
    async def change(act: str, desk: Desk = keep) -> Response:
        if act not in ACTS:
            raise HTTPException(404)
        carry_out, page, place = ACTS[act]
        try:
            await carry_out(desk)
        except Declined as declined:
            return await page(desk, declined)
        return see_other(f"/stores/{desk.store}/stock{place}?done={act}")

    return router


async def _held(desk: Desk, *, filtered: bool) -> OnHandList:
    location = desk.asked("location") if filtered else ""
    below_zero = filtered and desk.asked("only") == "below-zero"
    question = StockOnHand(store=desk.store, location=location or None, below_zero=below_zero)
    return await desk.ask(question, OnHandList)


async def _on_hand(desk: Desk, declined: Declined | None = None) -> Response:
    answer = await _held(desk, filtered=True)
    values = {"answer": answer, "only": desk.asked("only"), "location": desk.asked("location")}
    return desk.draw("stock.html", "stock", values, declined=declined)


async def _locations(desk: Desk, declined: Declined | None = None) -> Response:
    answer = await _held(desk, filtered=False)
    return desk.draw("locations.html", "stock", {"answer": answer}, declined=declined)


async def _exported(desk: Desk, kind: str) -> Response:
    if kind == "on-hand":
        answer = await _held(desk, filtered=True)
        rows = ((one.location, one.sku, one.name, one.quantity) for one in answer.products)
        return csv_file(kind, ON_HAND_COLUMNS, rows)
    if kind == "pickings":
        question = Pickings(store=desk.store, business_date=date_of(desk.asked("date")))
        return csv_file(kind, PICKING_COLUMNS, picking_rows((await desk.ask(question, PickingList)).pickings))
    raise HTTPException(404)


async def _receive(desk: Desk) -> None:
    try:
        lines = goods_lines(desk.field("lines"))
    except UnreadableGoods as error:
        raise desk.wrong(str(error)) from None
    goods = named(lines, (await _held(desk, filtered=False)).products)
    known = {"location": desk.field("location"), "reference": desk.field("reference")}
    wish = desk.wish(ReceiveGoods, wrong=WRONG, **known, lines=goods)
    await _move(desk, wish, {**known, "lines": [f"{one.sku} {one.quantity}" for one in goods]})


async def _adjust(desk: Desk) -> None:
    pieces = desk.field("pieces").replace("−", "-")
    digits = pieces.removeprefix("+").removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise desk.wrong(WRONG)
    known = {"location": desk.field("location"), "sku": desk.field("sku"), "reason": desk.field("reason")}
    wish = desk.wish(AdjustStock, wrong=WRONG, **known, quantity=int(pieces))
    await _move(desk, wish, {**known, "pieces": pieces})


async def _move(desk: Desk, wish: Command, details: dict[str, object]) -> None:
    await desk.order(
        wish, StockChanged, lambda answer: f"document {answer.document}", action="keep_stock", details=details
    )


async def _set_location(desk: Desk) -> None:
    known = {
        "location": desk.field("location"),
        "name": desk.field("name"),
        "closed": bool(desk.field("closed")),
    }
    wish = desk.wish(SetLocation, wrong=NO_LOCATION, **known)
    await desk.order(wish, Done, lambda _: "done", action="keep_stock", details=known)


async def _set_rules(desk: Desk) -> None:
    sku, location = desk.field("sku"), desk.field("location")
    known: dict[str, object] = {"places": {sku: location} if sku else {}}
    known["pickings"] = desk.field("pickings") or None
    wish = desk.wish(SetStockRules, wrong=WRONG, **known)
    details = {"product": sku, "location": location, "pickings": wish.pickings}
    await desk.order(wish, Done, lambda _: "done", action="keep_stock", details=details)


Act = tuple[Callable[[Desk], Awaitable[None]], Callable[[Desk, Declined | None], Awaitable[Response]], str]
ACTS: Final[dict[str, Act]] = {
    "receive": (_receive, _on_hand, ""),
    "adjust": (_adjust, _on_hand, ""),
    "location": (_set_location, _locations, "/locations"),
    "rules": (_set_rules, _locations, "/locations"),
}
