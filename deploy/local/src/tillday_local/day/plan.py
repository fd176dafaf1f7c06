"""What will happen on the day: who sells what, when the cable is pulled, which coin disappears."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tillday_contracts.asks import CatalogueItem

BASKET_SIZES = (1, 1, 1, 2, 2, 3, 4)
OFFLINE_SHARE = (0.35, 0.75)
"""The cut lasts from this part of a terminal's sales to that one."""


Pays = Literal["notes", "exact", "card", "voucher", "dollars"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSale:
    """A customer's basket and how it is paid: notes, exact coins, card, voucher and cash, a dollar note.

    `at`: when it happens on the clock of the day; None as soon as it is its turn. `discount` comes off the
    first line, and `due` is what is left.
    """

    lines: tuple[tuple[str, int], ...]
    due: int
    pays: Pays
    offline: bool
    at: datetime | None = None
    discount: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalPlan:
    """One terminal's day. `shortage`: minor units that leave its drawer unseen before the cash-up.

    `errands`: whether anything but sales happens. `forced_float`: what the back office has its till begin
    with, 0 for what was kept. `second_session`: the till is opened once more after its
    cash-up, and what was wrong there is adjusted. `host` is the terminal into whose till this one sells
    the baskets of its `visit`, once it has cashed up its own.
    """

    terminal: str
    cashier: str
    sales: tuple[PlannedSale, ...]
    shortage: int
    errands: bool = False
    forced_float: int = 0
    second_session: bool = False
    host: str | None = None
    visit: tuple[PlannedSale, ...] = ()

    @property
    def till(self) -> str:
        """The code of the terminal's till."""
        return self.terminal.replace("T", "TILL", 1)

    @property
    def offline_sales(self) -> int:
        """How many sales are made while the cable is pulled."""
        return sum(sale.offline for sale in self.sales)


def plan_day(
    catalogue: Sequence[CatalogueItem], *, terminals: Sequence[str], sales: int, offline: bool, seed: int
) -> tuple[TerminalPlan, ...]:
    """Plan `sales` sales on each terminal; the first loses its link where `offline`, and a coin always."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable shop, not a secret
    plans = []
    for n, terminal in enumerate(terminals, 1):
        window = range(int(sales * OFFLINE_SHARE[0]), int(sales * OFFLINE_SHARE[1]))
        baskets = tuple(
            _basket(catalogue, chance, offline=offline and n == 1 and i in window) for i in range(sales)
        )
        plans.append(
            TerminalPlan(
                terminal=terminal,
                cashier=f"CASHIER-{n}",
                sales=baskets,
                shortage=100 if n == 1 else 0,
                errands=True,
            )
        )
    return tuple(plans)


def _basket(catalogue: Sequence[CatalogueItem], chance: random.Random, *, offline: bool) -> PlannedSale:
    picked = chance.sample(catalogue, chance.choice(BASKET_SIZES))
    lines = tuple((item.sku, chance.choice((1, 1, 1, 2))) for item in picked)
    prices = {item.sku: item.price for item in catalogue}
    due = sum(prices[sku] * quantity for sku, quantity in lines)
    pays: Pays = "exact" if chance.random() < 0.3 else "notes"
    return PlannedSale(lines=lines, due=due, pays=pays, offline=offline)
