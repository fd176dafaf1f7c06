"""Opening a store: accepted first and kept as `opening`, decided when the till service has answered."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
    StoreDay,
)
from store_service.domain.people import Person, may
from tillday_contracts.business_dates import business_today
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import DayAnswer, OpenStore
from tillday_contracts.till_messages import NotSealed, Sealed


@dataclass(frozen=True, slots=True)
class OpeningBegun:
    """Nothing that is known here forbids it; the till service is asked next."""

    opening: Opening


@dataclass(frozen=True, slots=True)
class OpeningUnderWay:
    """The same date is being opened already; its outcome is this command's too."""

    opening: Opening


@dataclass(frozen=True, slots=True)
class AlreadyOpen:
    """Nothing changes."""

    day: Open


@dataclass(frozen=True, slots=True)
class DayOpened:
    """The date is open; the day before, still open without open tills, was closed in the same decision."""

    day: Open
    closed_before: Closed | None = None


@dataclass(frozen=True, slots=True)
class OpeningWithdrawn:
    """Open tills stand in the way: the date is as it was before."""

    opening: Opening
    refusal: Refused


def decide_open(
    book: StoreBook, person: Person | None, command: OpenStore, *, at: datetime
) -> OpeningBegun | OpeningUnderWay | AlreadyOpen | Refused:
    """Answer a request to open a store, as far as it can be answered without the till service."""
    if person is None:
        return refusals.not_of_the_store(command.by, "open", book.name)
    if not may(person, "open_store"):
        return refusals.not_allowed(command.by, "open", book.name, "open_store")
    day = book.day(command.business_date)
    match day:
        case Open():
            return refusal_while_cancelling(book) or AlreadyOpen(day)
        case Opening():
            return OpeningUnderWay(day)
        case Closing():
            return refusals.is_closing(book.name, day.business_date)
        case Closed() | Archived():
            return refusals.never_reopened(book.name, day.business_date)
        case NoDay() | Cancelled():
            today = business_today(at, time_zone=book.time_zone, rollover=book.rollover)
            again = day if isinstance(day, Cancelled) else None
            return _refusal_of_date(book, command.business_date, today) or OpeningBegun(
                Opening(command.business_date, command, again)
            )
        case _:
            assert_never(day)


def refusal_while_cancelling(book: StoreBook) -> Refused | None:
    """Say that the open day is being taken back, if it is: until that is decided nothing else is."""
    day = book.cancelling
    return None if day is None else refusals.being_cancelled(book.name, day.business_date)


def _refusal_of_date(book: StoreBook, business_date: date, today: date) -> Refused | None:
    if book.cancelling is not None:
        return refusal_while_cancelling(book)
    if book.opening is not None:
        return refusals.being_opened(book.name, book.opening.business_date)
    if book.current is not None and business_date < book.current.business_date:
        return refusals.not_after_open(book.name, book.current.business_date)
    if book.last_closed is not None and business_date <= book.last_closed:
        return refusals.not_after_closed(book.name, book.last_closed)
    if business_date > today + timedelta(days=1):
        return refusals.too_far_ahead(business_date, today)
    return None


def decide_opening(
    book: StoreBook, opening: Opening, answer: Sealed | NotSealed
) -> DayOpened | OpeningWithdrawn:
    """Decide an opening that the till service has answered.

    `Sealed` says that no other date has an open till and that the open day before it, if any, is sealed.
    """
    if isinstance(answer, NotSealed):
        return OpeningWithdrawn(opening, refusals.open_tills_of_another_date(book.name, answer.tills))
    closed = None if book.current is None else close_automatically(book, book.current, opening.command.by)
    before = None if closed is None else closed.business_date
    day = Open(opening.business_date, opening.command.by, automatically_closed=before)
    return DayOpened(day, closed)


def close_automatically(book: StoreBook, day: Open | Closing, by: str) -> Closed:
    """Return the day as the next opening closes it: waiting for nobody, listing who was not heard."""
    attested = day.attested if isinstance(day, Closing) else frozenset()
    waived = day.waived if isinstance(day, Closing) else None
    unattested = tuple(code for code in book.terminals if code not in attested)
    return Closed(day.business_date, by, automatic=True, unattested=unattested, waived=waived)


def open_answer(book: StoreBook, day: Open) -> DayAnswer:
    """Return the answer to everyone who asked for this opening."""
    return DayAnswer(
        store=book.store,
        business_date=day.business_date,
        state="open",
        automatically_closed=day.automatically_closed,
    )


def evolve_opening(book: StoreBook, fact: OpeningBegun | DayOpened | OpeningWithdrawn) -> StoreBook:
    """Return the book after a fact."""
    match fact:
        case OpeningBegun():
            return book.with_day(fact.opening)
        case OpeningWithdrawn():
            return book.with_day(fact.opening.again or NoDay(fact.opening.business_date))
        case DayOpened():
            closed: tuple[StoreDay, ...] = () if fact.closed_before is None else (fact.closed_before,)
            for day in (*closed, fact.day):
                book = book.with_day(day)
            return book
        case _:
            assert_never(fact)
