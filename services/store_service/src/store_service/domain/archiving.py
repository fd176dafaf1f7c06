"""Archiving a closed date: by itself, once it is settled and a week old."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from store_service.domain.days import Archived, Closed, StoreBook
from tillday_contracts.till_messages import DaySettlement

ARCHIVE_AFTER: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DayArchived:
    """Nothing of the date is open any more."""

    day: Archived


@dataclass(frozen=True, slots=True)
class NotYet:
    """The date stays closed; `reasons` says why."""

    day: Closed
    reasons: tuple[str, ...]


def old_enough(closed_at: datetime, at: datetime) -> bool:
    """Say whether late data of a date closed then has had its time to arrive."""
    return at - closed_at >= ARCHIVE_AFTER


def decide_archive(
    day: Closed, settlement: DaySettlement, *, closed_at: datetime, at: datetime
) -> DayArchived | NotYet:
    """Decide whether a closed date is archived."""
    if not old_enough(closed_at, at):
        return NotYet(
            day, (f"{ARCHIVE_AFTER.days} days have not passed since {day.business_date} was closed",)
        )
    if not settlement.settled:
        return NotYet(day, settlement.reasons)
    return DayArchived(Archived(day))


def evolve_archiving(book: StoreBook, fact: DayArchived) -> StoreBook:
    """Return the book after a fact; how far the archive reaches is read with the book."""
    return book.with_day(fact.day)
