"""What happened on the demo's past days: who sold what, when, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tillday_local.day.plan import Pays, PlannedSale, TerminalPlan, plan_day
from tillday_local.demo_store import CATALOGUE, SETTINGS
from tillday_local.history.store import CASHIERS, LATE, SHORT

DAYS: Final = 2
SALES: Final = 12
"""Receipts of the first store's terminal a day."""
FEWER: Final = 6
LATE_SALES: Final = 2
"""Receipts that were sold offline while the back office closed their till."""
MISSING: Final = 100
_OPENS: Final = time(8, 5)
_RUSHES: Final = tuple(timedelta(minutes=after) for after in (25, 165, 310, 490))
"""When customers come, after the beginning."""
_BETWEEN: Final = timedelta(minutes=3)
_PAYS: Final[tuple[Pays, ...]] = ("notes", "card", "exact", "notes", "voucher", "card")


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDay:
    """A past business date: when it begins, the first store's terminal, and the second's where it opened."""

    business_date: date
    begin: datetime
    own: TerminalPlan
    others: tuple[TerminalPlan, ...] = ()


def past_days(today: date) -> tuple[PastDay, ...]:
    """Return the days before `today`, oldest first; the second store opened on the last of them only."""
    dates = [today - timedelta(days=back) for back in range(DAYS, 0, -1)]
    days = [_day(on) for on in dates]
    return (*days[:-1], replace(days[-1], others=_others(dates[-1])))


def _day(on: date) -> PastDay:
    (plan,) = plan_day(CATALOGUE, terminals=["T1"], sales=SALES, offline=False, seed=on.toordinal())
    begin = datetime.combine(on, _OPENS, ZoneInfo(SETTINGS.time_zone))
    return PastDay(business_date=on, begin=begin, own=replace(_timed(plan, begin), shortage=0))


def _others(on: date) -> tuple[TerminalPlan, ...]:
    begin = datetime.combine(on, _OPENS, ZoneInfo(SETTINGS.time_zone))
    plans = plan_day(CATALOGUE, terminals=[LATE, SHORT], sales=FEWER, offline=False, seed=on.toordinal())
    late, short = (
        replace(_timed(plan, begin), cashier=CASHIERS[plan.terminal], errands=False, shortage=0)
        for plan in plans
    )
    return late, replace(short, shortage=MISSING)


def _timed(plan: TerminalPlan, begin: datetime) -> TerminalPlan:
    """Spread the receipts over the day's rushes and over the means of payment."""
    many = len(plan.sales)
    sales = tuple(_at(sale, n, n * len(_RUSHES) // many, begin) for n, sale in enumerate(plan.sales))
    return replace(plan, sales=sales)


def _at(sale: PlannedSale, n: int, rush: int, begin: datetime) -> PlannedSale:
    pays = _PAYS[n % len(_PAYS)] if sale.due else sale.pays
    return replace(sale, at=begin + _RUSHES[rush] + n * _BETWEEN, pays=pays)
