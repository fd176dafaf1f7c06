"""What front ends may send, strictly: unknown fields, floats and numbers in text are refused."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tillday_contracts.denominations import DenominationCount
from tillday_contracts.entries import MAX_LINES, PrintedNumber, Sku, TenderName, Text
from tillday_contracts.ids import PersonId, SessionId, TillCode
from tillday_contracts.model import Part
from tillday_contracts.money import Minor
from tillday_contracts.movement_entries import MovementKind

Pin = Annotated[str, StringConstraints(min_length=1, max_length=12)]
Pieces = Annotated[tuple[DenominationCount, ...], Field(max_length=64)]


class Empty(Part):
    """A request that says all by its address."""


class SignIn(Part):
    """A person and the PIN."""

    person: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    pin: Annotated[Pin, Field(repr=False)]


class OpenTerminal(Part):
    """The business date that a supervisor gives the terminal."""

    business_date: date


class ApprovalWish(Part):
    """A supervisor's word on the difference of this very count."""

    person: PersonId
    pin: Annotated[Pin, Field(repr=False)]
    reason: Text | None = None


class AllowedBy(Part):
    """Somebody who lets it pass where the person at the terminal has no right to it."""

    person: PersonId
    pin: Annotated[Pin, Field(repr=False)]


class InitialCount(Part):
    """The float, piece by piece; foreign cash by tender.

    `float` is `leave` where no money was brought or put away for the forced float.
    """

    denominations: Pieces
    foreign: Annotated[dict[TenderName, Pieces], Field(max_length=16)] = Field(default_factory=dict)
    float: Literal["move", "leave"] = "move"
    approval: ApprovalWish | None = None


class LineWish(Part):
    """A product and how many of it; a discount on the line, a price that is not the catalogue's."""

    sku: Sku
    quantity: Annotated[int, Field(strict=True)]
    discount: Minor = 0
    price: Minor | None = None


class PaymentWish(Part):
    """What the customer hands over, in minor units."""

    tender: TenderName
    tendered: Minor


class SaleWish(Part):
    """A whole receipt; `receipt` is the pending one that it finishes."""

    lines: Annotated[tuple[LineWish, ...], Field(max_length=MAX_LINES + 1)]
    payments: Annotated[tuple[PaymentWish, ...], Field(max_length=10)] = ()
    discount: Minor = 0
    allowed_by: AllowedBy | None = None
    receipt: SessionId | None = None


class PendingWish(Part):
    """A receipt that is not paid yet, as it stands after a tap."""

    lines: Annotated[tuple[LineWish, ...], Field(max_length=MAX_LINES + 1)]
    discount: Minor = 0


class DeleteWish(Part):
    """Who lets a receipt be deleted that is not paid."""

    allowed_by: AllowedBy


class ReturnWish(Part):
    """A product that comes back and how many of it."""

    sku: Sku
    quantity: Annotated[int, Field(strict=True)]


class PayoutWish(Part):
    """What the customer gets back by a tender, in minor units."""

    tender: TenderName
    amount: Minor


class RefundWish(Part):
    """A refund: all that is left of the receipt `of` where no line is named, in cash where no payment is."""

    of: PrintedNumber | None = None
    lines: Annotated[tuple[ReturnWish, ...], Field(max_length=MAX_LINES + 1)] = ()
    payments: Annotated[tuple[PayoutWish, ...], Field(max_length=10)] = ()
    allowed_by: AllowedBy | None = None


class MovementWish(Part):
    """Money into or out of the till without a sale."""

    kind: MovementKind
    tender: TenderName
    amount: Minor
    reason: Text
    allowed_by: AllowedBy | None = None


class AdjustmentWish(Part):
    """What settles a wrong count of the closed session `corrects`."""

    corrects: SessionId
    tender: TenderName
    amount: Minor
    reason: Text
    allowed_by: AllowedBy


class JoinWish(Part):
    """The till of another terminal that this one wants to sell into."""

    till: TillCode


class DrawerWish(Part):
    """Why the drawer is opened without a transaction."""

    reason: Text


class CameOut(Part):
    """Whether a complete document came out of the printer."""

    complete: bool


class TenderWish(Part):
    """One counted tender: cash by pieces, another one by its total."""

    tender: TenderName
    denominations: Pieces = ()
    counted: Minor | None = None
    approval: ApprovalWish | None = None


class CloseWish(Part):
    """What stays in the till, per tender whose rule leaves a choice."""

    keep: dict[TenderName, Minor] = Field(default_factory=dict)
