"""Arithmetic that terminal and ledger agree on: folding receipts, expected amounts, what a close keeps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal, NamedTuple, assert_never

from pydantic import Field

from tillday_contracts.entries import Movement, Payment, Sale, SaleLine, TaxTotal, TenderCount
from tillday_contracts.model import Part
from tillday_contracts.money import divide_half_away, largest_remainder, tax_in


class KeepRule(Part):
    """What a cash-up leaves in the drawer; `amount` (minor units) counts for `fixed` alone."""

    mode: Literal["fixed", "variable", "keep_all", "move_all"]
    amount: Annotated[int, Field(strict=True, ge=0)] = 0


class TenderTotals(NamedTuple):
    """One tender of one session, minor units, each amount ≥ 0 but sales and refunds of odd receipts."""

    opening: int = 0
    sales: int = 0
    refunds: int = 0
    paid_in: int = 0
    paid_out: int = 0
    loans: int = 0
    pickups: int = 0

    @property
    def expected(self) -> int:
        """What should be in the drawer now."""
        return (
            self.opening
            + self.sales
            - self.refunds
            + self.paid_in
            - self.paid_out
            + self.loans
            - self.pickups
        )

    def plus(self, other: "TenderTotals") -> "TenderTotals":
        """Return the sum of two totals, field by field."""
        if self is NO_TOTALS or other is NO_TOTALS:
            return other if self is NO_TOTALS else self
        return TenderTotals(
            self.opening + other.opening,
            self.sales + other.sales,
            self.refunds + other.refunds,
            self.paid_in + other.paid_in,
            self.paid_out + other.paid_out,
            self.loans + other.loans,
            self.pickups + other.pickups,
        )

    def minus(self, other: "TenderTotals") -> "TenderTotals":
        """Return what is left of these totals without the others, field by field."""
        return TenderTotals(
            self.opening - other.opening,
            self.sales - other.sales,
            self.refunds - other.refunds,
            self.paid_in - other.paid_in,
            self.paid_out - other.paid_out,
            self.loans - other.loans,
            self.pickups - other.pickups,
        )


NO_TOTALS: Final = TenderTotals()
"""What every tender begins with."""


class ProductTotals(NamedTuple):
    """Sales of one product, net of refunds, tax included."""

    name: str
    quantity: int
    gross: int


@dataclass(frozen=True, slots=True)
class PricedReceipt:
    """A receipt's figures before it is paid."""

    lines: tuple[SaleLine, ...]
    taxes: tuple[TaxTotal, ...]
    total: int


def is_refund(sale: Sale) -> bool:
    """Say whether a receipt pays out: it names what it refunds, or its total is negative."""
    return sale.refund_of is not None or sale.total < 0


def fold_tenders(sale: Sale) -> dict[str, TenderTotals]:
    """Return what a receipt adds to each tender, net of change."""
    folded: dict[str, TenderTotals] = {}
    refund = is_refund(sale)
    for payment in sale.payments:
        delta = TenderTotals(refunds=-payment.amount) if refund else TenderTotals(sales=payment.amount)
        folded[payment.tender] = folded.get(payment.tender, NO_TOTALS).plus(delta)
    return folded


def fold_movement(movement: Movement) -> TenderTotals:
    """Return what a movement adds to the totals of its tender."""
    match movement.kind:
        case "paid_in":
            return TenderTotals(paid_in=movement.amount)
        case "paid_out":
            return TenderTotals(paid_out=movement.amount)
        case "loan":
            return TenderTotals(loans=movement.amount)
        case "pickup":
            return TenderTotals(pickups=movement.amount)
        case _:
            assert_never(movement.kind)


def moved_to_safe(movement: Movement) -> int:
    """Return what a movement adds to the safe."""
    return {"loan": -movement.amount, "pickup": movement.amount}.get(movement.kind, 0)


def fold_products(sale: Sale) -> dict[str, ProductTotals]:
    """Return what a receipt adds to each product, by SKU."""
    folded: dict[str, ProductTotals] = {}
    for line in sale.lines:
        before = folded.get(line.sku, ProductTotals(line.name, 0, 0))
        quantity, gross = before.quantity + line.quantity, before.gross + line.gross
        folded[line.sku] = ProductTotals(before.name, quantity, gross)
    return folded


def price_receipt(lines: Sequence[SaleLine]) -> PricedReceipt:
    """Return lines with their tax shares, the tax table and the total.

    Tax is computed on the sum of a rate and split over its lines by largest remainder, so that lines, table
    and total agree to the unit. The given lines' own `tax` is ignored.
    """
    shares: dict[int, int] = {}
    taxes: list[TaxTotal] = []
    for rate in sorted({line.tax_rate for line in lines}):
        at_rate = [i for i, line in enumerate(lines) if line.tax_rate == rate]
        gross = sum(lines[i].gross for i in at_rate)
        tax = tax_in(gross, rate)
        taxes.append(TaxTotal(rate=rate, gross=gross, tax=tax))
        shares.update(zip(at_rate, largest_remainder(tax, [lines[i].gross for i in at_rate]), strict=True))
    priced = tuple(line.model_copy(update={"tax": shares[i]}) for i, line in enumerate(lines))
    return PricedReceipt(priced, tuple(taxes), sum(line.gross for line in lines))


def cash_rounding(cash_part: int, step: int) -> int:
    """Return what rounding to `step` minor units adds to the cash part; step 0 or 1 rounds nothing."""
    return divide_half_away(cash_part, step) * step - cash_part if step > 1 else 0


def cash_payment(tender: str, *, due: int, tendered: int) -> Payment:
    """Return the payment of `due` with `tendered` in cash; raises ValueError when it is too little."""
    if tendered < due:
        raise ValueError(f"{tendered} does not pay {due}")
    return Payment(tender=tender, tendered=tendered, change=tendered - due, amount=due)


def foreign_value(tendered: int, rate: int) -> int:
    """Return what foreign cash settles: tendered × rate millionths, rounded half away from zero."""
    return divide_half_away(tendered * rate, 10**6)


def shared_discount(amount: int, grosses: Sequence[int]) -> tuple[int, ...]:
    """Split a discount on a receipt over its lines by their gross, so that the parts add up to it."""
    return largest_remainder(amount, grosses)


def kept_amount(rule: KeepRule, counted: int, chosen: int | None = None) -> int:
    """Return how much of `counted` stays as the next float; `chosen` answers the `variable` mode."""
    match rule.mode:
        case "fixed":
            return max(0, min(counted, rule.amount))
        case "keep_all":
            return counted
        case "move_all":
            return 0
        case "variable":
            if chosen is None or not 0 <= chosen <= max(counted, 0):
                raise ValueError(f"choose an amount to keep between 0 and {counted}")
            return chosen
        case _:
            assert_never(rule.mode)


def differences(tenders: Iterable[TenderCount]) -> Mapping[str, int]:
    """Return counted − expected of each tender that differs."""
    return {tender.tender: tender.difference for tender in tenders if tender.difference}
