"""The demo's second store: there not everything went well."""

from __future__ import annotations

from typing import Final, get_args

from tillday_contracts.asks import Right
from tillday_contracts.denominations import STANDARD
from tillday_contracts.topics import TerminalAddress
from tillday_contracts.wishes import SettingsContent
from tillday_local.demo_store import CATALOGUE, DOLLARS, MANAGER, SUPERVISOR, tenders
from tillday_local.folder import DataFolder
from tillday_local.store_content import StoreContent, StorePerson

SECOND_STORE: Final = "S2"
SECOND_NAME: Final = "Tillday Kiosk"
LATE, SHORT = "T21", "T22"
"""The terminal whose sales came late, and the one whose drawer was short."""
CASHIERS: Final = {LATE: "CASHIER-21", SHORT: "CASHIER-22"}
MADE: Final = "history"
"""The file in a folder whose past days are worked."""
TERMINALS: Final = tuple(TerminalAddress(SECOND_STORE, terminal) for terminal in CASHIERS)
_CASHIER_RIGHTS: Final[tuple[Right, ...]] = ("sell", "open_drawer")
_SUPERVISOR_RIGHTS: Final[tuple[Right, ...]] = get_args(Right)


def has_history(folder: DataFolder) -> bool:
    """Say whether a folder has its past days."""
    return (folder.root / MADE).exists()


def second_content() -> StoreContent:
    """Return the second store: the same products, its own cashiers, supervisor and manager of both."""
    settings = SettingsContent(
        store=SECOND_STORE,
        name=SECOND_NAME,
        currency="EUR",
        time_zone="Europe/Madrid",
        locale="en_IE",
        denominations=STANDARD["EUR"],
        tenders=(*tenders("EUR"), DOLLARS),
    )
    cashiers = tuple(
        StorePerson(
            person=person,
            name=person.capitalize().replace("-", " "),
            role="cashier",
            pin=f"10{person[-2:]}",
            rights=_CASHIER_RIGHTS,
        )
        for person in CASHIERS.values()
    )
    supervisor = StorePerson(
        person=SUPERVISOR, name="Supervisor 1", role="supervisor", pin="900001", rights=_SUPERVISOR_RIGHTS
    )
    return StoreContent(settings=settings, people=(*cashiers, supervisor, MANAGER), catalogue=CATALOGUE)
