"""Books, people and commands for tests of the store day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from store_service.domain.days import Cancelled, Closed, Closing, Open, Opening, StoreBook, StoreDay
from store_service.domain.people import Person
from tillday_contracts.day_messages import CancelDay
from tillday_contracts.messages import Event
from tillday_contracts.store_messages import CloseStore, OpenStore
from tillday_contracts.till_messages import NotSealed, OpenTill, TerminalOpenedItself, TillSessionChanged

Told = TypeVar("Told", bound=Event)

SUNDAY, MONDAY, TUESDAY, WEDNESDAY = (date(2026, 3, day) for day in (1, 2, 3, 4))
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SUPERVISOR = Person("SUPERVISOR-1", "Supervisor 1", "supervisor", ("open_store", "close_store"))
MANAGER = Person("MANAGER-1", "Manager 1", "manager", ("open_store", "close_store"))
MINUTE = timedelta(seconds=60)
CASHIER = Person("CASHIER-1", "Cashier 1", "cashier", ("sell",))


def book(
    *days: StoreDay, last_closed: date | None = None, terminals: tuple[str, ...] = ("T1", "T2")
) -> StoreBook:
    """A store in Berlin whose dates change at four in the morning."""
    made = StoreBook("S1", "Corner Shop", "Europe/Berlin", "04:00", terminals, last_closed)
    for day in days:
        made = made.with_day(day)
    return made


def open_store(business_date: date = MONDAY, by: str = "SUPERVISOR-1") -> OpenStore:
    return OpenStore(
        message_id=UUID(int=1),
        correlation_id=UUID(int=2),
        occurred_at=NOON,
        by=by,
        store="S1",
        business_date=business_date,
    )


def close_store(
    business_date: date = MONDAY, waive: str | None = None, by: str = "SUPERVISOR-1"
) -> CloseStore:
    return CloseStore(
        message_id=UUID(int=3),
        correlation_id=UUID(int=4),
        occurred_at=NOON,
        by=by,
        store="S1",
        business_date=business_date,
        waive=waive,
    )


def cancel_day(business_date: date = MONDAY, by: str = "MANAGER-1") -> CancelDay:
    return CancelDay(
        message_id=UUID(int=5),
        correlation_id=UUID(int=6),
        occurred_at=NOON,
        by=by,
        store="S1",
        business_date=business_date,
        reason="Opened for the wrong date",
    )


def opening(business_date: date = MONDAY, again: Cancelled | None = None) -> Opening:
    return Opening(business_date, open_store(business_date), again)


def an_open_day(business_date: date = MONDAY) -> Open:
    return Open(business_date, "SUPERVISOR-1")


def closing(business_date: date = MONDAY, *attested: str, waived: str | None = None) -> Closing:
    return Closing(an_open_day(business_date), close_store(business_date), NOON, frozenset(attested), waived)


def closed(business_date: date = MONDAY) -> Closed:
    return Closed(business_date, "SUPERVISOR-1")


def cancelled(business_date: date = MONDAY) -> Cancelled:
    return Cancelled(business_date, "Opened for the wrong date", "MANAGER-1")


def cancelling(business_date: date = MONDAY) -> Open:
    return replace(an_open_day(business_date), cancelling=cancel_day(business_date))


def opened_itself(business_date: date = MONDAY, by: str | None = "SUPERVISOR-1") -> TerminalOpenedItself:
    """The event that a supervisor opened the terminal T1 at the front."""
    return _told(TerminalOpenedItself, business_date=business_date, by=by, epoch="ab" * 8, seq=9)


def session_told(business_date: date = MONDAY, **fields: object) -> TillSessionChanged:
    """The event that a session of the till T1 is open."""
    told = {"till": "T1", "session_id": "1" * 32, "status": "open"}
    return _told(TillSessionChanged, business_date=business_date, **{**told, **fields})


def _told(kind: type[Told], **fields: object) -> Told:
    ids = {f"{name}_id": UUID(int=7) for name in ("message", "correlation", "causation")}
    return kind.model_validate({**ids, "occurred_at": NOON, "store": "S1", "terminal": "T1", **fields})


def open_till(business_date: date = MONDAY, terminal: str = "T1") -> OpenTill:
    return OpenTill(
        terminal=terminal, till=terminal, session_id="1" * 32, business_date=business_date, status="open"
    )


def not_sealed(business_date: date = MONDAY) -> NotSealed:
    return NotSealed(tills=(open_till(business_date),))
