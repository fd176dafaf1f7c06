"""What every screen must be to be touched by everybody: asked of the browser that shows it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from touch import Touch

SMALLEST_TARGET = 44


def looked_at(touch: Touch) -> None:
    """Axe finds nothing serious, nothing to tap is too small, and nothing is cut off."""
    page = touch.page
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    found = Axe().run(page).response["violations"]
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    assert not serious, [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in serious]
    too_small = page.evaluate(_TOO_SMALL, SMALLEST_TARGET)
    assert not too_small, too_small
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


_TOO_SMALL = """(least) => [
    ...document.querySelectorAll("button, label.choice, label.person, input:not(.sr-only), select"),
  ]
  .filter((one) => one.offsetParent !== null && one.type !== "hidden" && !one.closest("[hidden]"))
  .map((one) => [(one.closest("label.input") ?? one).getBoundingClientRect(), one])
  .filter(([box]) => box.width < least - 0.5 || box.height < least - 0.5)
  .map(([box, one]) => `${one.outerHTML.slice(0, 160)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
