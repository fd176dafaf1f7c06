"""Folding what the store service announced into stores, terminals and what those are wished to be."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from report_service.domain.rows import StoreRow, TerminalKey, TerminalRow, WishRow
from tillday_contracts.store_messages import StoreDefined, TerminalAdded, TerminalWished

StoreEvent = StoreDefined | TerminalAdded | TerminalWished


@dataclass(frozen=True, slots=True)
class StoreChanges:
    """Rows to write; a wish only over one of a lower revision."""

    stores: dict[str, StoreRow] = field(default_factory=dict)
    terminals: dict[TerminalKey, TerminalRow] = field(default_factory=dict)
    wishes: dict[TerminalKey, WishRow] = field(default_factory=dict)


def fold(events: Iterable[StoreEvent]) -> StoreChanges:
    """Return what consecutive events change."""
    changes = StoreChanges()
    for event in events:
        match event:
            case StoreDefined(settings=settings):
                changes.stores[settings.store] = StoreRow(settings.store, settings.name, settings.currency)
            case TerminalAdded():
                row = TerminalRow(event.store, event.terminal, event.till, event.name)
                changes.terminals[TerminalKey(event.store, event.terminal)] = row
            case TerminalWished():
                _wish(changes, event)
    return changes


def _wish(changes: StoreChanges, event: TerminalWished) -> None:
    key = TerminalKey(event.store, event.terminal)
    before = changes.wishes.get(key)
    if before is None or event.rev >= before.rev:
        changes.wishes[key] = WishRow(
            event.store, event.terminal, event.business_date, event.origin, event.rev
        )
