"""The built-in store of the demo and of the unattended day: a small café with its people and products."""

from __future__ import annotations

from typing import Final, get_args

from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.asks import CatalogueItem, Right
from tillday_contracts.denominations import STANDARD
from tillday_contracts.wishes import SettingsContent, Tender
from tillday_local.store_content import StoreContent, StorePerson

STORE: Final = "S1"
STORE_NAME: Final = "Tillday Café"
SUPERVISOR: Final = "SUPERVISOR-1"
KEPT_FLOAT: Final = 150_00
"""What every cash-up leaves in the drawer."""
_CASHIER_RIGHTS: Final[tuple[Right, ...]] = ("sell", "open_drawer")
_SUPERVISOR_RIGHTS: Final[tuple[Right, ...]] = get_args(Right)


def tenders(currency: str) -> tuple[Tender, ...]:
    """Return cash, card and voucher in one currency; only cash leaves something in the drawer."""
    kept, none = KeepRule(mode="fixed", amount=KEPT_FLOAT), KeepRule(mode="move_all")
    return (
        Tender(tender="cash", name="Cash", kind="cash", currency=currency, keep=kept),
        Tender(tender="card", name="Card", kind="card", currency=currency, keep=none),
        Tender(tender="voucher", name="Voucher", kind="voucher", currency=currency, keep=none),
    )


DOLLARS: Final = Tender(
    tender="cash_usd",
    name="US dollars",
    kind="foreign_cash",
    currency="USD",
    rate=920_000,
    denominations=STANDARD["USD"],
    keep=KeepRule(mode="move_all"),
)
NOTE: Final = 20_00
"""What a customer from abroad lays on the counter, minor units of the dollar."""
WORTH: Final = 18_40
"""And what that is in the store's currency."""


MANAGER: Final = StorePerson(
    person="MANAGER-1", name="Manager 1", role="manager", pin=None, rights=_SUPERVISOR_RIGHTS
)


def people(terminals: int) -> tuple[StorePerson, ...]:
    """Return one cashier per terminal, a supervisor, and a manager who works at the back office alone."""
    cashiers = tuple(
        StorePerson(
            person=f"CASHIER-{n}",
            name=f"Cashier {n}",
            role="cashier",
            pin=f"{1000 + n}",
            rights=_CASHIER_RIGHTS,
        )
        for n in range(1, terminals + 1)
    )
    supervisor = StorePerson(
        person=SUPERVISOR, name="Supervisor 1", role="supervisor", pin="900001", rights=_SUPERVISOR_RIGHTS
    )
    return (*cashiers, supervisor, MANAGER)


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

SETTINGS: Final = SettingsContent(
    store=STORE,
    name=STORE_NAME,
    currency="EUR",
    time_zone="Europe/Madrid",
    locale="en_IE",
    denominations=STANDARD["EUR"],
    tenders=(*tenders("EUR"), DOLLARS),
)


def demo_content(terminals: int) -> StoreContent:
    """Return the demo store with people for so many terminals."""
    return StoreContent(settings=SETTINGS, people=people(terminals), catalogue=CATALOGUE)
