"""How a store day ends other than by closing: cancelled or archived; and what of a store waits for people."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from tillday_contracts.ids import PersonId, StoreCode, TerminalCode
from tillday_contracts.messages import Command, Event
from tillday_contracts.store_messages import StoreTaskKind

Reason = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class CancelDay(Command):
    """Take back a date that was opened by mistake: no till was started for it. It may be opened again."""

    subject: ClassVar[str] = "tillday.store.cancel_day.v1"

    store: StoreCode
    business_date: date
    reason: Reason


class FinishStoreTask(Command):
    """Say that somebody has looked at a task of the store, and what came of it."""

    subject: ClassVar[str] = "tillday.store.finish_store_task.v1"

    store: StoreCode
    number: Annotated[int, Field(ge=1)]
    note: Reason


class StoreDayCancelled(Event):
    """A store day was taken back; its terminals are wished closed."""

    subject: ClassVar[str] = "tillday.event.store.store_day_cancelled.v1"

    store: StoreCode
    business_date: date
    by: PersonId
    reason: str


class StoreDayArchived(Event):
    """Everything of a store day is decided and old enough; terminals learn how far that goes."""

    subject: ClassVar[str] = "tillday.event.store.store_day_archived.v1"

    store: StoreCode
    business_date: date
    archived_through: date | None = None


class StoreTaskRaised(Event):
    """Something about a store's days waits for a person; `text` says what, and what to do."""

    subject: ClassVar[str] = "tillday.event.store.store_task_raised.v1"

    store: StoreCode
    number: int
    kind: StoreTaskKind
    terminal: TerminalCode
    business_date: date
    text: str


class StoreTaskFinished(Event):
    """Somebody has looked at a task."""

    subject: ClassVar[str] = "tillday.event.store.store_task_finished.v1"

    store: StoreCode
    number: int
    by: PersonId
    note: str


EVENTS: tuple[type[Event], ...] = (
    StoreDayCancelled,
    StoreDayArchived,
    StoreTaskRaised,
    StoreTaskFinished,
)
