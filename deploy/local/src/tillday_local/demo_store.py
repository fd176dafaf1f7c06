"""The built-in store of the demo and of the unattended day: a small café with its people and products."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar
from uuid import UUID, uuid5

from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.denominations import STANDARD
from tillday_contracts.link import CatalogueItem, EnrolmentBundle, Right, SettingsContent, Tender
from tillday_contracts.messages import Command, Done
from tillday_contracts.store_messages import (
    DefinePerson,
    DefineStore,
    ImportCatalogue,
    RegisterTerminal,
    Revised,
    TerminalRegistered,
)
from tillday_local.service_client import ServiceClient

STORE: Final = "S1"
STORE_NAME: Final = "Tillday Café"
OPERATOR_PERSON: Final = "OPERATOR"
KEPT_FLOAT: Final = 150_00
"""What every cash-up of the demo store leaves in the drawer."""
_NAMESPACE: Final = UUID("6f3c9d52-9a5e-4c0e-8a44-6f6d2f1b7c11")
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
Step = TypeVar("Step", bound=Command)

SETTINGS: Final = SettingsContent(
    store=STORE,
    name=STORE_NAME,
    currency="EUR",
    time_zone="Europe/Madrid",
    locale="en_IE",
    denominations=STANDARD["EUR"],
    tenders=(
        Tender(
            name="Cash",
            tender="cash",
            kind="cash",
            currency="EUR",
            keep=KeepRule(mode="fixed", amount=KEPT_FLOAT),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """A person of the demo store, called by role."""

    person: str
    name: str
    role: str
    pin: str
    rights: tuple[Right, ...]


_SUPERVISOR_RIGHTS: Final[tuple[Right, ...]] = (
    "sell",
    "cash_up_for_others",
    "approve_difference",
    "open_terminal",
    "change_date",
    "open_drawer",
)


def demo_people(terminals: int) -> tuple[DemoPerson, ...]:
    """Return a supervisor and one cashier per terminal, with the PINs that the demo prints."""
    cashiers = tuple(
        DemoPerson(
            person=f"CASHIER-{n}", name=f"Cashier {n}", role="cashier", pin=f"{1000 + n}", rights=("sell",)
        )
        for n in range(1, terminals + 1)
    )
    supervisor = DemoPerson(
        person="SUPERVISOR-1", name="Supervisor 1", role="supervisor", pin="900001", rights=_SUPERVISOR_RIGHTS
    )
    return (*cashiers, supervisor)


def _item(sku: str, name: str, price: int, category: str, rate: int = 10_00) -> CatalogueItem:
    return CatalogueItem(sku=sku, name=name, price=price, tax_rate=rate, category=category)


CATALOGUE: Final = (
    _item("COF-01", "Espresso", 160, "Coffee"),
    _item("COF-02", "Café con leche", 210, "Coffee"),
    _item("COF-03", "Cortado", 180, "Coffee"),
    _item("COF-04", "Cappuccino", 250, "Coffee"),
    _item("TEA-01", "Green tea", 190, "Tea"),
    _item("TEA-02", "Mint infusion", 190, "Tea"),
    _item("BAK-01", "Croissant", 175, "Bakery"),
    _item("BAK-02", "Napolitana", 195, "Bakery"),
    _item("BAK-03", "Piñón biscuit", 145, "Bakery"),
    _item("BAK-04", "Sourdough loaf", 420, "Bakery", 4_00),
    _item("BAK-05", "Baguette", 135, "Bakery", 4_00),
    _item("SAN-01", "Ham and cheese toast", 395, "Kitchen"),
    _item("SAN-02", "Tortilla sandwich", 450, "Kitchen"),
    _item("SAN-03", "Vegetable wrap", 525, "Kitchen"),
    _item("SOU-01", "Soup of the day", 480, "Kitchen"),
    _item("JUI-01", "Orange juice", 320, "Cold drinks"),
    _item("WAT-01", "Still water 50 cl", 150, "Cold drinks"),
    _item("WAT-02", "Tap water", 0, "Cold drinks"),
    _item("LEM-01", "Lemonade", 290, "Cold drinks", 21_00),
    _item("CAK-01", "Carrot cake", 415, "Cakes"),
    _item("CAK-02", "Cheesecake", 440, "Cakes"),
    _item("BEA-01", "Coffee beans 250 g", 895, "Shop", 10_00),
    _item("MUG-01", "Mug", 1250, "Shop", 21_00),
    _item("GIF-01", "Gift box", 2990, "Shop", 21_00),
)


def terminal_code(n: int) -> str:
    """Return the code of the n-th terminal of the demo store."""
    return f"T{n}"


class DemoStore:
    """Brings the demo store into the services. Repeating it changes nothing."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def define(self, *, terminals: int) -> None:
        """Define the store, its people and its catalogue."""
        await self._client.ask(_step(DefineStore, settings=SETTINGS), Revised)
        for person in demo_people(terminals):
            command = _step(
                DefinePerson,
                store=STORE,
                person=person.person,
                name=person.name,
                role=person.role,
                rights=person.rights,
                pin=person.pin,
            )
            await self._client.ask(command, Done)
        await self._client.ask(_step(ImportCatalogue, store=STORE, items=CATALOGUE), Revised)

    async def enrol(self, code: str, *, mqtt_url: str, password: str) -> EnrolmentBundle:
        """Register one terminal and return what its agent is given; the broker knows `password` already."""
        number = code.removeprefix("T")
        name, till = f"Counter {number}", f"TILL{number}"
        command = _step(RegisterTerminal, store=STORE, terminal=code, till=till, name=name)
        secrets = await self._client.ask(command, TerminalRegistered)
        return EnrolmentBundle(
            store=STORE,
            terminal=code,
            till=till,
            name=name,
            mqtt_url=mqtt_url,
            mqtt_user=f"{STORE}.{code}",
            mqtt_password=password,
            key_id=secrets.key_id,
            journal_key=secrets.journal_key,
            pepper=secrets.pepper,
        )


def _step(kind: type[Step], **fields: object) -> Step:
    """Return a set-up command whose identity is its content, so that the next start repeats it."""
    draft = {"correlation_id": _NAMESPACE, "occurred_at": _EPOCH, "by": OPERATOR_PERSON, **fields}
    content = kind.model_validate({"message_id": _NAMESPACE, **draft}).model_dump_json()
    return kind.model_validate({"message_id": uuid5(_NAMESPACE, kind.subject + content), **draft})
