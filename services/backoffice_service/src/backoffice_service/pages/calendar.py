"""The calendar of a store as plain values: the weeks of a month, and how their days went."""

from calendar import Calendar as Weeks
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from backoffice_service.pages.plots import Frame, Plot, Series, columns
from backoffice_service.pages.speech import Speech
from tillday_contracts.figure_messages import Calendar, CalendarDay

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2199


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a year."""

    first: date

    @property
    def last(self) -> date:
        """Its last date."""
        return self.next.first - timedelta(days=1)

    @property
    def before(self) -> "Month":
        """The month before."""
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def next(self) -> "Month":
        """The month after."""
        return Month((self.first.replace(day=28) + timedelta(days=4)).replace(day=1))

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Cell:
    """One date of the grid; `day` is None where nothing is known of it."""

    at: date
    day: CalendarDay | None
    is_inside: bool


@dataclass(frozen=True, slots=True)
class MonthSums:
    """The figures above the grid."""

    days: int
    receipts: int
    total: int
    missing: int
    surplus: int
    waiting: int


def month_of(text: str, otherwise: date) -> Month:
    """Return the month that an address names as `2026-03`; that of a date where it makes no sense."""
    year, _, month = text.partition("-")
    plain = year.isascii() and year.isdigit() and month.isascii() and month.isdigit() and len(text) == 7
    if plain and FIRST_YEAR <= int(year) <= LAST_YEAR and 1 <= int(month) <= 12:
        return Month(date(int(year), int(month), 1))
    return Month(otherwise.replace(day=1))


def weeks_of(month: Month, calendar: Calendar) -> list[list[Cell]]:
    """Return the weeks of a month from Monday on, those at its ends whole."""
    known = {day.business_date: day for day in calendar.days}
    weeks = Weeks().monthdatescalendar(month.first.year, month.first.month)
    return [[Cell(at, known.get(at), at.month == month.first.month) for at in week] for week in weeks]


def summed(days: Sequence[CalendarDay]) -> MonthSums:
    """Return the figures of a month."""
    return MonthSums(
        days=sum(bool(day.sessions) for day in days),
        receipts=sum(day.receipts for day in days),
        total=sum(day.total for day in days),
        missing=sum(day.missing for day in days),
        surplus=sum(day.surplus for day in days),
        waiting=sum(day.rescues + day.tasks + day.provisional for day in days),
    )


def plot_of(month: Month, calendar: Calendar, speech: Speech) -> Plot:
    """Return what was sold on each date of a month."""
    known = {day.business_date: day.total for day in calendar.days}
    dates = [month.first + timedelta(days=at) for at in range((month.last - month.first).days + 1)]
    frame = Frame(
        name="sold",
        title=speech.text("Sales by business date"),
        told=speech.text("What was sold on each business date; the calendar has the figures."),
        value=lambda value: speech.amount(value, calendar.currency),
        tick=lambda value: speech.short(value, calendar.currency),
        labels=[speech.day(at) for at in dates],
    )
    return columns(frame, [Series(speech.text("Sales"), "one", [known.get(at, 0) for at in dates])])
