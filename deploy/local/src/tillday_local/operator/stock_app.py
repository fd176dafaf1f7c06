"""The commands of whoever looks after stock: `tillday stock`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tillday_local.operator.asking import Asking
from tillday_local.operator.options import Day, Work, asks, readable_text

stock_app = typer.Typer(
    help="Stock of a store: goods in, adjustments, on hand, pickings.", no_args_is_help=True
)

Location = Annotated[str, typer.Option(help="The stock location.")]
Csv = Annotated[bool, typer.Option("--csv", help="Write CSV to standard output.")]


class When(StrEnum):
    """When stock moves."""

    SESSION = "session"
    SALE = "sale"


@asks(stock_app, "on-hand")
def stock_on_hand(
    asking: Asking,
    *,
    location: Annotated[str | None, typer.Option(help="Only this location.")] = None,
    below_zero: Annotated[bool, typer.Option("--below-zero", help="Only what is below zero.")] = False,
    as_csv: Csv = False,
) -> Work:
    """Show what is on hand, by location and product."""
    from tillday_contracts.stock_messages import StockOnHand
    from tillday_local.operator.stock import show_on_hand

    question = StockOnHand(store=asking.store, location=location, below_zero=below_zero)
    return show_on_hand(asking, question, as_csv=as_csv)


@asks(stock_app, "receive", by="SUPERVISOR-1")
def stock_receive(
    asking: Asking,
    goods: Annotated[list[str], typer.Argument(metavar="SKU=PIECES", help="What came in: COF-01=24.")],
    *,
    reference: Annotated[str, typer.Option(help="The delivery's own number.")],
    location: Location = "SHOP",
) -> Work:
    """Take goods in."""
    from tillday_contracts.stock_messages import ReceiveGoods, StockChanged
    from tillday_local.operator.asked import ask
    from tillday_local.operator.stock import changed, read_goods

    lines = [readable_text(read_goods, text) for text in goods]
    fields = {"location": location, "reference": reference, "lines": lines}
    return ask(asking, ReceiveGoods.model_validate({**asking.command(), **fields}), StockChanged, changed)


@asks(stock_app, "adjust", by="SUPERVISOR-1")
def stock_adjust(
    asking: Asking,
    sku: Annotated[str, typer.Argument(help="The product.")],
    *,
    pieces: Annotated[int, typer.Option(help="How many more (or, below zero, fewer) there are.")],
    reason: Annotated[str, typer.Option(help="Why; it stays with the stock document.")],
    location: Location = "SHOP",
) -> Work:
    """Correct what is on hand: found, broken, counted anew."""
    from tillday_contracts.stock_messages import AdjustStock, StockChanged
    from tillday_local.operator.asked import ask
    from tillday_local.operator.stock import changed

    fields = {"location": location, "sku": sku, "quantity": pieces, "reason": reason}
    return ask(asking, AdjustStock.model_validate({**asking.command(), **fields}), StockChanged, changed)


@asks(stock_app, "pickings")
def stock_pickings(asking: Asking, *, day: Day = None, as_csv: Csv = False) -> Work:
    """Show the newest pickings, and those that failed."""
    from tillday_contracts.stock_messages import Pickings
    from tillday_local.operator.stock import show_pickings

    return show_pickings(asking, Pickings(store=asking.store, business_date=day), as_csv=as_csv)


@asks(stock_app, "location", by="SUPERVISOR-1")
def stock_location(
    asking: Asking,
    location: Annotated[str, typer.Argument(help="Its code; SHOP is always there.")],
    *,
    name: Annotated[str, typer.Option(help="What people call it.")],
    closed: Annotated[bool, typer.Option("--closed", help="Nothing moves there.")] = False,
) -> Work:
    """Make a stock location, name it anew, close it or open it again."""
    from tillday_contracts.messages import Done
    from tillday_contracts.stock_messages import SetLocation
    from tillday_local.operator.asked import ask
    from tillday_local.operator.stock import ruled

    fields = {"location": location, "name": name, "closed": closed}
    return ask(asking, SetLocation.model_validate({**asking.command(), **fields}), Done, ruled)


@asks(stock_app, "rules", by="SUPERVISOR-1")
def stock_rules(
    asking: Asking,
    *,
    pickings: Annotated[When | None, typer.Option(help="When stock moves.")] = None,
    place: Annotated[
        list[str] | None, typer.Option(metavar="SKU=LOCATION", help="Where a product lies.")
    ] = None,
) -> Work:
    """Say when stock moves, and from where products are sold."""
    from tillday_contracts.messages import Done
    from tillday_contracts.stock_messages import SetStockRules
    from tillday_local.operator.asked import ask
    from tillday_local.operator.stock import ruled

    parts = [text.partition("=") for text in place or ()]
    places = {sku: where for sku, _, where in parts}
    if not all(places.values()):
        raise typer.BadParameter("--place wants SKU=LOCATION, for example COF-01=CELLAR")
    fields = {"pickings": pickings.value if pickings else None, "places": places}
    return ask(asking, SetStockRules.model_validate({**asking.command(), **fields}), Done, ruled)
