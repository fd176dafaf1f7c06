"""A salesperson closes the register while a colleague serves: the late order, from the counter to the ledger.

Two terminals and two supervisors, each before a real browser; every figure to the cent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from integration.trouble.trouble_shop import command
from office_errands import (
    goes,
    has_the_report_printed_again,
    looks_at_what_is_behind_a_till,
    tries_a_repair_without_sending_it,
)
from office_pages import can_be_read_by_everybody, can_be_read_in_every_look
from screens_demo import Demo, running_demo, signed_in
from screens_errands import cash_of
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.backoffice_messages import DefineLogin
from tillday_contracts.messages import Done
from tillday_contracts.store_messages import DefinePerson, ImportCatalogue, Revised
from tillday_local.demo_store import CATALOGUE, people
from tillday_local.service_client import ServiceClient
from tillday_local.store_content import set_up_step
from touch import Touch, browser

JACKET = CatalogueItem(sku="JEA-01", name="Jean Jacket", price=4_500, tax_rate=21_00, category="Clothes")
JEANS = CatalogueItem(
    sku="JEA-02", name="Blue Denim Jeans (M)", price=3_990, tax_rate=21_00, category="Clothes"
)
LATE_FLOAT = {"n5000": 4, "n2000": 1, "n500": 1, "n200": 2, "n50": 1, "n20": 1, "n10": 1}
SECOND, PASSWORD = "SUPERVISOR-2", "another good password"
pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with running_demo("--terminals", "2") as demo:
        demo.back_office(clothes_shop)
        yield demo


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as program:
        yield program


async def clothes_shop(client: ServiceClient) -> None:
    """The store sells clothes too, and has a second supervisor."""
    await client.ask(command(ImportCatalogue, items=(*CATALOGUE, JACKET, JEANS)), Revised)
    rights = people(1)[-1].rights
    one: dict[str, Any] = {"person": SECOND, "name": "Supervisor 2", "role": "supervisor"}
    await client.ask(command(DefinePerson, **one, rights=rights, pin="900002"), Done)
    login = set_up_step(DefineLogin, by=SECOND, **one, stores=("S1",), password=PASSWORD)
    await client.ask(login, Done)


@contextmanager
def office(opened: Browser, demo: Demo, name: str = "Supervisor 1") -> Iterator[Page]:
    """Somebody's browser, signed in at the back office."""
    known = {one["name"]: one["password"] for one in demo.told["people"]}
    context = opened.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(demo.told["backoffice"])
    page.fill("[name=name]", name)
    page.fill("[name=password]", known.get(name, PASSWORD))
    page.keyboard.press("Enter")
    expect(page.locator("#board")).to_be_visible()
    yield page
    context.close()


def test_the_scenario_of_the_rescue_session(demo: Demo, opened: Browser) -> None:
    with office(opened, demo) as page, office(opened, demo, "Supervisor 2") as colleague:
        goods_come_in(page, demo)
        both_open_the_store_at_once(page, colleague, demo)
        first, second = signed_in(demo, opened, "1"), signed_in(demo, opened, "2")
        both_sell_into_one_till(first, second)
        sells_four_jackets(first)
        second.product(JEANS.sku, 2)  # at the same time, a customer of the second salesperson
        closes_the_register(first)
        sells_the_jeans_all_the_same(second)

        goes(page, demo, "terminals")
        page.locator("#rescues a", has_text="RESCUE TILL1-").click()
        colleague.goto(page.url)
        shows_the_order(page)
        of_two_who_decide_one_is_told(page, colleague)
        page.get_by_role("button", name="Close Session & Post Entries").dblclick()
        expect(page.get_by_role("status").first).to_contain_text("stock and accounts follow")
        is_posted(page, demo)

        stock_and_ledger_are_right(page, demo)
        what_was_done_is_written_down_once(colleague, demo)
        goes(page, demo, "terminals")
        expect(page.locator("#terminal-T1")).to_be_visible()
        expect(page.locator("#rescues")).to_have_count(0)
        the_till_is_explained(page, demo)
        goes(colleague, demo, "day")
        expect(colleague.locator("#preview")).to_contain_text("No till is open.")
        the_next_count_expects_the_late_money(demo, first)
        expect(colleague.locator("#preview")).to_contain_text("Open tills: T1")  # by itself
        a_close_from_elsewhere_is_said_at_the_till(page, demo, first)
        cashes_up(first, "€229.80", **LATE_FLOAT)
        expect(colleague.locator("#preview")).to_contain_text("No till is open.")
        one_closes_while_the_other_opens(page, colleague, demo)
    assert demo.checker_finds("T1", "T2") == []


def test_the_report_of_the_closed_till_is_printed_again(demo: Demo, opened: Browser) -> None:
    with office(opened, demo) as page:
        goes(page, demo, "day")
        day = page.locator("main table tr").filter(has_text="closed").locator("a[href*='date=']").first
        date_of = str(day.get_attribute("href")).partition("?")[2]
        looks_at_what_is_behind_a_till(page, demo, date_of)
        has_the_report_printed_again(page, demo, date_of)


