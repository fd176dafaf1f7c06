"""Stock of a store: locations, goods in, adjustments, pickings, and what is on hand."""

from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from tillday_contracts.ids import Code, PersonId, SessionId, StoreCode
from tillday_contracts.messages import Command, Done, Event, Question
from tillday_contracts.model import Fact
from tillday_contracts.parts import PrintedNumber, Sku, Text

SHOP: Final = "SHOP"
"""The location from which a store sells whatever has no place of its own; it is always there."""

LocationCode = Code
Pieces = Annotated[int, Field(strict=True, ge=-(10**9), le=10**9)]
MOVES_A_MESSAGE: Final = 500
PICKINGS_A_PAGE: Final = 200


class StockMove(Fact):
    """Pieces of a product into a location (> 0) or out of it."""

    sku: Sku
    name: str
    quantity: int


class Picking(Fact):
    """A stock document of a session at one location; of one sale where stock follows each sale."""

    document: int
    location: LocationCode
    session_id: SessionId
    revision: int
    receipt: PrintedNumber | None = None
    at: AwareDatetime
    moves: tuple[StockMove, ...]


class SetLocation(Command):
    """Make a stock location, name it anew, close it or open it again; nothing moves at a closed one."""

    subject: ClassVar[str] = "tillday.till.set_location.v1"

    store: StoreCode
    location: LocationCode
    name: Text
    closed: bool = False


class SetStockRules(Command):
    """Say when stock moves (with the session, or at once with each sale) and where products lie.

    `places` gives products a location of their own; what is not named keeps its place.
    """

    subject: ClassVar[str] = "tillday.till.set_stock_rules.v1"

    store: StoreCode
    pickings: Literal["session", "sale"] | None = None
    places: dict[Sku, LocationCode] = Field(default_factory=dict)


class GoodsLine(Fact):
    """Pieces of one product that came in."""

    sku: Sku
    quantity: Annotated[int, Field(strict=True, ge=1, le=10**9)]
    name: Annotated[str, StringConstraints(max_length=120)] = ""


class ReceiveGoods(Command):
    """Goods came in at a location; `reference` is the delivery's own number."""

    subject: ClassVar[str] = "tillday.till.receive_goods.v1"

    store: StoreCode
    location: LocationCode = SHOP
    reference: Text
    lines: Annotated[tuple[GoodsLine, ...], Field(min_length=1, max_length=1000)]


class AdjustStock(Command):
    """Correct what is on hand by a number of pieces: found, broken, counted anew."""

    subject: ClassVar[str] = "tillday.till.adjust_stock.v1"

    store: StoreCode
    location: LocationCode = SHOP
    sku: Sku
    quantity: Pieces
    reason: Text


class StockChanged(Done):
    """The number of the stock document."""

    document: int


class StockOnHand(Question):
    """Ask what is on hand in a store."""

    subject: ClassVar[str] = "tillday.till.stock_on_hand.v1"

    store: StoreCode
    location: LocationCode | None = None
    below_zero: bool = False


class OnHand(Fact):
    """Pieces of a product at a location; a number below zero is shown as it is."""

    location: LocationCode
    sku: Sku
    name: str
    quantity: int


class StockLocation(Fact):
    """A location of a store."""

    location: LocationCode
    name: str
    closed: bool = False


class OnHandList(Done):
    """What is on hand, by location and product; the locations; when stock moves."""

    store: StoreCode
    pickings: Literal["session", "sale"]
    locations: tuple[StockLocation, ...]
    products: tuple[OnHand, ...]


class Pickings(Question):
    """Ask for the newest pickings of a store, at most 200."""

    subject: ClassVar[str] = "tillday.till.pickings.v1"

    store: StoreCode
    business_date: date | None = None


class FailedPicking(Fact):
    """A session whose products cannot be moved, and why."""

    session_id: SessionId
    revision: int
    reason: str
    attempts: int


class PickingList(Done):
    """Pickings, newest first, and those that failed."""

    store: StoreCode
    pickings: tuple[Picking, ...]
    failed: tuple[FailedPicking, ...]


class StockMoved(Event):
    """A stock document: a picking, goods received, an adjustment. A long one is told in `parts`."""

    subject: ClassVar[str] = "tillday.event.till.stock_moved.v1"

    store: StoreCode
    location: LocationCode
    document: int
    kind: Literal["picking", "receipt", "adjustment"]
    session_id: SessionId | None = None
    revision: int | None = None
    by: PersonId | None = None
    reason: str | None = None
    part: Annotated[int, Field(ge=1)] = 1
    parts: Annotated[int, Field(ge=1)] = 1
    moves: tuple[StockMove, ...]


EVENTS: tuple[type[Event], ...] = (StockMoved,)
