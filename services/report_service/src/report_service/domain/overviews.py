"""The overview of stores: how each stands, the one that needs somebody most first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from report_service.domain.calendar import DayFigures
from report_service.domain.differences import Found, Sum, currency_of
from report_service.domain.rows import StoreRow, TenderRow
from tillday_contracts.figure_messages import Overview, StoreOverview, Trouble
from tillday_contracts.store_messages import DayState

MOST_STORES: Final = 500


@dataclass(frozen=True, slots=True)
class Terminals:
    """The terminals of a store; `silent` are open and were not heard for long, `waiting` entries unsent."""

    all: int = 0
    open: int = 0
    silent: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewRows:
    """Everything an overview is made of, by store; figures and differences of its newest date."""

    stores: Sequence[StoreRow]
    newest: Mapping[str, tuple[date, DayState | None]]
    terminals: Mapping[str, Terminals]
    figures: Mapping[str, DayFigures]
    running: Mapping[str, int]
    found: Sequence[Found]
    tenders: Mapping[str, Mapping[str, TenderRow]]
    rescues: Mapping[str, int] = field(default_factory=dict)
    tasks: Mapping[str, int] = field(default_factory=dict)
    alarms: Mapping[str, int] = field(default_factory=dict)


def overview_of(rows: OverviewRows) -> Overview:
    """Return the stores, worst first."""
    told = sorted((_store(store, rows) for store in rows.stores), key=weight, reverse=True)
    return Overview(stores=tuple(told[:MOST_STORES]), more=len(told) > MOST_STORES)


def weight(one: StoreOverview) -> tuple[int, ...]:
    """Return what orders stores: what stops selling or may lose something weighs more than what can wait."""
    money = one.missing + one.surplus
    return (one.alarms, one.silent, one.rescues, money, one.tasks, one.waiting, -one.terminals)


def _store(store: StoreRow, rows: OverviewRows) -> StoreOverview:
    day, state = rows.newest.get(store.store, (None, None))
    terminals = rows.terminals.get(store.store, Terminals())
    differences = _differences(store, rows)
    counts: dict[Trouble, int] = {
        "alarms": rows.alarms.get(store.store, 0),
        "silent": terminals.silent,
        "rescues": rows.rescues.get(store.store, 0),
        "differences": differences.missing + differences.surplus,
        "tasks": rows.tasks.get(store.store, 0),
        "waiting": terminals.waiting,
    }
    return StoreOverview(
        store=store.store,
        name=store.name,
        currency=store.currency,
        business_date=day,
        state=state,
        terminals=terminals.all,
        open_terminals=terminals.open,
        open_tills=rows.running.get(store.store, 0),
        silent=terminals.silent,
        waiting=terminals.waiting,
        total=rows.figures.get(store.store, DayFigures()).total,
        missing=differences.missing,
        surplus=differences.surplus,
        rescues=counts["rescues"],
        tasks=counts["tasks"],
        alarms=counts["alarms"],
        troubles=tuple(kind for kind, count in counts.items() if count),
    )


def _differences(store: StoreRow, rows: OverviewRows) -> Sum:
    tenders, summed = rows.tenders.get(store.store, {}), Sum()
    for one in rows.found:
        if one.store == store.store and currency_of(one.tender, store, tenders) == store.currency:
            summed.add(one)
    return summed