def goods_come_in(page: Page, demo: Demo) -> None:
    """Ten of each, however often the button is pressed."""
    goes(page, demo, "stock")
    page.locator("#receive [name=reference]").fill("Delivery 17")
    page.locator("#receive [name=lines]").fill(f"{JACKET.sku} 10\n{JEANS.sku} 10")
    page.get_by_role("button", name="Take in").dblclick()
    expect(page.get_by_role("status")).to_contain_text("Booked.")
    has_on_hand(page, JACKET, 10)
    has_on_hand(page, JEANS, 10)


def both_open_the_store_at_once(page: Page, colleague: Page, demo: Demo) -> None:
    """Two browsers at the same moment: the store opens once, and both are told so."""
    for one in (page, colleague):
        goes(one, demo, "day")
    for one in (page, colleague):
        one.locator("#open").get_by_role("button", name="Open store").click(no_wait_after=True)
    for one in (page, colleague):
        expect(one.get_by_role("status").first).to_contain_text("The store is open.")
    expect(page.locator("table .mark-good", has_text="open")).to_have_count(1)


def one_closes_while_the_other_opens(page: Page, colleague: Page, demo: Demo) -> None:
    """Today is closed here while tomorrow is opened there: whoever is first, today ends closed, once."""
    for one in (page, colleague):
        goes(one, demo, "day")
    field = colleague.locator("#open [name=business_date]")
    today = date.fromisoformat(field.input_value())
    field.fill((today + timedelta(days=1)).isoformat())
    page.locator("#close").get_by_role("button", name="Close store").click(no_wait_after=True)
    colleague.locator("#open").get_by_role("button", name="Open store").click(no_wait_after=True)
    for one in (page, colleague):
        expect(one.get_by_role("status").or_(one.get_by_role("alert")).first).to_contain_text("tore")
    ended = page.locator("table tr", has_text=today.isoformat()).filter(has_text="closed")
    for _ in range(100):
        goes(page, demo, "day")
        if ended.count():
            break
        page.wait_for_timeout(200)
    expect(ended).to_have_count(1)


def has_on_hand(page: Page, item: CatalogueItem, pieces: int) -> None:
    expect(page.locator(f"#product-{item.sku}-SHOP .is-number")).to_have_text(str(pieces))


def both_sell_into_one_till(first: Touch, second: Touch) -> None:
    second.tap("Sell into another till")
    second.type("1")
    second.tap("Join")
    first.tap("Start the initial count")
    first.count(n5000=3)
    first.tap("Supervisor approval…")
    first.approve()
    second.tap("Sell")
    expect(second.page.locator("[data-sold-into]")).to_contain_text("TILL1 · T1")


def sells_four_jackets(first: Touch) -> None:
    first.product(JACKET.sku, 4)
    first.total("€180.00")
    first.pay()
    first.page.locator("[data-sum='18000']").tap()
    first.change("€0.00")


def closes_the_register(first: Touch) -> None:
    """By accident, while the colleague serves: 150.00 and 180.00 are counted, 150.00 stay."""
    first.tap("More")
    cashes_up(first, "€330.00", n5000=6, n1000=3)


def cashes_up(first: Touch, total: str, **pieces: int) -> None:
    first.tap("Cash up")
    first.count(**pieces)
    first.counted(total)
    first.tap("Confirm Cash")
    first.tap("Confirm US dollars")
    for tender in ("card", "voucher"):
        first.page.locator(f"[data-row='{tender}']").get_by_role("button", name="It is right").tap()
    first.tap("Close the till and print")
    first.sees("The till is closed")


def sells_the_jeans_all_the_same(second: Touch) -> None:
    """The second salesperson is told plainly, and the customer in the shop pays."""
    second.sees("finish this receipt")
    second.total("€79.80")
    second.pay()
    second.page.locator("[data-sum='7980']").tap()
    second.change("€0.00")
    second.tap("Done")
    second.sees("Till TILL1 of terminal T1 is counted and closed")


def shows_the_order(page: Page) -> None:
    """Created by the first salesperson; the order, its picking and its payment are the second one's."""
    can_be_read_in_every_look(page, "rescue")
    figures = page.locator(".office-figures")
    expect(figures).to_contain_text("Created by")
    expect(figures).to_contain_text("Cashier 1")
    expect(page.locator("header")).to_contain_text("outstanding")
    order = page.get_by_role("region", name="Orders").locator("tbody tr")
    expect(order).to_have_count(1)
    for text in ("Cashier 2", "T2", "2 × Blue Denim Jeans (M)", "€79.80", "the next count", "waits"):
        expect(order).to_contain_text(text)
    expect(page.locator("section", has_text="Pickings").last).to_contain_text("Blue Denim Jeans (M)")
    expect(page.get_by_role("button", name="Close Session & Post Entries")).to_be_disabled()
    back = page.url
    order.get_by_role("link").click()
    expect(page.get_by_role("region", name="Journal of the host")).to_contain_text("cash-up count")
    expect(page.get_by_role("region", name="Journal of the entry").locator("[aria-current]")).to_contain_text(
        "sale"
    )
    tries_a_repair_without_sending_it(page)
    page.goto(back)


