"""Folding what the store service announced into stores, terminals and what those are wished to be."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from report_service.domain.rows import (
    DayKey,
    PersonKey,
    StoreRow,
    TaskKey,
    TenderKey,
    TenderRow,
    TerminalKey,
    TerminalRow,
    WishRow,
)
from tillday_contracts.day_messages import (
    StoreDayArchived,
    StoreDayCancelled,
    StoreTaskFinished,
    StoreTaskRaised,
)
from tillday_contracts.store_messages import (
    DayState,
    PersonDefined,
    StoreClosed,
    StoreClosing,
    StoreClosingAbandoned,
    StoreDefined,
    StoreOpened,
    StoreTask,
    TerminalAdded,
    TerminalWished,
)
from tillday_contracts.wishes import SettingsContent

DayEvent = (
    StoreOpened | StoreClosing | StoreClosingAbandoned | StoreClosed | StoreDayCancelled | StoreDayArchived
)
StoreEvent = (
    StoreDefined
    | PersonDefined
    | TerminalAdded
    | TerminalWished
    | StoreTaskRaised
    | StoreTaskFinished
    | DayEvent
)
STATES: Final[dict[type[DayEvent], DayState]] = {
    StoreOpened: "open",
    StoreClosing: "closing",
    StoreClosingAbandoned: "open",
    StoreClosed: "closed",
    StoreDayCancelled: "cancelled",
    StoreDayArchived: "archived",
}


@dataclass(frozen=True, slots=True)
class StoreChanges:
    """Rows to write; a wish only over one of a lower revision."""

    stores: dict[str, StoreRow] = field(default_factory=dict)
    tenders: dict[TenderKey, TenderRow] = field(default_factory=dict)
    people: dict[PersonKey, str] = field(default_factory=dict)
    """The name of each person."""
    terminals: dict[TerminalKey, TerminalRow] = field(default_factory=dict)
    wishes: dict[TerminalKey, WishRow] = field(default_factory=dict)
    tasks: dict[TaskKey, StoreTask | None] = field(default_factory=dict)
    """What waits for a person; None: somebody finished it."""
    days: dict[DayKey, DayState] = field(default_factory=dict)


def fold(events: Iterable[StoreEvent]) -> StoreChanges:
    """Return what consecutive events change."""
    changes = StoreChanges()
    for event in events:
        match event:
            case StoreDefined(settings=settings):
                _store(changes, settings)
            case PersonDefined():
                changes.people[PersonKey(event.store, event.person)] = event.name
            case TerminalAdded():
                row = TerminalRow(event.store, event.terminal, event.till, event.name)
                changes.terminals[TerminalKey(event.store, event.terminal)] = row
            case TerminalWished():
                _wish(changes, event)
            case StoreTaskRaised():
                changes.tasks[TaskKey(event.store, event.number)] = _task(event)
            case StoreTaskFinished():
                changes.tasks[TaskKey(event.store, event.number)] = None
            case _:
                changes.days[DayKey(event.store, event.business_date)] = STATES[type(event)]
    return changes


def _store(changes: StoreChanges, settings: SettingsContent) -> None:
    changes.stores[settings.store] = StoreRow(
        settings.store, settings.name, settings.currency, settings.time_zone
    )
    for place, tender in enumerate(settings.tenders):
        row = TenderRow(place, tender.name, tender.currency)
        changes.tenders[TenderKey(settings.store, tender.tender)] = row


def _wish(changes: StoreChanges, event: TerminalWished) -> None:
    key = TerminalKey(event.store, event.terminal)
    before = changes.wishes.get(key)
    if before is None or event.rev >= before.rev:
        changes.wishes[key] = WishRow(
            event.store, event.terminal, event.business_date, event.origin, event.rev
        )


def _task(event: StoreTaskRaised) -> StoreTask:
    return StoreTask(
        number=event.number,
        kind=event.kind,
        terminal=event.terminal,
        business_date=event.business_date,
        raised_at=event.occurred_at,
        text=event.text,
    )
