"""Receipts: what was sold, which tax it holds, how it was paid."""

from datetime import date
from typing import Annotated, Final

from pydantic import Field, model_validator

from tillday_contracts.ids import PersonId, SessionId, TillCode
from tillday_contracts.model import Fact
from tillday_contracts.money import Minor, Quantity, TaxRate
from tillday_contracts.parts import PrintedNumber, Sku, TenderName, Text

MAX_LINES: Final = 150

ExchangeRate = Annotated[int, Field(strict=True, gt=0, le=10**12)]


class SaleLine(Fact):
    """One line: gross = quantity × unit price − discount, tax included; `tax` is the line's share.

    `list_price` is the catalogue's where a person sold at another price.
    """

    sku: Sku
    name: Text
    quantity: Quantity
    unit_price: Minor
    discount: Minor = 0
    tax_rate: TaxRate
    gross: Minor
    tax: Minor
    list_price: Minor | None = None


class Payment(Fact):
    """amount = tendered − change, in the tender's currency.

    Foreign cash says at which `rate` (millionths of a store minor unit per own minor unit) it was taken and
    the `value` that is in the store's currency; its change is a line of the store's cash, negative.
    """

    tender: TenderName
    tendered: Minor
    change: Minor = 0
    amount: Minor
    rate: ExchangeRate | None = None
    value: Minor | None = None

    @property
    def worth(self) -> int:
        """What the payment settles, minor units of the store's currency."""
        return self.amount if self.value is None else self.value


class TaxTotal(Fact):
    """The tax of one rate on the sum of its lines."""

    rate: TaxRate
    gross: Minor
    tax: Minor


class Sale(Fact):
    """A paid receipt, whole: the server never prices again. Σ worth of payments = total + rounding.

    `allowed_by` names who let it pass where the cashier had no right to a discount, a price or a refund.
    """

    session_id: SessionId
    till: TillCode
    business_date: date
    number: PrintedNumber
    cashier: PersonId
    lines: Annotated[tuple[SaleLine, ...], Field(min_length=1, max_length=MAX_LINES)]
    taxes: tuple[TaxTotal, ...]
    total: Minor
    rounding: Minor = 0
    payments: tuple[Payment, ...]
    refund_of: PrintedNumber | None = None
    allowed_by: PersonId | None = None

    @model_validator(mode="after")
    def sums_agree(self) -> "Sale":
        """Refuse a receipt whose own figures contradict each other: nobody could tell which one is money."""
        if any(line.gross != line.quantity * line.unit_price - line.discount for line in self.lines):
            raise ValueError("a line's gross is not quantity × unit price − discount")
        if sum(line.gross for line in self.lines) != self.total:
            raise ValueError("the lines do not add up to the total")
        if sum(tax.gross for tax in self.taxes) != self.total:
            raise ValueError("the tax table does not add up to the total")
        if any(payment.amount != payment.tendered - payment.change for payment in self.payments):
            raise ValueError("a payment is not tendered − change")
        if sum(payment.worth for payment in self.payments) != self.total + self.rounding:
            raise ValueError("the payments do not add up to total + rounding")
        return self


class ReceiptDeleted(Fact):
    """A receipt that was begun and never paid was thrown away: what stood on it, and who allowed it.

    Without a session it was deleted while the till was closed.
    """

    session_id: SessionId | None
    till: TillCode
    receipt: SessionId
    lines: Annotated[tuple[SaleLine, ...], Field(min_length=1, max_length=MAX_LINES)]
    total: Minor
    by: PersonId
    allowed_by: PersonId
