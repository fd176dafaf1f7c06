"""Closing a store: terminals attest or are waived, then the till service seals the date."""

import math
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, assert_never

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
    awaited,
    state_of,
)
from store_service.domain.people import Person, may
from tillday_contracts.ids import TerminalCode
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import CloseStore, DayAnswer
from tillday_contracts.till_messages import NotSealed, OpenTill, Sealed

LISTED_AFTER: Final = timedelta(seconds=60)
"""How long terminals have to attest before a person may go on without them."""


@dataclass(frozen=True, slots=True)
class LookFirst:
    """Nothing that is known here forbids it; whether tills are open is asked next, sealing nothing."""

    day: Open


@dataclass(frozen=True, slots=True)
class ClosingBegun:
    """Terminals are asked to attest."""

    day: Closing


@dataclass(frozen=True, slots=True)
class ClosingWaived:
    """A person goes on without the terminals not heard."""

    day: Closing


@dataclass(frozen=True, slots=True)
class StillClosing:
    """Nothing changes: terminals are awaited."""

    day: Closing


@dataclass(frozen=True, slots=True)
class AlreadyClosed:
    """Nothing changes."""

    business_date: date


@dataclass(frozen=True, slots=True)
class DayClosed:
    """The date is closed for good."""

    day: Closed


@dataclass(frozen=True, slots=True)
class ClosingAbandoned:
    """A till of the date turned out open: the day is open again."""

    day: Open
    refusal: Refused


CloseDecision = LookFirst | ClosingWaived | StillClosing | AlreadyClosed | Refused


def decide_close(
    book: StoreBook, person: Person | None, command: CloseStore, *, at: datetime
) -> CloseDecision:
    """Answer a request to close a store, as far as it can be answered without the till service."""
    if person is None:
        return refusals.not_of_the_store(command.by, "close", book.name)
    if not may(person, "close_store"):
        return refusals.not_allowed(command.by, "close", book.name, "close_store")
    day = book.day(command.business_date)
    match day:
        case Open():
            waives = command.waive is not None
            if day.cancelling is not None:
                return refusals.being_cancelled(book.name, day.business_date)
            return refusals.nothing_to_waive(book.name, day.business_date) if waives else LookFirst(day)
        case Closing():
            return _decide_waiver(book, day, command, at)
        case Closed() | Archived():
            return AlreadyClosed(day.business_date)
        case NoDay() | Cancelled() | Opening():
            current = None if book.current is None else book.current.business_date
            return refusals.not_open(book.name, command.business_date, current)
        case _:
            assert_never(day)


def _decide_waiver(book: StoreBook, day: Closing, command: CloseStore, at: datetime) -> CloseDecision:
    unheard = awaited(day, book.terminals)
    if command.waive is None or not unheard:
        return StillClosing(day)
    left = day.since + LISTED_AFTER - at
    if left > timedelta():
        return refusals.too_early_to_waive(book.name, unheard, math.ceil(left.total_seconds()))
    return ClosingWaived(replace(day, command=command, waived=command.waive))


def decide_look(
    book: StoreBook, day: Open, command: CloseStore, tills: tuple[OpenTill, ...], *, at: datetime
) -> ClosingBegun | Refused:
    """Begin closing unless a till of the date is open."""
    if tills:
        return refusals.open_tills(book.name, tills)
    return ClosingBegun(Closing(day, command, at))


def ready_to_seal(book: StoreBook) -> Closing | None:
    """Return the closing day that every terminal has attested, or that a person waived them for."""
    day = book.closing
    return day if day is not None and not awaited(day, book.terminals) else None


def decide_closing(book: StoreBook, day: Closing, answer: Sealed | NotSealed) -> DayClosed | ClosingAbandoned:
    """Decide a closing that the till service has answered."""
    if isinstance(answer, NotSealed):
        reason = "open tills: " + ", ".join(sorted({till.till for till in answer.tills}))
        opened = replace(day.opened, reason=reason)
        return ClosingAbandoned(opened, refusals.open_tills(book.name, answer.tills))
    unattested = tuple(code for code in book.terminals if code not in day.attested)
    closed = Closed(day.business_date, day.command.by, unattested=unattested, waived=day.waived)
    return DayClosed(closed)


def attestation_counts(
    day: Closing | None, business_date: date, revision: int, *, asked_at: int | None
) -> bool:
    """Say whether an attestation answers the closing under way.

    `asked_at` is the revision of the terminal's desired state that first named the date as closing: an older
    attestation belongs to a closing that was abandoned and binds the terminal no longer.
    """
    return (
        day is not None
        and day.business_date == business_date
        and asked_at is not None
        and revision >= asked_at
    )


def evolve_closing(
    book: StoreBook, fact: ClosingBegun | ClosingWaived | DayClosed | ClosingAbandoned
) -> StoreBook:
    """Return the book after a fact."""
    return book.with_day(fact.day)


def evolve_attested(book: StoreBook, terminal: TerminalCode) -> StoreBook:
    """Return the book after a terminal attested the closing day."""
    day = book.closing
    return book if day is None else book.with_day(replace(day, attested=day.attested | {terminal}))


def close_answer(book: StoreBook, business_date: date) -> DayAnswer:
    """Return how the day stands, for everyone who asked for its closing."""
    day = book.day(business_date)
    return DayAnswer(
        store=book.store,
        business_date=business_date,
        state=state_of(day),
        awaited=awaited(day, book.terminals),
    )
