"""What the agent holds in memory, always equal to what its journal holds on disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from pydantic import TypeAdapter

from terminal_agent.core.receipts import Pending, Receipts
from terminal_agent.core.terminal import Terminal
from terminal_agent.core.till import Till
from tillday_contracts.asks import CatalogueItem, TerminalPerson
from tillday_contracts.wishes import Desired, Settings

_TILL: Final = TypeAdapter(Till)
_TERMINAL: Final = TypeAdapter(Terminal)
_COUNTS: Final = TypeAdapter(dict[str, int])
_PENDING: Final = TypeAdapter(dict[str, Pending])
_ORDER: Final = TypeAdapter(list[str])


@dataclass(frozen=True, slots=True)
class Fetched:
    """The revision of a list from the back office, and when it came."""

    revision: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything that decisions rest on."""

    till: Till = field(default_factory=Till)
    terminal: Terminal = field(default_factory=Terminal)
    desired: Desired | None = None
    settings: Settings | None = None
    people_list: Fetched | None = None
    catalogue_list: Fetched | None = None
    people: Mapping[str, TerminalPerson] = field(default_factory=dict)
    catalogue: Mapping[str, CatalogueItem] = field(default_factory=dict)
    wrong_pins: Mapping[str, int] = field(default_factory=dict)
    heard_at: datetime | None = None
    pending: Receipts = field(default_factory=dict)

    def alone_days(self, now: datetime) -> int | None:
        """Return for how many days nobody was heard, None where nobody ever was."""
        return None if self.heard_at is None else max(0, (now - self.heard_at).days)

    @property
    def business_date(self) -> date | None:
        """POSBD."""
        return self.terminal.business_date


_FETCHED: Final = TypeAdapter(Fetched)


def state_rows(memory: Memory) -> dict[str, str]:
    """Return the rows that change with entries."""
    return {
        "till": _TILL.dump_json(memory.till).decode(),
        "terminal": _TERMINAL.dump_json(memory.terminal).decode(),
        "wrong_pins": _COUNTS.dump_json(dict(memory.wrong_pins)).decode(),
    }


def pending_row(receipts: Receipts) -> dict[str, str]:
    """Return the row of the receipts that are not paid yet."""
    return {"pending": _PENDING.dump_json(dict(receipts)).decode()}


def held_row(held: Desired | Settings) -> dict[str, str]:
    """Return the row of a retained message."""
    return {"desired" if isinstance(held, Desired) else "settings": held.model_dump_json()}


def fetched_row(name: str, fetched: Fetched) -> dict[str, str]:
    """Return the row that says which revision of a list is held."""
    return {name: _FETCHED.dump_json(fetched).decode()}


def order_row(items: Sequence[CatalogueItem]) -> dict[str, str]:
    """Return the row that says in which order a catalogue came: screens show it so."""
    return {"catalogue_order": _ORDER.dump_json([item.sku for item in items]).decode()}


def _in_order(items: list[CatalogueItem], row: str | None) -> list[CatalogueItem]:
    known = {sku: at for at, sku in enumerate(_ORDER.validate_json(row) if row is not None else ())}
    return sorted(items, key=lambda item: known.get(item.sku, len(known)))


def read_memory(rows: Mapping[str, str], people: list[str], products: list[str]) -> Memory:
    """Return the memory that these rows are."""
    persons = [TerminalPerson.model_validate_json(text) for text in people]
    found = [CatalogueItem.model_validate_json(text) for text in products]
    items = _in_order(found, rows.get("catalogue_order"))
    return Memory(
        till=_TILL.validate_json(rows["till"]) if "till" in rows else Till(),
        terminal=_TERMINAL.validate_json(rows["terminal"]) if "terminal" in rows else Terminal(),
        desired=Desired.model_validate_json(rows["desired"]) if "desired" in rows else None,
        settings=Settings.model_validate_json(rows["settings"]) if "settings" in rows else None,
        people_list=_FETCHED.validate_json(rows["people"]) if "people" in rows else None,
        catalogue_list=_FETCHED.validate_json(rows["catalogue"]) if "catalogue" in rows else None,
        people={person.person: person for person in persons},
        catalogue={item.sku: item for item in items},
        wrong_pins=_COUNTS.validate_json(rows["wrong_pins"]) if "wrong_pins" in rows else {},
        heard_at=datetime.fromisoformat(rows["heard_at"]) if "heard_at" in rows else None,
        pending=_PENDING.validate_json(rows["pending"]) if "pending" in rows else {},
    )
