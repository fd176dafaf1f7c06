"""When a page of the back office has its first text on the screen, in a real browser beside a demo.

python tests/first_paint.py READY_FILE [TIMES]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from touch import browser

_PAINTED = """() => new Promise((done) => new PerformanceObserver((list, observer) => {
  const painted = list.getEntriesByName("first-contentful-paint")[0];
  if (!painted) return;
  observer.disconnect();
  done(painted.startTime);
}).observe({ type: "paint", buffered: true }))"""
_WEIGHT = """() => performance.getEntriesByType("navigation")[0].transferSize"""
_PLACES = ("terminals", "day", "calendar", "settings/people")


def main(ready_file: Path, times: int) -> None:
    """Sign in and open each page. Style and scripts are there from the first one on, as on a working day."""
    told = json.loads(ready_file.read_text(encoding="utf-8"))
    with browser() as opened:
        page = _signed_in(opened, told)
        for place in _PLACES:
            url = f"{told['backoffice']}/stores/S1/{place}"
            painted = sorted(_painted(page, url) for _ in range(times))
            weight = page.evaluate(_WEIGHT) / 1000
            half, most = painted[len(painted) // 2], painted[-1]
            sys.stdout.write(
                f"{place}: {weight:.0f} KB, half within {half:.0f} ms, all within {most:.0f} ms\n"
            )


def _signed_in(opened: Browser, told: dict[str, Any]) -> Page:
    person = next(one for one in told["people"] if one["role"] == "supervisor")
    page = opened.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(told["backoffice"])
    page.fill("[name=name]", person["name"])
    page.fill("[name=password]", person["password"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/stores**")
    return page


def _painted(page: Page, url: str) -> float:
    page.goto(url, wait_until="domcontentloaded")
    return float(page.evaluate(_PAINTED))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20)
