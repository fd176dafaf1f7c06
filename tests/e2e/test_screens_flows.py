"""What is not done every day, on the screens of two terminals: the rarer errands, and one drawer for two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from screens_demo import Demo, running_demo, sold_on_paper, the_screen_said
from touch import Touch, browser

pytestmark = pytest.mark.needs("chromium")
RARE = (
    "add-tender|cash_usd|foreign-cash|Dollars|USD|0.92",
    "keep|cash|variable",
    "keep|cash_usd|keep-all",
    "float|TILL1|100.00",
)


@dataclass(frozen=True)
class Shop:
    """A demo of two terminals, and a screen in front of each."""

    demo: Demo
    first: Touch
    second: Touch


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with running_demo("--terminals", "2") as demo, browser() as opened:
        demo.opens_the_store()
        yield Shop(demo, signed_in(demo, opened, "1"), signed_in(demo, opened, "2"))


def signed_in(demo: Demo, opened: Browser, number: str) -> Touch:
    touch = demo.arrive(opened, f"T{number}")
    touch.sign_in(f"Cashier {number}", f"100{number}")
    touch.sees("Start the till and count its float.")
    return touch


def sells(touch: Touch, sku: str) -> tuple[str, tuple[int, int]]:
    touch.product(sku)
    touch.pay()
    touch.page.locator("[data-sum]").first.tap()
    touch.page.locator("[data-done]").wait_for()
    return the_screen_said(touch)


def test_two_terminals_share_a_drawer_and_its_hosts_close_reaches_the_guest(shop: Shop) -> None:
    host, guest = shop.first, shop.second
    guest.tap("Sell into another till")
    guest.type("1")
    guest.tap("Join")
    guest.sees("Waits for till TILL1")
    host.tap("Start the initial count")
    host.count(n5000=3)
    host.tap("Supervisor approval…")
    host.approve()
    guest.sees("This terminal sells into till TILL1 of terminal T1.")
    guest.tap("Sell")
    expect(guest.page.locator("[data-sold-into]")).to_contain_text("TILL1 · T1")
    expect(host.page.locator("[data-members]")).to_contain_text("1")
    own, first = sells(host, "COF-01"), sells(guest, "COF-02")
    expect(guest.page.get_by_title("Entries that wait to be sent")).to_have_count(0, timeout=60_000)
    guest.product("MUG-01")

    host.tap("More")
    host.tap("Cash up")
    guest.sees("The till is being counted at its own terminal: finish this receipt.")
    guest.pay()
    guest.page.locator("[data-tender='card']").tap()
    expect(guest.page.locator("[data-fate='counting']")).to_be_visible()
    late = the_screen_said(guest)
    guest.tap("Done")
    guest.sees("Terminal T1 is counting till TILL1.")
    host.count(n5000=3, n200=1, n100=1, n50=1, n20=1)
    host.counted("€153.70")
    expect(host.page.locator("[data-difference]")).to_have_text("€0.00")
    host.tap("Confirm Cash")
    host.sees("Counted with terminals: T2")
    for tender in ("card", "voucher"):
        host.page.locator(f"[data-row='{tender}']").get_by_role("button", name="It is right").tap()
    host.tap("Close the till and print")
    host.sees("The till is closed")
    guest.sees("Till TILL1 of terminal T1 is counted and closed")

    assert sold_on_paper(shop.demo.paper_of("T1")) == dict([own])
    assert sold_on_paper(shop.demo.paper_of("T2")) == dict([first, late])
    assert shop.demo.checker_finds("T1", "T2") == []


def test_a_second_session_with_everything_that_is_rare(shop: Shop) -> None:
    """Forced float, training, dollars, another price, a discount, a correction, a copy, an amount to keep."""
    touch, demo = shop.first, shop.demo
    touch.tap("Done")
    demo.sets(*RARE)
    demo.until("T1", lambda now: cash_of(now) == 100_00 and len(now["tenders"]) == 4)
    brings_the_float(touch)
    practises(touch)
    said = [pays_in_dollars(touch), sells_for_another_price(touch), sells_with_a_discount(touch)]
    said.append(takes_goods_back(touch, said[0][0]))
    corrects_the_first_session(touch)
    touch.tap("Print again")
    touch.page.locator(f"[data-document='{said[1][0]}']").tap()
    touch.sees("The copy is printed.")
    touch.tap("Back")
    cashes_up_and_chooses_what_stays(touch)

    paper = demo.paper
    assert {number: sold_on_paper(paper)[number] for number, _ in said} == dict(said)
    assert "TRAINING" in paper
    assert "DUPLICATE 1" in paper
    assert demo.checker_finds("T1", "T2") == []


def cash_of(status: dict[str, Any]) -> int | None:
    """What the next opening count of a till expects in cash."""
    expected = status["till_state"]["expected"] or ()
    return next((part["amount"] for part in expected if part["tender"] == "cash"), None)


def brings_the_float(touch: Touch) -> None:
    touch.tap("Start the initial count")
    touch.sees("Put €50.00 away into the safe.")
    touch.tap("Done: count now")
    touch.count(n5000=2)
    touch.tap("Confirm float")
    touch.sees("Tap a product or scan it.")


def practises(touch: Touch) -> None:
    touch.tap("More")
    touch.tap("Training")
    touch.sees("TRAINING: nothing counts")
    touch.product("GIF-01")
    touch.pay()
    touch.page.locator("[data-sum]").first.tap()
    touch.sees("Training receipt")
    touch.tap("More")
    touch.tap("End training")
    expect(touch.page.get_by_text("TRAINING: nothing counts")).to_have_count(0)


def pays_in_dollars(touch: Touch) -> tuple[str, tuple[int, int]]:
    """12.50 paid with 20 dollars at 0.92 are 18.40: 5.90 come back."""
    touch.product("MUG-01")
    touch.pay()
    touch.type("2000")
    touch.page.locator("[data-tender='cash_usd']").tap()
    touch.change("€5.90")
    return the_screen_said(touch)


def sells_for_another_price(touch: Touch) -> tuple[str, tuple[int, int]]:
    touch.product("SAN-01")
    touch.page.locator("[data-line='0']").tap()
    touch.tap("Price")
    touch.type("300")
    touch.tap("Take over")
    touch.total("€3.00")
    touch.pay()
    touch.page.locator("[data-sum='500']").tap()
    touch.approve()
    touch.change("€2.00")
    return the_screen_said(touch)


def sells_with_a_discount(touch: Touch) -> tuple[str, tuple[int, int]]:
    touch.product("GIF-01")
    touch.tap("Discount")
    touch.tap("10 %")
    touch.total("€26.91")
    touch.pay()
    touch.page.locator("[data-tender='card']").tap()
    touch.approve()
    touch.change("€0.00")
    return the_screen_said(touch)


def takes_goods_back(touch: Touch, number: str) -> tuple[str, tuple[int, int]]:
    touch.tap("More")
    touch.tap("Refund")
    touch.page.locator(f"[data-document='{number}']").tap()
    touch.sees(f"Refund of {number}")
    touch.page.locator("form button[type=submit]").tap()
    touch.approve()
    touch.change("€12.50")
    return the_screen_said(touch)


def corrects_the_first_session(touch: Touch) -> None:
    touch.tap("More")
    touch.tap("Correct a closed session")
    touch.page.locator("[data-document]").first.tap()
    touch.choose("Less than counted")
    touch.type("100")
    touch.tap("Book it")
    touch.approve()
    touch.sees("The correction is booked.")


def cashes_up_and_chooses_what_stays(touch: Touch) -> None:
    """Cash 100 − 5.90 + 3.00 − 12.50 = 84.60, of which 80 stay; 20 dollars stay; by card 26.91."""
    touch.tap("Cash up")
    touch.count(n5000=1, n2000=1, n1000=1, n200=2, n50=1, n10=1)
    touch.counted("€84.60")
    touch.tap("Confirm Cash")
    touch.sees("Expected · Dollars")
    touch.count(n2000=1)
    touch.tap("Confirm Dollars")
    for tender in ("card", "voucher"):
        touch.page.locator(f"[data-row='{tender}']").get_by_role("button", name="It is right").tap()
    touch.sees("How much Cash stays in the till?")
    touch.type("8000")
    touch.tap("Take over")
    cash = touch.page.locator("[data-row='cash']")
    expect(cash).to_contain_text("€80.00")
    expect(cash).to_contain_text("€4.60")
    touch.tap("Close the till and print")
    touch.sees("The report is printed. Put it with the money.")


def test_a_blind_count_shows_nothing_that_is_expected(shop: Shop) -> None:
    touch, demo = shop.second, shop.demo
    demo.sets("blind-count|on", "float|TILL2|100.00")
    demo.until("T2", lambda now: now["till_state"]["expected"] is None)
    touch.tap("Start the initial count")
    touch.sees("The float of this till was changed by the back office.")
    touch.tap("Done: count now")
    touch.count(n5000=1)
    expect(touch.page.locator("[data-expected]")).to_have_text("•••")
    touch.tap("Confirm float")
    touch.sees("count again, or let a supervisor approve it")
    expect(touch.page.get_by_text("50.00")).to_have_count(2)  # what was counted, and of which note
    touch.tap("Count again")
    touch.count(n5000=1)
    touch.tap("Confirm float")
    touch.sees("Tap a product or scan it.")
