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


def looked_at_everywhere(touch: Touch) -> None:
    """The same screen as it is, then small, dark and Spanish, then large; afterwards it is as before."""
    page, before = touch.page, touch.page.viewport_size
    assert before is not None
    looked_at(touch)
    page.set_viewport_size({"width": 800, "height": 480})
    _turn(touch, language="es", look="tillday-dark")
    looked_at(touch)
    page.set_viewport_size({"width": 1920, "height": 1080})
    looked_at(touch)
    page.set_viewport_size(before)
    _turn(touch, language="en", look="tillday")


def _turn(touch: Touch, *, language: str, look: str) -> None:
    """What the buttons of the menu do, from any screen; what is shown stays."""
    touch.page.evaluate(_TURN, [["speak", {"language": language}], ["look", {"look": look}]])
    touch.page.reload()
    expect(touch.page.locator(f".shell[data-language='{language}'][data-look='{look}']")).to_be_visible()


_TURN = """async (taps) => {
  for (const [name, form] of taps)
    await fetch(`/screens/do/${name}`, {method: "POST", body: new URLSearchParams(form)});
}"""


_TOO_SMALL = """(least) => [
    ...document.querySelectorAll("button, label.choice, label.person, input:not(.sr-only), select"),
  ]
  .filter((one) => one.offsetParent !== null && one.type !== "hidden" && !one.closest("[hidden]"))
  .map((one) => [(one.closest("label.input") ?? one).getBoundingClientRect(), one])
  .filter(([box]) => box.width < least - 0.5 || box.height < least - 0.5)
  .map(([box, one]) => `${one.outerHTML.slice(0, 160)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
