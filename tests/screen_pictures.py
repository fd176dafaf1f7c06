"""The pictures of docs/screens.md, from a demo of two terminals that was just started: one day of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from screens_demo import Demo
from screens_errands import cash_of
from touch import Touch

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


def screens(opened: Browser, demo: Demo, folder: Path) -> None:
    """One day of two terminals, picture by picture."""
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
    rare(touch, camera, demo)
    beside(opened.new_page(viewport={"width": 1440, "height": 900}), demo, folder)
    damaged(opened, demo, folder)


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


def rare(touch: Touch, camera: Camera, demo: Demo) -> None:
    """A second session, for what is not done every day."""
    touch.tap("Done")
    touch.tap("More")
    touch.tap("Light")
    touch.tap("Back")
    demo.sets("keep|cash|variable", "float|TILL1|200.00")
    demo.until("T1", lambda now: (cash_of(now) or 0) >= 200_00)
    touch.tap("Start the initial count")
    touch.sees("Bring €50.00 from the safe.")
    camera.take("float")
    touch.tap("Done: count now")
    touch.count(n5000=4)
    touch.page.locator("[data-confirm]").tap()
    asked = touch.page.locator("form[id^=ask-]")
    asked.or_(touch.page.locator("#screen-sell")).wait_for()
    if asked.count():  # the money of the guest's late sale is expected here, where it came in time
        touch.approve()
    touch.tap("More")
    rarer_errands(touch, camera)
    touch.tap("Cash up")
    touch.count(n5000=4)
    for tender in ("Cash", "US dollars"):
        touch.tap(f"Confirm {tender}")
    for tender in ("card", "voucher"):
        touch.page.locator(f"[data-row='{tender}']").get_by_role("button", name="It is right").tap()
    touch.sees("How much Cash stays in the till?")
    touch.type("15000")
    camera.take("keep")


def damaged(opened: Browser, demo: Demo, folder: Path) -> None:
    demo.loses_a_bit("T1")
    demo.restarts("T1")
    touch = demo.arrive(opened)
    touch.sees("The journal of this terminal is not intact")
    Camera(touch, folder).take("damage")


def rarer_errands(touch: Touch, camera: Camera) -> None:
    touch.tap("Correct a closed session")
    touch.page.locator("[data-document]").first.tap()
    touch.choose("Less than counted")
    touch.type("100")
    camera.take("correction")
    touch.tap("Back")
    touch.tap("Open drawer")
    touch.sees("Who opens it and why is kept.")
    camera.take("no-sale")
    touch.tap("Back")
    touch.tap("Flash report")
    touch.approve()
    touch.sees("Flash report ·")
    camera.take("flash")
    touch.tap("Back")


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
