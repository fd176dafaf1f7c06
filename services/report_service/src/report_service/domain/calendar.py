"""The calendar of a store: how each business date went."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from report_service.domain.differences import Found, Sum, currency_of
from report_service.domain.rows import StoreRow, TenderRow
from tillday_contracts.figure_messages import Calendar, CalendarDay
from tillday_contracts.store_messages import DayState


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The till sessions of a date; `running` and `provisional` of its regular ones."""

    sessions: int = 0
    running: int = 0
    provisional: int = 0
    receipts: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRows:
    """Everything a calendar is made of, by date; differences as they were found."""

    store: StoreRow
    states: Mapping[date, DayState]
    figures: Mapping[date, DayFigures]
    found: Sequence[Found]
    tenders: Mapping[str, TenderRow]
    rescues: Mapping[date, int]
    tasks: Mapping[date, int]


def calendar_of(rows: CalendarRows) -> Calendar:
    """Return the dates of which anything is known, the oldest first."""
    sums = own_sums(rows.found, rows.store, rows.tenders)
    known = {*rows.states, *rows.figures, *rows.rescues, *rows.tasks}
    return Calendar(
        store=rows.store.store,
        currency=rows.store.currency,
        days=tuple(_day(day, rows, sums) for day in sorted(known)),
    )


def own_sums(found: Sequence[Found], store: StoreRow, tenders: Mapping[str, TenderRow]) -> Mapping[date, Sum]:
    """Return by date what was missing or too much in the store's own currency."""
    sums: dict[date, Sum] = defaultdict(Sum)
    for one in found:
        if currency_of(one.tender, store, tenders) == store.currency:
            sums[one.business_date].add(one)
    return sums


def _day(day: date, rows: CalendarRows, sums: Mapping[date, Sum]) -> CalendarDay:
    figures, differences = rows.figures.get(day, DayFigures()), sums.get(day, Sum())
    return CalendarDay(
        business_date=day,
        state=rows.states.get(day),
        sessions=figures.sessions,
        running=figures.running,
        provisional=figures.provisional,
        receipts=figures.receipts,
        total=figures.total,
        missing=differences.missing,
        surplus=differences.surplus,
        rescues=rows.rescues.get(day, 0),
        tasks=rows.tasks.get(day, 0),
    )
