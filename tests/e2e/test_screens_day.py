"""A day on the terminal's screens alone, in a real browser; then the paper and the checker are asked."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from screens_demo import Demo, Said, running_demo, shown_minor, sold_on_paper, the_screen_said
from screens_figures import cash_up_on, on_the_screen
from screens_look import looked_at
from touch import Touch, browser

SALES = 100
LOOKS = ((1024, 768, "English", "Light"), (800, 480, "Español", "Oscuro"), (1920, 1080, "English", "Dark"))
pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with running_demo() as demo:
        yield demo


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as program:
        yield program


def went_offline(demo: Demo) -> None:
    """The broker stops answering, and the terminal is started anew without it."""
    demo.signal("broker", signal.SIGSTOP)
    demo.restarts("T1")


def test_a_day_from_the_offline_opening_to_the_copy_of_the_report(demo: Demo, opened: Browser) -> None:
    went_offline(demo)
    try:
        touch = demo.arrive(opened)
        opens_offline(touch)
        counts_the_float_with_a_difference(touch)
        touch.sees("Offline")
    finally:
        demo.signal("broker", signal.SIGCONT)
    said = [sells_an_espresso(touch) for _ in range(3)]
    said += quick_hands(touch, SALES - 3)
    said.append(parks_for_the_next_customer(touch))
    said.append(another_cashier_takes_the_parked_receipt_up(touch))
    pays_the_postage(touch)
    number = cashes_up_with_differences_in_two_tenders(touch)
    told = on_the_screen(touch)
    touch.tap("Print a copy")
    touch.sees("The copy is printed.")

    assert told["Cash"] == (305_00, 304_00, -1_00, 150_00, 154_00)
    assert told["Card"] == (20_90, 20_00, -90, 0, 20_00)
    assert cash_up_on(demo.paper) == told
    assert sold_on_paper(demo.paper) == dict(said)
    assert demo.paper.count(number) >= 2
    assert "DUPLICATE 1" in demo.paper
    assert demo.paper.count("Espresso") >= SALES
    assert demo.checker_finds() == []


def sells_an_espresso(touch: Touch) -> Said:
    touch.product("COF-01")
    touch.pay()
    touch.page.locator("[data-sum='160']").tap()
    touch.change("€0.00")
    return the_screen_said(touch)


def quick_hands(touch: Touch, sales: int) -> list[Said]:
    """The same taps in the browser itself, as fast as the screens answer."""
    said: list[list[str]] = touch.page.evaluate(_QUICK_HANDS, sales)
    assert len({number for number, _, _ in said}) == sales
    return [(number, (shown_minor(total), shown_minor(change))) for number, total, change in said]


_QUICK_HANDS = """async (sales) => {
  const there = async (place) => {
    const began = performance.now();
    for (let wait = 0; wait < 20000; wait += 5) {
      const found = document.querySelector(place);
      if (found && !found.disabled) return found;
      await new Promise((done) => setTimeout(done, 5));
    }
    throw new Error(`${place} did not come within ${performance.now() - began} ms`);
  };
  const said = [];
  for (let sale = 0; sale < sales; sale++) {
    for (const [tap, answer] of [
      ["[data-sku='COF-01']", "[data-lines] [data-line]"],
      ["[data-pay]", "[data-sum='160']"],
      ["[data-sum='160']", "[data-done]"],
    ]) {
      const button = await there(tap);
      button.click();
      await there(answer);
    }
    const told = (place) => document.querySelector(`[data-done] ${place}`).textContent;
    said.push([told("[data-number]"), told("[data-paid]"), told("[data-change]")]);
  }
  return said;
}"""


def opens_offline(touch: Touch) -> None:
    touch.sign_in("Cashier 1", "1001")
    touch.sees("The terminal is closed and offline.")
    touch.tap("Open the terminal")
    touch.approve()
    touch.tap("Start the initial count")


def counts_the_float_with_a_difference(touch: Touch) -> None:
    touch.count(n5000=2, n1000=4, n200=5)
    touch.counted("€150.00")
    touch.tap("Supervisor approval…")
    touch.approve()
    touch.sees("Tap a product or scan it.")


def parks_for_the_next_customer(touch: Touch) -> Said:
    touch.product("MUG-01")
    touch.product("BAK-04", 2)
    touch.total("€20.90")
    touch.tap("Park")
    touch.sees("The receipt is parked")
    touch.page.keyboard.type("WAT-01", delay=5)  # a scanner types fast and ends with Enter
    touch.page.keyboard.press("Enter")
    touch.total("€1.50")
    touch.pay()
    touch.page.locator("[data-tender='voucher']").tap()
    touch.change("€0.00")
    return the_screen_said(touch)


def another_cashier_takes_the_parked_receipt_up(touch: Touch) -> Said:
    touch.lock()
    touch.sign_in("Supervisor 1", "900001")
    touch.tap("Parked", exact=False)
    touch.sees("Parked receipts")
    looked_at(touch)
    touch.tap("Take up")
    touch.total("€20.90")
    touch.pay()
    touch.page.locator("[data-tender='card']").tap()
    touch.change("€0.00")
    said = the_screen_said(touch)
    touch.lock()
    touch.sign_in("Cashier 1", "1001")
    return said


def pays_the_postage(touch: Touch) -> None:
    touch.tap("More")
    touch.tap("Paid out")
    touch.choose("Postage")
    touch.type("500")
    touch.tap("Book it")
    touch.approve()
    touch.sees("The money is booked")


def cashes_up_with_differences_in_two_tenders(touch: Touch) -> str:
    """Expected in cash: 150 + 160 − 5 = 305, counted 304; by card 20.90, slips for 20.00."""
    touch.tap("Cash up")
    touch.count(n20000=1, n10000=1, n200=2)
    touch.counted("€304.00")
    touch.page.locator("[data-difference]").get_by_text("−€1.00").wait_for()
    touch.tap("Supervisor approval…")
    touch.approve()
    touch.tap("Confirm US dollars")
    touch.page.locator("[data-row='card']").get_by_role("button", name="Another total").tap()
    touch.type("2000")
    touch.tap("Confirm")
    touch.approve()
    touch.page.locator("[data-row='voucher']").get_by_role("button", name="It is right").tap()
    assert "−€1.00" in touch.page.locator("[data-row='cash']").inner_text()
    assert "−€0.90" in touch.page.locator("[data-row='card']").inner_text()
    touch.tap("Close the till and print")
    touch.sees("The till is closed")
    return touch.page.locator("[data-number]").inner_text()


def test_every_size_language_and_look_is_accessible(demo: Demo, opened: Browser) -> None:
    screens = [arrived(demo, opened, look) for look in LOOKS]
    if screens[0].page.get_by_role("button", name="Open the terminal").count():
        every_screen(screens[:1], lambda one: one.tap("Open the terminal"))
        screens[0].approve()
        for touch in screens[1:]:
            touch.page.reload()
    every_screen(screens, lambda one: one.page.locator("#screen-need").wait_for())
    screens[0].tap("Start the initial count")
    screens[0].count(n5000=1, n200=2)
    screens[0].counted("€54.00")
    every_screen(screens, comes_to("#screen-count"))
    every_screen(screens, asks_a_supervisor)
    screens[0].approve()
    screens[0].product("COF-01")
    screens[0].total("€1.60")
    every_screen(screens, comes_to("[data-lines] button"))
    every_screen(screens, chooses_the_line)
    every_screen(screens, goes_to_paying)


def arrived(demo: Demo, opened: Browser, look: tuple[int, int, str, str]) -> Touch:
    """Somebody signs in on a screen of this size, in this language, light or dark."""
    width, height, language, theme = look
    touch = Touch.on(opened, demo.url, width=width, height=height)
    touch.tap(language)
    touch.choose("Cashier 1")
    looked_at(touch)
    touch.type("1001")
    touch.page.locator("button[type=submit]").tap()
    touch.tap("More" if language == "English" else "Más")
    touch.tap(theme)
    looked_at(touch)
    touch.page.locator("main .btn-plain").first.tap()
    return touch


def every_screen(screens: list[Touch], comes: Callable[[Touch], None]) -> None:
    for touch in screens:
        comes(touch)
        looked_at(touch)


def comes_to(place: str) -> Callable[[Touch], None]:
    """What another screen of the same till did is there after a look."""

    def wait(touch: Touch) -> None:
        touch.page.reload()
        touch.page.locator(place).first.wait_for()

    return wait


def asks_a_supervisor(touch: Touch) -> None:
    touch.page.locator("[data-confirm]").tap()
    touch.page.locator("form[id^=ask-]").wait_for()


def chooses_the_line(touch: Touch) -> None:
    touch.page.locator("[data-lines] button").first.tap()
    touch.page.locator("[data-line-tools]").wait_for()


def goes_to_paying(touch: Touch) -> None:
    touch.pay()
    touch.page.locator("#screen-pay").wait_for()


def test_a_damaged_journal_sells_nothing_until_a_supervisor_lets_the_terminal_go_on(
    demo: Demo, opened: Browser
) -> None:
    demo.loses_a_bit("T1")
    demo.restarts("T1")
    touch = demo.arrive(opened)
    touch.sees("The journal of this terminal is not intact")
    touch.sees("JOURNAL DAMAGED - call support, do not delete anything")
    looked_at(touch)
    touch.type("900001")
    touch.tap("Go on")
    touch.sees("Who is here?")
    touch.sign_in("Cashier 1", "1001")
