"""The pages of the back office that are pictured: add one by adding a line to PAGES."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from screens_demo import Demo
from tillday_local.history.plan import DAYS


@dataclass(frozen=True)
class Pictured:
    """A page under a name: the one at `path`, or where its first link leads whose address holds `link`.

    Several such parts are followed one after another, and `ends` is put behind the address. `role` is who
    looks, nobody where it is empty; `typed` are fields by their place, in which `password` is that person's,
    and `pressed` the button after them. `to` is the place that is scrolled to. `awaits` is what has to be
    there first.
    """

    name: str
    path: str
    link: str = ""
    look: str = "tillday"
    language: str = "en"
    ends: str = ""
    role: str = "manager"
    typed: tuple[tuple[str, str], ...] = ()
    pressed: str = ""
    to: str = ""
    awaits: str = ""


SILENT_WITHIN_MS: Final = 150_000
"""A terminal that is switched off is called silent once those that are there would have spoken."""
PAGES: Final = (
    Pictured("stores", "/stores", awaits=".mark-bad[href*='only=offline']"),
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
    Pictured("operations", "/stores/S1/operations"),
    Pictured("figures", "/stores/S1/terminals/T1/figures"),
    Pictured("runbook", "/runbooks/oldest-unacknowledged?store=S2"),
    Pictured("new-store", "/stores/S1/new-store"),
    Pictured("settings-store", "/stores/S1/settings/store"),
    Pictured("settings-people", "/stores/S1/settings/people"),
    Pictured("settings-terminals", "/stores/S1/settings/terminals"),
    Pictured("settings-coins", "/stores/S1/settings/coins"),
    Pictured("settings-catalogue", "/stores/S1/settings/catalogue"),
    Pictured("settings-history", "/stores/S1/settings/history"),
    Pictured("letters", "/stores/S2/letters"),
    Pictured("letter", "/stores/S2/letters", "/letters/"),
    Pictured("sign-in", "/sign-in", role=""),
    Pictured(
        "second-factor",
        "/second-factor",
        role="supervisor",
        typed=(("[name=password]", "password"),),
        pressed="main form .btn-primary",
    ),
    Pictured("explained", "/stores/S2/terminals/T22", "/explain", role="supervisor"),
    Pictured("close-till", "/stores/S2/terminals/T21", "/tills/", ends="/close", role="supervisor"),
    Pictured("late-entry", "/stores/S2/rescues", "/rescues/ /entries/", role="supervisor"),
    Pictured(
        "repair",
        "/stores/S2/rescues",
        "/rescues/ /entries/",
        role="supervisor",
        typed=(("[name='e.lines.0.quantity']", "2"), ("[name='e.payments.0.tendered']", "5.40")),
        to="#repair",
    ),
)


def office(opened: Browser, demo: Demo, folder: Path) -> None:
    """Take every page, each as somebody sees it who may."""
    for role in dict.fromkeys(one.role for one in PAGES):
        with _somebody(opened, demo, role) as (page, password):
            for one in PAGES:
                if one.role == role:
                    _take(page, demo.told["backoffice"], one, folder, password)


@contextmanager
def _somebody(opened: Browser, demo: Demo, role: str) -> Iterator[tuple[Page, str]]:
    """Somebody's browser and password; nobody's without a role."""
    told = demo.told
    context = opened.new_context(viewport={"width": 1440, "height": 900}, locale="en-IE")
    page = context.new_page()
    person = next((one for one in told["people"] if one["role"] == role), None)
    if person is not None:
        page.goto(told["backoffice"])
        page.fill("[name=name]", person["name"])
        page.fill("[name=password]", person["password"])
        page.keyboard.press("Enter")
        page.locator(".office-menu").wait_for()
    yield page, person["password"] if person else ""
    context.close()


def _take(page: Page, address: str, one: Pictured, folder: Path, password: str) -> None:
    chosen = {"look": one.look, "language": one.language}
    page.context.add_cookies([{"name": name, "value": chosen[name], "url": address} for name in chosen])
    first = datetime.now(UTC).date() - timedelta(days=DAYS)
    page.goto(address + one.path.format(first=first))
    for link in one.link.split():
        page.locator(f".office-main a[href*='{link}']").first.click()
        page.wait_for_load_state("load")
    if one.ends:
        page.goto(page.url.partition("?")[0] + one.ends)
    for place, text in one.typed:
        page.fill(place, password if text == "password" else text)
    if one.pressed:
        page.locator(one.pressed).first.click()
    if one.awaits:
        page.locator(one.awaits).first.wait_for(timeout=SILENT_WITHIN_MS)
    if one.to:
        page.locator(one.to).evaluate("place => place.scrollIntoView()")
    page.wait_for_load_state("load")
    page.wait_for_timeout(700 if one.typed else 400)
    page.screenshot(path=str(folder / f"office-{one.name}.png"))
