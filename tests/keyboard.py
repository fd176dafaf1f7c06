"""Walking a page with the keyboard alone: every place in its order, each seen when one is there."""

from __future__ import annotations

from typing import Any, Final

from playwright.sync_api import Page

MOST_STOPS: Final = 150
"""More than any page has; date fields take several presses each."""
CONTRAST: Final = 3
"""What the outline has at least against what is behind it (WCAG 1.4.11)."""
_HERE: Final = """() => {
  const tabbable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const reached = (one) =>
    !one.disabled && one.tabIndex >= 0 && one.checkVisibility() &&
    (one.type !== "radio" || one.checked || !document.querySelector(`[name="${one.name}"]:checked`));
  const one = document.activeElement;
  if (one === document.body) return null;
  const paint = document.createElement("canvas").getContext("2d");
  const light = (colour) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    const [red, green, blue, solid] = paint.getImageData(0, 0, 1, 1).data;
    const part = (value) => ((value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return solid < 255 ? null : 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  };
  const behind = (part) => {
    for (let each = part.parentElement; each; each = each.parentElement) {
      const found = light(getComputedStyle(each).backgroundColor);
      if (found !== null) return found;
    }
    return 1;
  };
  const outlines = [one, one.closest("label")].filter(Boolean).map((part) => {
    const style = getComputedStyle(part);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return 0;
    const [less, more] = [light(style.outlineColor) ?? 0, behind(part)].sort((a, b) => a - b);
    return (more + 0.05) / (less + 0.05);
  });
  const stops = [...document.querySelectorAll(tabbable)].filter(reached), box = one.getBoundingClientRect();
  return {
    number: stops.indexOf(one), count: stops.length, contrast: Math.max(...outlines),
    told: one.outerHTML.slice(0, 120),
    inSight: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""
"""Where the keyboard is: its number among all places of the page, and how it is seen."""


def walked(page: Page) -> list[dict[str, Any]]:
    """Press Tab from the beginning of a page to its end; returns each place where one stood, in order."""
    page.evaluate("document.activeElement.blur()")
    places: list[dict[str, Any]] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate(_HERE)
        if here is None or (places and here["number"] < places[-1]["number"]):
            break
        if not places or here["number"] != places[-1]["number"]:
            places.append(here)
    return places


def faults_of(places: list[dict[str, Any]]) -> list[str]:
    """Return what is wrong with a walk, a line each; nothing where all is well."""
    count = places[-1]["count"] if places else 0
    left_out = sorted(set(range(count)) - {one["number"] for one in places})
    unseen = [f"not in sight: {one['told']}" for one in places if not one["inSight"]]
    faint = [
        f"outline of {one['contrast']:.1f}: {one['told']}" for one in places if one["contrast"] < CONTRAST
    ]
    return [*(f"never reached: number {number}" for number in left_out), *unseen, *faint]
