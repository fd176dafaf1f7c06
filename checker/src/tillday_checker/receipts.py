"""Receipts computed again from what they say: lines, taxes and their shares, payments, change, rounding."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import floor

from tillday_checker.store_rows import Terms
from tillday_checker.story import Told
from tillday_checker.sums import half_away
from tillday_checker.verdict import Found, Violation
from tillday_contracts.entries import Payment, Sale, SaleLine

MILLION = 10**6


def receipt_problems(sale: Sale, terms: Sequence[Terms]) -> Iterator[str]:
    """Yield what is wrong with a receipt; `terms` are the settings that it can have been made under."""
    yield from _line_problems(sale)
    yield from _tax_problems(sale)
    yield from _payment_problems(sale)
    if terms:
        yield from _least([list(_settled_problems(sale, one)) for one in terms])


def _least(found: Sequence[list[str]]) -> list[str]:
    return min(found, key=len)


def _line_problems(sale: Sale) -> Iterator[str]:
    for line in sale.lines:
        if line.gross != line.quantity * line.unit_price - line.discount:
            yield f"{line.gross} is not {line.quantity} × {line.unit_price} − {line.discount}"
    if sale.total != sum(line.gross for line in sale.lines):
        yield f"{sale.total} is not the sum of the lines"
    backwards = [line.sku for line in sale.lines if line.quantity > 0]
    if sale.refund_of is not None and backwards:
        yield f"a refund of {sale.refund_of} sells {', '.join(backwards)}"


def _tax_problems(sale: Sale) -> Iterator[str]:
    """Yield per rate where gross × r ÷ (100 + r) or its shares are another amount."""
    for rate in sorted({line.tax_rate for line in sale.lines} | {tax.rate for tax in sale.taxes}):
        lines = [line for line in sale.lines if line.tax_rate == rate]
        gross = sum(line.gross for line in lines)
        due = half_away(gross * rate, 10_000 + rate)
        stated = [(tax.gross, tax.tax) for tax in sale.taxes if tax.rate == rate]
        if stated != [(gross, due)]:
            yield f"{due} is the tax of {gross} at {rate}, not {stated}"
        shares = [line.tax for line in lines]
        if shares != tax_shares(due, lines):
            yield f"{shares} are not the shares of {due} at {rate}"


def tax_shares(tax: int, lines: Sequence[SaleLine]) -> list[int]:
    """Return each line's part of a tax: whole parts first, then a unit each to the largest remainders."""
    gross = sum(line.gross for line in lines)
    if gross == 0:
        return [0 for _ in lines]
    sign = -1 if tax < 0 else 1
    exact = [Fraction(abs(tax) * line.gross, gross) for line in lines]
    parts = [floor(part) for part in exact]
    by_remainder = sorted(range(len(lines)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: abs(tax) - sum(parts)]:
        parts[place] += 1
    return [sign * part for part in parts]


def _payment_problems(sale: Sale) -> Iterator[str]:
    for payment in sale.payments:
        if payment.amount != payment.tendered - payment.change:
            yield f"{payment.tender}: {payment.amount} is not {payment.tendered} − {payment.change}"
        yield from _foreign_problems(payment)
    settled = sum(_worth(payment) for payment in sale.payments)
    if settled != sale.total + sale.rounding:
        yield f"{settled} was paid for {sale.total} rounded by {sale.rounding}"


def _foreign_problems(payment: Payment) -> Iterator[str]:
    if (payment.rate is None) != (payment.value is None):
        yield f"{payment.tender}: rate and value belong together"
    elif payment.rate is not None:
        value = half_away(payment.tendered * payment.rate, MILLION)
        if payment.value != value:
            yield f"{payment.tender}: {payment.tendered} is worth {value}, not {payment.value}"
        if payment.change:
            yield f"{payment.tender}: change is given in the store's own cash"


def _worth(payment: Payment) -> int:
    return payment.amount if payment.value is None else payment.value


def _settled_problems(sale: Sale, terms: Terms) -> Iterator[str]:
    """Yield where change is not the store's cash, or the cash part was not rounded as the store wants."""
    for payment in sale.payments:
        if payment.change and payment.tender != terms.cash:
            yield f"{payment.tender}: only cash gives change"
    others = sum(_worth(payment) for payment in sale.payments if payment.tender != terms.cash)
    due = rounding_of(sale.total - others, terms.cash_rounding)
    if sale.rounding != due:
        yield f"{sale.total - others} in cash is rounded by {due}, not {sale.rounding}"


def rounding_of(cash_part: int, step: int) -> int:
    """Return what rounding to a step adds to what is paid in cash."""
    return half_away(cash_part, step) * step - cash_part if step > 1 else 0


def more_refunded_than_sold(story: Iterable[Told]) -> Found:
    """11: of a receipt that is known, at most what was sold comes back, product by product."""
    sold: dict[str, Counter[str]] = defaultdict(Counter)
    back: dict[str, Counter[str]] = defaultdict(Counter)
    last: dict[str, Told] = {}
    for entry in story:
        if isinstance(entry.body, Sale):
            _count(sold[entry.body.number], entry.body, sign=1)
            if entry.body.refund_of is not None:
                _count(back[entry.body.refund_of], entry.body, sign=-1)
                last[entry.body.refund_of] = entry
    for number, returned in back.items():
        for sku, quantity in returned.items():
            if number in sold and quantity > sold[number][sku]:
                text = f"{quantity} of {sku} came back of {number}, which sold {sold[number][sku]}"
                yield Violation(11, text, last[number].where)


def _count(quantities: Counter[str], sale: Sale, *, sign: int) -> None:
    for line in sale.lines:
        quantities[line.sku] += sign * line.quantity
