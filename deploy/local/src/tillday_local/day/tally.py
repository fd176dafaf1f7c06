"""What the people at the counters saw, kept apart from every record that Tillday makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tillday_local.day.plan import PlannedSale


@dataclass(slots=True)
class Tally:
    """Sales as the customers know them; amounts in minor units."""

    sales: int = 0
    refunds: int = 0
    offline_sales: int = 0
    total: int = 0
    products: dict[str, list[int]] = field(default_factory=dict)
    """SKU → [quantity, amount]."""
    tenders: dict[str, int] = field(default_factory=dict)
    """What was taken in each tender, net of change and refunds."""

    def add(self, sale: PlannedSale, prices: Mapping[str, int], paid: Mapping[str, int]) -> None:
        """Count one finished sale and what was `paid` in each tender."""
        self.sales += 1
        self.offline_sales += sale.offline
        self._move(sale, prices, paid, sign=1)

    def take_back(self, sale: PlannedSale, prices: Mapping[str, int], paid: Mapping[str, int]) -> None:
        """Count one refund of a whole sale and what was `paid` back in each tender."""
        self.refunds += 1
        self._move(sale, prices, paid, sign=-1)

    def _move(
        self, sale: PlannedSale, prices: Mapping[str, int], paid: Mapping[str, int], *, sign: int
    ) -> None:
        self.total += sign * sale.due
        for tender, amount in paid.items():
            self.tenders[tender] = self.tenders.get(tender, 0) + sign * amount
        for n, (sku, quantity) in enumerate(sale.lines):
            figures = self.products.setdefault(sku, [0, 0])
            figures[0] += sign * quantity
            figures[1] += sign * (quantity * prices[sku] - (0 if n else sale.discount))


def together(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of several counters."""
    whole = Tally()
    for tally in tallies:
        whole.sales += tally.sales
        whole.refunds += tally.refunds
        whole.offline_sales += tally.offline_sales
        whole.total += tally.total
        for tender, amount in tally.tenders.items():
            whole.tenders[tender] = whole.tenders.get(tender, 0) + amount
        for sku, (quantity, amount) in tally.products.items():
            figures = whole.products.setdefault(sku, [0, 0])
            figures[0] += quantity
            figures[1] += amount
    return whole
