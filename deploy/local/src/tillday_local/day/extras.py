"""What makes the day of the first counter whole: a forced float, a discount, dollars, a second session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.denominations import STANDARD
from tillday_contracts.wishes import Tender
from tillday_local.day.plan import PlannedSale, TerminalPlan
from tillday_local.demo_store import demo_content
from tillday_local.store_content import StoreContent

FORCED_FLOAT: Final = 200_00
DOLLARS: Final = Tender(
    tender="cash_usd",
    name="US dollars",
    kind="foreign_cash",
    currency="USD",
    rate=920_000,
    denominations=STANDARD["USD"],
    keep=KeepRule(mode="move_all"),
)
DISCOUNT: Final = 20
NOTE: Final = 20_00
"""What a customer from abroad lays on the counter, minor units of the dollar."""
WORTH: Final = 18_40
"""And what that is in the store's currency."""


def day_content(terminals: int) -> StoreContent:
    """Return the demo store where dollars are taken."""
    demo = demo_content(terminals)
    tenders = (*demo.settings.tenders, DOLLARS)
    return replace(demo, settings=demo.settings.model_copy(update={"tenders": tenders}))


def with_extras(plans: Sequence[TerminalPlan]) -> tuple[TerminalPlan, ...]:
    """Return the plans with all of it at the first counter: as many sales as before, of other worth."""
    first, *others = plans
    sales = list(first.sales)
    # From the evening on: the first customer who paid in cash brings everything back.
    cheaper = _first(sales[::-1], lambda sale: sale.due > 10 * DISCOUNT)
    if cheaper is not None:
        sale = sales[-1 - cheaper]
        sales[-1 - cheaper] = replace(sale, due=sale.due - DISCOUNT, discount=DISCOUNT)
    abroad = _first(sales, lambda sale: not sale.discount and sale.pays == "notes" and 0 < sale.due <= WORTH)
    if abroad is not None:
        sales[abroad] = replace(sales[abroad], pays="dollars")
    return (replace(first, sales=tuple(sales), forced_float=FORCED_FLOAT, second_session=True), *others)


def _first(sales: Sequence[PlannedSale], fits: Callable[[PlannedSale], bool]) -> int | None:
    return next((n for n, sale in enumerate(sales) if fits(sale)), None)
