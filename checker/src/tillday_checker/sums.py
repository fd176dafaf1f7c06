"""The checker's own arithmetic. It shares nothing with the code whose figures it verifies."""

from collections import Counter
from collections.abc import Iterable

from tillday_contracts.denominations import DenominationCount
from tillday_contracts.entries import Sale

Tenders = dict[str, tuple[int, int]]
"""Per tender what was taken and what was paid back, net of change."""


def counted_total(pieces: Iterable[DenominationCount]) -> int:
    """Return what coins and notes are worth together."""
    total = 0
    for piece in pieces:
        total += piece.quantity * piece.value
    return total


def taken_and_returned(sales: Iterable[Sale]) -> Tenders:
    """Return per tender the sums of sales and of refunds."""
    taken: Counter[str] = Counter()
    returned: Counter[str] = Counter()
    for sale in sales:
        pays_out = sale.refund_of is not None or sale.total < 0
        for payment in sale.payments:
            net = payment.tendered - payment.change
            if pays_out:
                returned[payment.tender] -= net
            else:
                taken[payment.tender] += net
    return {name: (taken[name], returned[name]) for name in {*taken, *returned}}


def net_by_tender(sales: Iterable[Sale]) -> dict[str, int]:
    """Return per tender what receipts leave in the till."""
    return {name: taken - returned for name, (taken, returned) in taken_and_returned(sales).items()}


def products_of(sales: Iterable[Sale]) -> dict[str, tuple[int, int]]:
    """Return per product the quantity and the amount sold, refunds deducted."""
    quantities: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for sale in sales:
        for line in sale.lines:
            quantities[line.sku] += line.quantity
            amounts[line.sku] += line.quantity * line.unit_price - line.discount
    return {sku: (quantities[sku], amounts[sku]) for sku in quantities}


def tax_problems(sale: Sale) -> list[str]:
    """Return what is wrong with a receipt's taxes: per rate gross × r ÷ (100 + r), shares that add up."""
    problems = []
    for rate in sorted({line.tax_rate for line in sale.lines} | {tax.rate for tax in sale.taxes}):
        gross = sum(line.gross for line in sale.lines if line.tax_rate == rate)
        shares = sum(line.tax for line in sale.lines if line.tax_rate == rate)
        stated = [(tax.gross, tax.tax) for tax in sale.taxes if tax.rate == rate]
        due = _half_away(gross * rate, 10_000 + rate)
        if stated != [(gross, due)] or shares != due:
            problems.append(f"{due} is the tax of {gross} at {rate}, not {stated} with shares of {shares}")
    return problems


def _half_away(numerator: int, denominator: int) -> int:
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))
