"""What is not done every day, at two terminals: rarer errands, one drawer for two, another front end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import FrameLocator, Page, expect

from screens_demo import Said, Shop, running_shop, sold_on_paper, the_screen_said
from screens_errands import (
    brings_the_float,
    cash_of,
    cashes_up_and_chooses_what_stays,
    corrects_the_first_session,
    moves_money_without_a_sale,
    opens_the_drawer,
    pays_in_dollars,
    practises,
    reads_the_flash_report,
    reads_the_x_report,
    sells_for_another_price,
    sells_with_a_discount,
    settles_what_waits,
    takes_goods_back,
)
from screens_figures import cash_up_on, flash_on, on_the_screen, x_report_on
from screens_look import looked_at
from touch import Touch

PROGRAM = Path(__file__).resolve().parents[2] / "docs" / "example" / "front_end.py"
pytestmark = pytest.mark.needs("chromium")
RARE = (
    "keep|cash|variable",
    "keep|cash_usd|keep-all",
    "float|TILL1|100.00",
)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with running_shop() as shop:
        yield shop


@pytest.fixture
def address(shop: Shop) -> Iterator[str]:
    """The example program in front of terminal T2."""
    token = shop.demo.folder / "data" / "terminals" / "T2" / "api-token"
    agent = shop.demo.url_of("T2")
    command = [sys.executable, str(PROGRAM), "--agent", agent, "--token-file", str(token), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("Open ").strip()
        process.terminate()


def test_another_front_end_opens_sells_counts_prints_and_closes(shop: Shop, address: str) -> None:
    page = shop.browser.new_page()
    page.goto(address)
    page.locator("#who select").select_option("CASHIER-2")
    page.locator("#who input").fill("1002")
    presses(page, "Sign in", "Signed in.")
    presses(page, "Start the till", "Count the drawer.")
    page.locator("[data-piece='5000']").fill("3")
    presses(page, "Confirm the count", "The counted amount differs")
    page.locator("#word [name=person]").select_option("SUPERVISOR-1")
    page.locator("#word [name=pin]").fill("900001")
    presses(page, "Confirm the count", "The till is open.")
    for _ in range(2):
        page.get_by_role("button", name="Espresso").click()
    presses(page, "Pay: Cash", "total €3.20: printed")
    expect(page.locator("#state")).to_contain_text("cash expected €153.20")
    presses(page, "Print an X report", "X report: printed")
    presses(page, "Print the last document again", "Copy of ")
    presses(page, "Start the cash-up", "Count what is in the drawer.")
    counts(page, "cash", {"5000": 3, "200": 1, "100": 1, "20": 1})
    for tender in ("card", "voucher", "cash_usd"):
        counts(page, tender, {})
    presses(page, "Close the till", "Closed: TILL2-")

    paper = shop.demo.paper_of("T2")
    assert "X REPORT" in paper
    assert "DUPLICATE 1" in paper
    assert "CASH-UP REPORT (Z)" in paper
    page.close()


def presses(page: Page, name: str, then: str) -> None:
    """Press a button and see what the page says of it."""
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator("#said")).to_contain_text(then)


def counts(page: Page, tender: str, pieces: dict[str, int]) -> None:
    expect(page.locator("#count")).to_have_attribute("data-tender", f"{tender}closing_count")
    for value, many in pieces.items():
        page.locator(f"[data-piece='{value}']").fill(str(many))
    presses(page, "Confirm the count", "difference")


def test_a_page_from_elsewhere_cannot_use_the_example_for_its_own_ends(address: str) -> None:
    asked = f"{address}api/v1/status"
    assert httpx.get(asked).status_code == 200
    assert httpx.get(asked, headers={"Origin": "http://elsewhere.example"}).status_code == 403
    assert httpx.get(asked, headers={"Host": "elsewhere.example"}).status_code == 403


def test_what_is_tapped_on_the_screens_is_seen_at_the_drawer_beside_them(shop: Shop) -> None:
    page = shop.browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(shop.demo.beside_of("T1"))
    screens, printer = page.frame_locator("#screens"), page.frame_locator("#printer")
    expect(printer.locator("#printer")).to_have_text("Printer ready")
    expect(printer.locator("#drawer-word")).to_have_text("The drawer is closed")
    stuck = printer.locator("[data-switch='drawer_stuck']")
    stuck.click()  # else it closes by itself, perhaps between two looks of the page
    expect(stuck).to_have_attribute("aria-pressed", "true")
    screens.locator("label", has_text="Supervisor 1").click()
    for digit in "900001":
        screens.locator(".pad").get_by_role("button", name=digit, exact=True).click()
    press(screens, "Sign in")
    press(screens, "More")
    press(screens, "Open drawer")
    press(screens, "Open drawer")
    expect(printer.locator("#drawer-word")).to_have_text("The drawer is open")
    stuck.click()
    expect(printer.locator("#drawer-word")).to_have_text("The drawer is closed")
    page.close()


def press(place: FrameLocator, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).click()


def sells(touch: Touch, sku: str) -> Said:
    touch.product(sku)
    touch.pay()
    touch.page.locator("[data-sum]").first.tap()
    touch.page.locator("[data-done]").wait_for()
    return the_screen_said(touch)


def the_paper_says(paper: str, *said: Said) -> None:
    """Every total and change that a screen showed stands on the paper, to the cent."""
    printed = sold_on_paper(paper)
    assert {number: printed[number] for number, _ in said} == dict(said)


def test_two_terminals_share_a_drawer_and_its_hosts_close_reaches_the_guest(shop: Shop) -> None:
    host, guest = shop.first, shop.second
    guest.tap("Sell into another till")
    guest.type("1")
    looked_at(guest)
    guest.tap("Join")
    guest.sees("Waits for till TILL1")
    looked_at(guest)
    host.tap("Start the initial count")
    host.count(n5000=3)
    host.tap("Supervisor approval…")
    host.approve()
    guest.sees("This terminal sells into till TILL1 of terminal T1.")
    looked_at(guest)
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
    looked_at(guest)
    host.count(n5000=3, n200=1, n100=1, n50=1, n20=1)
    host.counted("€153.70")
    expect(host.page.locator("[data-difference]")).to_have_text("€0.00")
    host.tap("Confirm Cash")
    host.tap("Confirm US dollars")
    host.sees("Counted with terminals: T2")
    for tender in ("card", "voucher"):
        host.page.locator(f"[data-row='{tender}']").get_by_role("button", name="It is right").tap()
    host.tap("Close the till and print")
    host.sees("The till is closed")
    closed = on_the_screen(host)
    guest.sees("Till TILL1 of terminal T1 is counted and closed")

    assert cash_up_on(shop.demo.paper_of("T1")) == closed
    the_paper_says(shop.demo.paper_of("T1"), own)
    the_paper_says(shop.demo.paper_of("T2"), first, late)
    assert shop.demo.checker_finds("T1", "T2") == []


def test_a_second_session_with_everything_that_is_rare(shop: Shop) -> None:
    """Forced float, training, dollars, another price, a discount, a correction, money without a sale, every
    report, a copy, an amount to keep.
    """
    touch, demo = shop.first, shop.demo
    touch.tap("Done")
    demo.sets(*RARE)
    demo.until("T1", lambda now: cash_of(now) == 100_00)
    brings_the_float(touch)
    practises(touch)
    said = [pays_in_dollars(touch), sells_for_another_price(touch), sells_with_a_discount(touch)]
    said.append(takes_goods_back(touch, said[0][0]))
    corrects_the_first_session(touch)
    moves_money_without_a_sale(touch)
    opens_the_drawer(touch)
    x_report, flash = reads_the_x_report(touch), reads_the_flash_report(touch)
    touch.tap("Print again")
    touch.page.locator("[data-document]").first.wait_for()
    looked_at(touch)
    touch.page.locator(f"[data-document='{said[1][0]}']").tap()
    touch.sees("The copy is printed.")
    touch.tap("Back")
    touch.tap("Back")
    settles_what_waits(touch)
    closed = cashes_up_and_chooses_what_stays(touch)

    paper = demo.paper
    the_paper_says(paper, *said)
    assert x_report["Cash"] == (100_00, -2_90, -12_50, 30_00, -5_00, 109_60)
    assert x_report_on(paper) == x_report
    assert (flash["SAN-01"], flash["GIF-01"], flash.get("MUG-01", (0,))) == ((3_00,), (26_91,), (0,))
    assert flash_on(paper) == flash
    assert closed["Cash"] == (109_60, 109_60, 0, 80_00, 29_60)
    assert cash_up_on(paper) == closed
    assert "TRAINING" in paper
    assert "DUPLICATE 1" in paper
    assert demo.checker_finds("T1", "T2") == []


def test_a_blind_count_shows_nothing_that_is_expected(shop: Shop) -> None:
    touch, demo = shop.second, shop.demo
    demo.sets("blind-count|on", "float|TILL2|100.00")
    demo.until("T2", lambda now: now["till_state"]["expected"] is None)
    touch.tap("Start the initial count")
    touch.sees("Put €50.00 away into the safe.")
    expect(touch.page.get_by_text("100.00")).to_have_count(0)
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
