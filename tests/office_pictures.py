"""The pages of the back office that are pictured: add one by adding a line to PAGES."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from screens_demo import Demo
from tillday_local.history.plan import DAYS


@dataclass(frozen=True)
class Pictured:
    """A page under a name: the one at `path`, or where its first link leads whose address holds `link`."""

    name: str
    path: str
    link: str = ""
    look: str = "tillday"
    language: str = "en"


PAGES: Final = (
    Pictured("stores", "/stores"),
    Pictured("terminals", "/stores/S2/terminals"),
    Pictured("till", "/stores/S2/terminals/T22", "/tills/"),
    Pictured("cash-up", "/stores/S2/terminals/T22", "/cash-ups/"),
    Pictured("day", "/stores/S1/day"),
    Pictured("rescues", "/stores/S2/rescues"),
    Pictured("rescue", "/stores/S2/rescues", "/rescues/"),
    Pictured("sales", "/stores/S1/sales?first={first}"),
    Pictured(
        "sales-hours-dark-es", "/stores/S1/sales?by=hour&first={first}", look="tillday-dark", language="es"
    ),
    Pictured("differences", "/stores/S2/differences"),
    Pictured("calendar", "/stores/S1/calendar"),
    Pictured("stock", "/stores/S1/stock"),
    Pictured("ledger", "/stores/S1/ledger"),
    Pictured("ledger-entries", "/stores/S1/ledger/entries"),
    Pictured("trial-balance", "/stores/S1/ledger/trial-balance"),
    Pictured("safe", "/stores/S1/ledger/safe"),
    Pictured("alarms", "/stores/S2/alarms"),
    Pictured("audit", "/stores/S1/audit"),
    Pictured("new-store", "/stores/S1/new-store"),
    Pictured("settings-store", "/stores/S1/settings/store"),
    Pictured("settings-people", "/stores/S1/settings/people"),
    Pictured("settings-terminals", "/stores/S1/settings/terminals"),
    Pictured("settings-coins", "/stores/S1/settings/coins"),
    Pictured("settings-catalogue", "/stores/S1/settings/catalogue"),
    Pictured("settings-history", "/stores/S1/settings/history"),
)


def office(opened: Browser, demo: Demo, folder: Path) -> None:
    """Take every page, as a manager of both stores sees it."""
    told = demo.told
    person = next(one for one in told["people"] if one["role"] == "manager")
    context = opened.new_context(viewport={"width": 1440, "height": 900}, locale="en-IE")
    page = context.new_page()
    page.goto(told["backoffice"])
    page.fill("[name=name]", person["name"])
    page.fill("[name=password]", person["password"])
    page.keyboard.press("Enter")
    page.locator(".office-menu").wait_for()
    for one in PAGES:
        _take(page, told["backoffice"], one, folder)
    context.close()


def _take(page: Page, address: str, one: Pictured, folder: Path) -> None:
    chosen = {"look": one.look, "language": one.language}
    page.context.add_cookies([{"name": name, "value": chosen[name], "url": address} for name in chosen])
    first = datetime.now(UTC).date() - timedelta(days=DAYS)
    page.goto(address + one.path.format(first=first))
    if one.link:
        page.locator(f".office-main a[href*='{one.link}']").first.click()
    page.wait_for_load_state("load")
    page.wait_for_timeout(400)
    page.screenshot(path=str(folder / f"office-{one.name}.png"))
