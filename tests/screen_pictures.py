"""Takes the pictures of docs/screens.md from a demo that was just started: one day, screen after screen.

python tests/screen_pictures.py READY_FILE [FOLDER]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

from touch import Touch, browser

HERE: Final = Path(__file__).resolve().parents[1] / "docs" / "pictures"


class Camera:
    """Keeps what a touch screen shows, under a name."""

    def __init__(self, touch: Touch, folder: Path) -> None:
        self._touch = touch
        self._folder = folder

    def take(self, name: str) -> None:
        page = self._touch.page
        page.locator(".toast-note[data-notice]").evaluate_all("all => all.forEach((one) => one.remove())")
        page.wait_for_timeout(400)
        page.screenshot(path=str(self._folder / f"screen-{name}.png"))


def main(ready_file: Path, folder: Path) -> None:
    url = json.loads(ready_file.read_text(encoding="utf-8"))["terminals"]["T1"]
    with browser() as opened:
        touch = Touch.on(opened, url)
        camera = Camera(touch, folder)
        morning(touch, camera)
        selling(touch, camera)
        evening(touch, camera)


def morning(touch: Touch, camera: Camera) -> None:
    touch.choose("Cashier 1")
    touch.type("10")
    camera.take("pin")
    touch.type("01")
    touch.tap("Sign in")
    touch.sees("The store is closed.")
    camera.take("needed-now")
    touch.tap("Open the terminal")
    touch.approve()
    touch.tap("Start the initial count")
    touch.count(n5000=2, n1000=4, n200=4)
    touch.counted("€148.00")
    camera.take("count")
    touch.tap("Supervisor approval…")
    camera.take("approval")
    touch.approve()


def selling(touch: Touch, camera: Camera) -> None:
    touch.product("COF-02", 2)
    touch.product("BAK-01")
    touch.product("SAN-02")
    touch.page.locator("[data-line='1']").tap()
    camera.take("selling")
    touch.pay()
    camera.take("paying")
    touch.page.locator("[data-sum]").nth(1).tap()
    touch.page.locator("[data-done]").wait_for()
    camera.take("change")
    touch.tap("More")
    camera.take("more")
    touch.tap("X report")
    touch.page.locator("table").wait_for()
    camera.take("x-report")
    touch.tap("Back")


def evening(touch: Touch, camera: Camera) -> None:
    touch.tap("Dark")
    touch.tap("Cash up")
    touch.count(n5000=3, n200=4, n50=2)
    camera.take("cash-up-dark")
    touch.page.locator("[data-confirm]").tap()
    touch.approve()
    touch.tap("Confirm US dollars")
    camera.take("other-tenders-dark")
    for tender in ("card", "voucher"):
        touch.page.locator(f"[data-row='{tender}']").get_by_role("button", name="It is right").tap()
    camera.take("summary-dark")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else HERE)
