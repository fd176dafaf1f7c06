"""Taking back a date that was opened by mistake: kept first, decided when the till service has answered."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from store_service.domain import refusals
from store_service.domain.days import (
    Archived,
    Cancelled,
    Closed,
    Closing,
    NoDay,
    Open,
    Opening,
    StoreBook,
)
from store_service.domain.people import Person, may
from tillday_contracts.day_messages import CancelDay
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import DayAnswer
from tillday_contracts.till_messages import NotSealed, Sealed


@dataclass(frozen=True, slots=True)
class CancelBegun:
    """Nothing that is known here forbids it; whether a till was started for the date is asked next."""

    day: Open


@dataclass(frozen=True, slots=True)
class CancelUnderWay:
    """The date is being taken back already; its outcome is this command's too."""

    day: Open


@dataclass(frozen=True, slots=True)
class AlreadyCancelled:
    """Nothing changes."""

    business_date: date


@dataclass(frozen=True, slots=True)
class DayCancelled:
    """The date is taken back."""

    day: Cancelled


@dataclass(frozen=True, slots=True)
class CancelForbidden:
    """A till was started for the date: it stays open."""

    day: Open
    refusal: Refused


CancelDecision = CancelBegun | CancelUnderWay | AlreadyCancelled | Refused


def decide_cancel(book: StoreBook, person: Person | None, command: CancelDay) -> CancelDecision:
    """Answer a request to take a date back, as far as it can be answered without the till service."""
    if person is None:
        return refusals.not_of_the_store(command.by, "cancel a day of", book.name)
    if not (person.role == "manager" or may(person, "cancel_day")):
        return refusals.not_allowed(command.by, "cancel a day of", book.name, "cancel_day")
    day = book.day(command.business_date)
    match day:
        case Open() if day.cancelling is not None:
            return CancelUnderWay(day)
        case Open() if book.opening is not None:
            return refusals.being_opened(book.name, book.opening.business_date)
        case Open():
            return CancelBegun(replace(day, cancelling=command))
        case Cancelled():
            return AlreadyCancelled(day.business_date)
        case Closing():
            return refusals.not_cancelled_while_closing(book.name, day.business_date)
        case Closed() | Archived():
            return refusals.closed_not_cancelled(book.name, day.business_date)
        case NoDay() | Opening():
            current = None if book.current is None else book.current.business_date
            return refusals.not_open(book.name, command.business_date, current)
        case _:
            assert_never(day)


def decide_cancelling(
    book: StoreBook, day: Open, command: CancelDay, answer: Sealed | NotSealed
) -> DayCancelled | CancelForbidden:
    """Decide a cancelling that the till service has answered: `Sealed` says that no till was started."""
    if isinstance(answer, NotSealed):
        refusal = refusals.tills_were_started(book.name, day.business_date, answer.tills)
        return CancelForbidden(replace(day, cancelling=None), refusal)
    return DayCancelled(Cancelled(day.business_date, command.reason, command.by))


def evolve_cancelling(book: StoreBook, fact: CancelBegun | DayCancelled | CancelForbidden) -> StoreBook:
    """Return the book after a fact."""
    return book.with_day(fact.day)


def cancel_answer(book: StoreBook, business_date: date) -> DayAnswer:
    """Return the answer to everyone who asked to take the date back."""
    return DayAnswer(store=book.store, business_date=business_date, state="cancelled")
