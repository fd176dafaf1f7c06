"""Takes the pictures of docs/screens.md from a demo of two terminals that was just started: one day of them.

python tests/screen_pictures.py READY_FILE [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from screens_demo import Demo
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
    demo = Demo(ready_file.parent, ready_file.name)
    with browser() as opened:
        touch, guest = Touch.on(opened, demo.url), Touch.on(opened, demo.url_of("T2"), width=800, height=480)
        camera, other = Camera(touch, folder), Camera(guest, folder)
        morning(touch, camera)
        guest_joins(guest, other)
        selling(touch, camera)
        errands(touch, camera)
        guest.product("COF-01")
        evening(touch, camera)
        guest_ends(guest, other)
        closes(touch, camera)
        beside(opened.new_page(viewport={"width": 1440, "height": 900}), demo, folder)


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


def errands(touch: Touch, camera: Camera) -> None:
    touch.tap("Paid out")
    touch.choose("Postage")
    touch.type("500")
    camera.take("paid-out")
    touch.tap("Back")
    touch.tap("Refund")
    touch.page.locator("[data-document]").first.tap()
    touch.sees("Refund of")
    camera.take("refund")
    touch.tap("Back")
    touch.tap("Back")
    touch.tap("Training")
    touch.product("MUG-01")
    camera.take("training")
    touch.tap("More")
    touch.tap("End training")
    touch.product("CAK-01")
    touch.tap("Park")
    touch.sees("The receipt is parked")
    touch.tap("Parked", exact=False)
    touch.sees("Parked receipts")
    camera.take("parked")
    touch.tap("Take up")
    touch.pay()
    touch.page.locator("[data-tender='card']").tap()
    touch.page.locator("[data-done]").wait_for()
    touch.tap("More")


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
    touch.sees("Everything is counted")
    camera.take("summary-dark")


def closes(touch: Touch, camera: Camera) -> None:
    touch.tap("Close the till and print")
    touch.sees("The report is printed. Put it with the money.")
    camera.take("closed-dark")


def guest_joins(guest: Touch, camera: Camera) -> None:
    guest.tap("Español")
    guest.choose("Cashier 2")
    guest.type("1002")
    guest.page.locator("button[type=submit]").tap()
    guest.tap("Abrir el terminal")
    guest.type("900001")
    guest.page.locator("form[id^=ask-] button[type=submit]").tap()
    guest.tap("Vender en otra caja")
    guest.type("1")
    camera.take("join-es")
    guest.tap("Unirse")
    guest.sees("Este terminal vende en la caja TILL1")
    camera.take("joined-es")
    guest.tap("Vender")


def guest_ends(guest: Touch, camera: Camera) -> None:
    guest.page.locator("[data-ending]").wait_for()
    camera.take("guest-finishes-es")
    guest.pay()
    guest.page.locator("[data-sum]").first.tap()
    guest.page.locator("[data-fate]").wait_for()
    camera.take("guest-late-sale-es")


def beside(page: Page, demo: Demo, folder: Path) -> None:
    page.goto(demo.beside_of("T1"))
    page.frame_locator("#printer").locator("#documents img").first.wait_for()
    page.wait_for_timeout(1000)
    page.screenshot(path=str(folder / "screen-beside.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else HERE)
