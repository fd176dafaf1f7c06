"""What makes the day whole: a forced float, a discount, dollars, a second session, a guest at the till."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from tillday_local.day.plan import PlannedSale, TerminalPlan
from tillday_local.demo_store import WORTH

FORCED_FLOAT: Final = 200_00
DISCOUNT: Final = 20


def with_extras(plans: Sequence[TerminalPlan]) -> tuple[TerminalPlan, ...]:
    """Return the plans with all of it at the first counter, whose till the second one shares at the end.

    As many sales as before, of other worth.
    """
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
    host = replace(first, sales=tuple(sales), forced_float=FORCED_FLOAT, second_session=True)
    return (host, *(_as_guest(plan, host.terminal) for plan in others[:1]), *others[1:])


def _as_guest(plan: TerminalPlan, host: str) -> TerminalPlan:
    """Return the plan with its last third sold into the host's till; none where that is no basket."""
    own = len(plan.sales) - len(plan.sales) // 3
    visit = plan.sales[own:]
    return replace(plan, sales=plan.sales[:own], visit=visit, host=host) if visit else plan


def _first(sales: Sequence[PlannedSale], fits: Callable[[PlannedSale], bool]) -> int | None:
    return next((n for n, sale in enumerate(sales) if fits(sale)), None)
