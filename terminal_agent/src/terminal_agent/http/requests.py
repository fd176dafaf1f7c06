"""What front ends may send, strictly: unknown fields, floats and numbers in text are refused."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from tillday_contracts.denominations import DenominationCount
from tillday_contracts.entries import MAX_LINES, Sku, TenderName, Text
from tillday_contracts.ids import PersonId
from tillday_contracts.model import Part
from tillday_contracts.money import Minor

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


class InitialCount(Part):
    """The float, piece by piece."""

    denominations: Pieces
    approval: ApprovalWish | None = None


class LineWish(Part):
    """A product and how many of it."""

    sku: Sku
    quantity: Annotated[int, Field(strict=True)]


class PaymentWish(Part):
    """What the customer hands over, in minor units."""

    tender: TenderName
    tendered: Minor


class SaleWish(Part):
    """A whole receipt."""

    lines: Annotated[tuple[LineWish, ...], Field(max_length=MAX_LINES + 1)]
    payments: Annotated[tuple[PaymentWish, ...], Field(max_length=10)] = ()


class TenderWish(Part):
    """One counted tender: cash by pieces, another one by its total."""

    tender: TenderName
    denominations: Pieces = ()
    counted: Minor | None = None
    approval: ApprovalWish | None = None


class CloseWish(Part):
    """What stays in the till, per tender whose rule leaves a choice."""

    keep: dict[TenderName, Minor] = Field(default_factory=dict)
