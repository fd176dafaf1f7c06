"""Taking events of the two producers into the read models, in the transaction of the feed's cursor."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from report_service.domain import store_fold, till_fold
from report_service.persistence import alarms, store_rows, till_rows
from service_kit.database import Connection
from service_kit.feed import FeedEvent
from tillday_contracts.alarm_messages import (
    AlarmCleared,
    AlarmEvent,
    AlarmRaised,
    StoreAlarmCleared,
    StoreAlarmRaised,
)
from tillday_contracts.close_messages import BackCloseTold
from tillday_contracts.day_messages import (
    StoreDayArchived,
    StoreDayCancelled,
    StoreTaskFinished,
    StoreTaskRaised,
)
from tillday_contracts.messages import Event
from tillday_contracts.rescue_messages import RescueSessionChanged
from tillday_contracts.store_messages import (
    PersonDefined,
    StoreClosed,
    StoreClosing,
    StoreClosingAbandoned,
    StoreDefined,
    StoreOpened,
    TerminalAdded,
    TerminalWished,
)
from tillday_contracts.till_messages import EntriesRecorded, TillSessionChanged

Told = TypeVar("Told", bound=Event)

TILL_EVENTS: Final[Mapping[str, type[till_fold.TillEvent]]] = {
    model.subject: model
    for model in (EntriesRecorded, TillSessionChanged, BackCloseTold, RescueSessionChanged)
}
STORE_EVENTS: Final[Mapping[str, type[store_fold.StoreEvent]]] = {
    model.subject: model
    for model in (
        StoreDefined,
        PersonDefined,
        TerminalAdded,
        TerminalWished,
        StoreTaskRaised,
        StoreTaskFinished,
        StoreOpened,
        StoreClosing,
        StoreClosingAbandoned,
        StoreClosed,
        StoreDayCancelled,
        StoreDayArchived,
    )
}

TILL_ALARMS: Final[Mapping[str, type[AlarmEvent]]] = {
    model.subject: model for model in (AlarmRaised, AlarmCleared)
}
STORE_ALARMS: Final[Mapping[str, type[AlarmEvent]]] = {
    model.subject: model for model in (StoreAlarmRaised, StoreAlarmCleared)
}


async def fold_till(connection: Connection, events: Sequence[FeedEvent]) -> Sequence[Event]:
    """Fold consecutive events of the ledger; return those that reports are made of."""
    told = _read(TILL_EVENTS, events)
    before = await till_rows.load(connection, till_fold.needs(told))
    await till_rows.save(connection, till_fold.fold(before, told))
    raised = _read(TILL_ALARMS, events)
    await alarms.fold(connection, "till", raised)
    return [*told, *raised]


async def forget_till(connection: Connection) -> None:
    """Begin anew with the ledger."""
    await till_rows.forget(connection)
    await alarms.forget(connection, "till")


async def fold_store(connection: Connection, events: Sequence[FeedEvent]) -> Sequence[Event]:
    """Fold consecutive events of the store service; return those that reports are made of."""
    told = _read(STORE_EVENTS, events)
    await store_rows.save(connection, store_fold.fold(told))
    raised = _read(STORE_ALARMS, events)
    await alarms.fold(connection, "store", raised)
    return [*told, *raised]


async def forget_store(connection: Connection) -> None:
    """Begin anew with the store service."""
    await store_rows.forget(connection)
    await alarms.forget(connection, "store")


def _read(models: Mapping[str, type[Told]], events: Sequence[FeedEvent]) -> list[Told]:
    """Return the events that the read models are made of; the others mean nothing here.

    Raises ValidationError for one that cannot be read: the feed then sets that one aside.
    """
    return [
        model.model_validate_json(event.body)
        for event in events
        if (model := models.get(event.subject)) is not None
    ]
