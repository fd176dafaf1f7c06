"""The checker's own arithmetic. It shares nothing with the code whose figures it verifies."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from tillday_contracts.denominations import DenominationCount
from tillday_contracts.entries import InitialCountConfirmed, Movement, Sale

TenderEvent = Sale | Movement
"""What changes the money of a session."""

SIGNS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "opening": 1,
        "sales": 1,
        "refunds": -1,
        "paid_in": 1,
        "paid_out": -1,
        "loans": 1,
        "pickups": -1,
    }
)
"""The parts of an expected amount, and how each one counts."""

_PART_OF: Final = {"paid_in": "paid_in", "paid_out": "paid_out", "loan": "loans", "pickup": "pickups"}

Parts = Counter[tuple[str, str]]
"""Amounts by tender and part."""


def counted_total(pieces: Iterable[DenominationCount]) -> int:
    """Return what coins and notes are worth together."""
    total = 0
    for piece in pieces:
        total += piece.quantity * piece.value
    return total


def parts_of(events: Iterable[TenderEvent], opened: InitialCountConfirmed | None = None) -> Parts:
    """Return what an opening count and events make of each tender, net of change."""
    parts: Parts = Counter()
    for counted in opened.tenders if opened else ():
        parts[(counted.tender, "opening")] += counted.counted
    for event in events:
        if isinstance(event, Movement):
            parts[(event.tender, _PART_OF[event.kind])] += event.amount
            continue
        pays_out = event.refund_of is not None or event.total < 0
        for payment in event.payments:
            net = payment.tendered - payment.change
            parts[(payment.tender, "refunds" if pays_out else "sales")] += -net if pays_out else net
    return parts


def expected_by_tender(parts: Parts) -> dict[str, int]:
    """Return per tender what should be there."""
    expected: dict[str, int] = {}
    for (tender, part), amount in parts.items():
        expected[tender] = expected.get(tender, 0) + SIGNS[part] * amount
    return expected


def net_by_tender(events: Iterable[TenderEvent]) -> dict[str, int]:
    """Return per tender what events leave in the till."""
    return expected_by_tender(parts_of(events))


def brought_from_outside(event: TenderEvent) -> dict[str, int]:
    """Return per tender what an event brings into the store; loans and pickups stay within it."""
    if isinstance(event, Movement) and event.kind in ("loan", "pickup"):
        return {}
    return net_by_tender([event])


def products_of(sales: Iterable[Sale]) -> dict[str, tuple[int, int]]:
    """Return per product the quantity and the amount sold, refunds deducted."""
    quantities: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for sale in sales:
        for line in sale.lines:
            quantities[line.sku] += line.quantity
            amounts[line.sku] += line.quantity * line.unit_price - line.discount
    return {sku: (quantities[sku], amounts[sku]) for sku in quantities}


def half_away(numerator: int, denominator: int) -> int:
    """Return a quotient as a whole number; a half goes away from zero."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))
