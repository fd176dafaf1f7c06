"""The back office's pages that a real browser reads in both languages and looks, at both sizes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LOOKED_AT: Final = (
    "/stores",
    "/second-factor",
    "/runbooks",
    "/runbooks/dead-letter",
    "/stores/S1/terminals",
    "/stores/S1/terminals?because=close&only=open",
    "/stores/S1/terminals/T1",
    "/stores/S1/terminals/T1/figures",
    "/stores/S1/day",
    "/stores/S1/new-store",
    "/stores/S1/rescues",
    "/stores/S1/letters",
    "/stores/S1/sales",
    "/stores/S1/calendar",
    "/stores/S1/differences",
    "/stores/S1/stock",
    "/stores/S1/stock/pickings",
    "/stores/S1/stock/locations",
    "/stores/S1/ledger",
    "/stores/S1/ledger/postings",
    "/stores/S1/ledger/entries",
    "/stores/S1/ledger/trial-balance",
    "/stores/S1/ledger/safe",
    "/stores/S1/ledger/accounts",
    "/stores/S1/operations",
    "/stores/S1/alarms",
    "/stores/S1/audit",
    "/stores/S1/settings/people",
    "/stores/S1/settings/people/new",
    "/stores/S1/settings/people/CASHIER-1",
    "/stores/S1/settings/terminals",
    "/stores/S1/settings/terminals/T1",
    "/stores/S1/settings/store",
    "/stores/S1/settings/counts",
    "/stores/S1/settings/tenders",
    "/stores/S1/settings/coins",
    "/stores/S1/settings/catalogue",
    "/stores/S1/settings/history",
)
BEHIND: Final = {
    "till": r"/stores/S1/terminals/T1/tills/\w+",
    "closing": r"/stores/S1/terminals/T1/tills/\w+/close",
    "explained": r"/stores/S1/terminals/T1/tills/\w+/explain",
    "cash-up": r"/stores/S1/cash-ups/\w+",
    "rescue": r"/stores/S1/rescues/\w+",
    "entry": r"/stores/S1/rescues/\w+/entries/\w+",
    "posting": r"/stores/S1/ledger/postings/\w+",
    "letter": r"/stores/S1/letters/\w+",
}
"""Pages about something that has to happen first: a scenario looks at them when it has."""
NO_PAGE: Final = re.compile(r"\.(csv|json|pdf)$|/(events|copies|menu)$|^/$|^/sign-in$|^/stores/S1/settings$")
"""Files, parts of pages, addresses that lead elsewhere, and the door, which has a test of its own."""
_ABOUT: Final = re.compile(r"/(T1|CASHIER-1|dead-letter)(?=/|$)")
SERIOUS: Final = {"serious", "critical"}
OTHER_LOOK: Final = {"language": "es", "look": "tillday-dark"}
SENT: Final = "performance.getEntries().reduce((sum, one) => sum + (one.encodedBodySize || 0), 0)"


def unseen(pages: Iterable[str], looked_at: Iterable[str] = LOOKED_AT) -> set[str]:
    """The pages that no browser reads; `X1` stands in them for whatever they are about."""
    seen = [_ABOUT.sub(r"/\\w+", one.partition("?")[0]) for one in looked_at]
    behind = [_ABOUT.sub(r"/\\w+", one) for one in BEHIND.values()]
    return {one for one in pages if not any(re.fullmatch(pattern, one) for pattern in (*seen, *behind))}


def can_be_read_by_everybody(page: Page) -> None:
    """Nothing serious stands in anybody's way, nothing is cut off, and the page is small."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in SERIOUS] == [], page.url
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url
    assert page.evaluate(SENT) < 250_000, page.url


def can_be_read_in_every_look(page: Page, kind: str) -> str:
    """The same for a page about something, wide and light in English, small and dark in Spanish."""
    assert re.search(BEHIND[kind] + r"(\?|#|$)", page.url), page.url
    can_be_read_by_everybody(page)
    address = page.url
    chosen = [{"name": name, "value": value, "url": address} for name, value in OTHER_LOOK.items()]
    page.context.add_cookies(chosen)  # type: ignore[arg-type]  # the driver's own dictionary
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(address)
    can_be_read_by_everybody(page)
    for name in OTHER_LOOK:
        page.context.clear_cookies(name=name)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address)
    return kind
