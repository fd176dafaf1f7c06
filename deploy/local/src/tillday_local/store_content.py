"""What a store of this launcher consists of, and how it is brought into the services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, TypeVar
from uuid import UUID, uuid4, uuid5

from tillday_contracts.asks import CatalogueItem, Right
from tillday_contracts.identity_messages import EnrolmentCodeIssued, IssueEnrolmentCode
from tillday_contracts.messages import Command, Done
from tillday_contracts.store_messages import (
    DefinePerson,
    DefineStore,
    ImportCatalogue,
    RegisterTerminal,
    Revised,
    TerminalRegistered,
)
from tillday_contracts.topics import TerminalAddress
from tillday_contracts.wishes import SettingsContent
from tillday_local.service_client import ServiceClient

OPERATOR_PERSON: Final = "OPERATOR"
_NAMESPACE: Final = UUID("6f3c9d52-9a5e-4c0e-8a44-6f6d2f1b7c11")
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
Step = TypeVar("Step", bound=Command)


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePerson:
    """A person, called by role; without a PIN no terminal knows them."""

    person: str
    name: str
    role: Literal["cashier", "supervisor", "manager"]
    pin: str | None
    rights: tuple[Right, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreContent:
    """A store as it is set up: settings, people and catalogue."""

    settings: SettingsContent
    people: tuple[StorePerson, ...]
    catalogue: Sequence[CatalogueItem]

    @property
    def prices(self) -> dict[str, int]:
        """The price of each SKU, minor units."""
        return {item.sku: item.price for item in self.catalogue}

    @property
    def pins(self) -> dict[str, str]:
        """The PIN of each person who has one."""
        return {person.person: person.pin for person in self.people if person.pin is not None}

    @property
    def manager(self) -> str:
        """The first person who may manage the store; whoever sets it up, where nobody may."""
        named = (person.person for person in self.people if "manage" in person.rights)
        return next(named, OPERATOR_PERSON)

    def terminals(self, count: int) -> tuple[TerminalAddress, ...]:
        """Return the addresses of the store's first terminals: T1, T2, …"""
        return tuple(TerminalAddress(self.settings.store, f"T{n}") for n in range(1, count + 1))


class StoreSetUp:
    """Brings a store into the services. Repeating it changes nothing."""

    def __init__(self, client: ServiceClient, content: StoreContent) -> None:
        self._client = client
        self._content = content
        self._store = content.settings.store
        self._by = content.manager

    async def define(self) -> None:
        """Define the store, its people and its catalogue."""
        await self._client.ask(self._step(DefineStore, settings=self._content.settings), Revised)
        for person in self._content.people:
            await self._client.ask(self._person(person), Done)
        items = tuple(self._content.catalogue)
        await self._client.ask(self._step(ImportCatalogue, store=self._store, items=items), Revised)

    async def register(self, code: str) -> None:
        """Register one terminal with its till."""
        number = code.removeprefix("T")
        # A till's code differs from every terminal's: both begin the numbers that are printed.
        name, till = f"Counter {number}", f"TILL{number}"
        command = self._step(RegisterTerminal, store=self._store, terminal=code, till=till, name=name)
        await self._client.ask(command, TerminalRegistered)

    async def invite(self, code: str) -> str:
        """Return a one-time code with which the terminal's agent enrols itself."""
        message_id = uuid4()
        command = IssueEnrolmentCode(
            message_id=message_id,
            correlation_id=message_id,
            occurred_at=datetime.now(UTC),
            by=self._by,
            store=self._store,
            terminal=code,
        )
        return (await self._client.ask(command, EnrolmentCodeIssued)).code

    def _person(self, person: StorePerson) -> DefinePerson:
        return self._step(
            DefinePerson,
            store=self._store,
            person=person.person,
            name=person.name,
            role=person.role,
            rights=person.rights,
            pin=person.pin,
        )

    def _step(self, kind: type[Step], **fields: object) -> Step:
        return set_up_step(kind, by=self._by, **fields)


def set_up_step(kind: type[Step], *, by: str, **fields: object) -> Step:
    """Return a set-up command whose identity is its content, so that the next start repeats it."""
    draft = {"correlation_id": _NAMESPACE, "occurred_at": _EPOCH, "by": by, **fields}
    content = kind.model_validate({"message_id": _NAMESPACE, **draft}).model_dump_json()
    return kind.model_validate({"message_id": uuid5(_NAMESPACE, kind.subject + content), **draft})
