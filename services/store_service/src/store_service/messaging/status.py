"""How a store's days stand."""

from typing import Final

from service_kit.database import Database
from store_service.domain import refusals
from store_service.domain.days import (
    Archived,
    Cancelled,
    Closed,
    Closing,
    Open,
    StoreBook,
    awaited,
    state_of,
)
from store_service.domain.days import StoreDay as Day
from store_service.persistence.days import read_book, read_newest_days
from store_service.persistence.stores import read_settings
from store_service.persistence.tasks import read_waiting_tasks
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import StoreDay, StoreDays, StoreDayStatus

MOST_DAYS: Final = 400


class Status:
    """Answers how a store's days stand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def handle(self, question: StoreDayStatus) -> StoreDays | Refused:
        """Return the store's days, newest first."""
        async with self._database.transaction(isolation="repeatable_read") as connection:
            settings = await read_settings(connection, question.store)
            if settings is None:
                return refusals.unknown_store(question.store)
            book = await read_book(connection, settings)
            days = await read_newest_days(connection, question.store, most=MOST_DAYS)
            tasks = await read_waiting_tasks(connection, question.store)
        told = tuple(_told(book.days.get(day.business_date, day), book) for day in days)
        return StoreDays(
            store=book.store,
            name=book.name,
            days=told,
            archived_through=book.archived_through,
            tasks=tuple(tasks),
        )


def _told(day: Day, book: StoreBook) -> StoreDay:
    ended = day.closed if isinstance(day, Archived) else day
    unheard = ended.unattested if isinstance(ended, Closed) else awaited(day, book.terminals)
    return StoreDay(
        business_date=day.business_date,
        state=state_of(day),
        automatic=isinstance(ended, Closed) and ended.automatic,
        awaited=unheard,
        reason=_reason(ended),
    )


def _reason(day: Day) -> str | None:
    match day:
        case Open() | Cancelled():
            return day.reason
        case Closing() | Closed():
            return day.waived
        case _:
            return None