def of_two_who_decide_one_is_told(page: Page, colleague: Page) -> None:
    """Both look at the same order; the slower one overwrites nothing."""
    colleague.get_by_role("checkbox").first.check()
    colleague.locator("[name=reason]").first.fill("Nobody bought this")
    page.get_by_role("button", name="Accept all that wait").dblclick()
    expect(page.locator("header")).to_contain_text("reviewed")
    colleague.get_by_role("button", name="Reject").click()
    expect(colleague.get_by_role("alert")).to_contain_text("SUPERVISOR-1 accepted")
    expect(colleague.locator("header")).to_contain_text("reviewed")


def is_posted(page: Page, demo: Demo) -> None:
    """Nobody has to do anything more; whoever looks again sees it."""
    address = page.url.partition("?")[0]
    for _ in range(100):
        page.goto(address)
        if page.locator("header .mark", has_text="posted").count():
            break
        page.wait_for_timeout(200)
    expect(page.locator("header")).to_contain_text("posted")
    expect(page.locator("#entries")).to_contain_text("79.80")
    expect(page.get_by_role("button", name="Close Session & Post Entries")).to_have_count(0)


def stock_and_ledger_are_right(page: Page, demo: Demo) -> None:
    goes(page, demo, "stock")
    has_on_hand(page, JACKET, 6)
    has_on_hand(page, JEANS, 8)
    goes(page, demo, "stock/pickings")
    expect(page.locator("[id^=picking-]")).to_have_count(2)
    can_be_read_by_everybody(page)

    goes(page, demo, "ledger")
    expect(page.locator(".office-figures").first).to_contain_text("€259.80")  # both sessions are in it
    expect(page.locator("#waiting")).to_contain_text("Nothing waits.")
    can_be_read_by_everybody(page)
    goes(page, demo, "ledger/trial-balance")
    expect(page.locator("main .mark-good")).to_contain_text("on both sides")
    for account, balance in BALANCES.items():
        expect(page.locator(f"#account-{account}-EUR .is-number").last).to_have_text(balance)
    goes(page, demo, "ledger/safe")
    expect(page.locator("#safe-cash")).to_contain_text("€180.00")


BALANCES = {
    "1000": "229.80",  # 150.00 kept, and the jeans
    "1100": "180.00",  # the jackets, put away at the cash-up
    "2200": "−45.09",  # 31.24 and 13.85
    "4000": "−214.71",  # 148.76 and 65.95
    "4910": "−150.00",  # the first float, of which nobody knew
}


def what_was_done_is_written_down_once(colleague: Page, demo: Demo) -> None:
    """Double clicks were one command each: one delivery, one close."""
    goes(colleague, demo, "ledger/entries")
    expect(colleague.locator("[id^=entry-]")).to_have_count(2)
    can_be_read_by_everybody(colleague)


def the_next_count_expects_the_late_money(demo: Demo, first: Touch) -> None:
    """150.00 were kept and the jeans were paid in cash: 229.80, and nothing is missing."""
    first.tap("Done")
    demo.until("T1", lambda now: cash_of(now) == 229_80)
    first.tap("Start the initial count")
    expect(first.page.locator("[data-expected]")).to_have_text("€229.80")
    first.count(**LATE_FLOAT)
    first.counted("€229.80")
    expect(first.page.locator("[data-difference]")).to_have_text("€0.00")
    first.tap("Confirm float")
    first.sees("Tap a product or scan it.")


def the_till_is_explained(page: Page, demo: Demo) -> None:
    """From the closed till's difference to the sale that made its expected amount."""
    goes(page, demo, "terminals/T1")
    page.get_by_role("link", name="Explain line by line").click()
    expect(page.locator(".office-figures")).to_contain_text("€330.00")
    sale = page.locator("#event-1")
    for text in ("sale", "Cashier 1", "+€180.00", "€330.00"):
        expect(sale).to_contain_text(text)
    can_be_read_in_every_look(page, "explained")


def a_close_from_elsewhere_is_said_at_the_till(page: Page, demo: Demo, first: Touch) -> None:
    """The terminal answers, so it hears first; its salesperson reads what happened and what to do."""
    goes(page, demo, "terminals/T1")
    page.get_by_role("link", name="Close from the back office").click()
    page.locator("[name=reason]").first.fill("Its salesperson went home")
    page.get_by_role("button", name="Close the till").dblclick()
    expect(page.get_by_role("status")).to_contain_text("The terminal answers, so it hears first")
    first.sees("This session must be cashed up first.")
