"""A supervisor's day at the back office, in a real browser against a running demo."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from backoffice_service.authenticator import code_at
from browser_program import chromium
from keyboard import faults_of, walked
from manager_errands import OF_THE_STORE, take_a_day_back_and_close_another
from office_errands import sends_what_nobody_can_read
from office_pages import LOOKED_AT, SERIOUS, can_be_read_by_everybody, can_be_read_in_every_look

READY_WITHIN = 90.0
pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def told() -> Iterator[dict[str, Any]]:
    """What a running demo with two terminals tells other programs."""
    folder = Path(tempfile.mkdtemp(prefix="tillday-office-"))
    folder.chmod(0o755)  # the database runs under another account when we are root
    ready = folder / "ready.json"
    data = ("--data", str(folder / "data"), "--ready-file", str(ready))
    arguments = ("demo", "--no-history", *data, "--terminals", "2")
    process = subprocess.Popen(
        [sys.executable, "-m", "tillday_local", *arguments, "--quiet"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        end = time.monotonic() + READY_WITHIN
        while not ready.exists():
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < end, "the demo did not come up"
            time.sleep(0.1)
        yield json.loads(ready.read_text(encoding="utf-8"))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium())
        yield started
        started.close()


def signed_in(browser: Browser, told: dict[str, Any], role: str, **context: Any) -> Page:
    person = next(one for one in told["people"] if one["role"] == role)
    page = browser.new_context(**context).new_page()
    page.set_default_timeout(20_000)
    page.goto(told["backoffice"])
    page.fill("[name=name]", person["name"])
    page.fill("[name=password]", person["password"])
    page.keyboard.press("Enter")
    return page


def test_only_people_with_a_login_that_leads_somewhere_come_in(
    browser: Browser, told: dict[str, Any]
) -> None:
    page = signed_in(browser, told, "cashier")
    expect(page.get_by_role("alert")).to_contain_text("Cashiers have no access")

    page.fill("[name=name]", "Supervisor 1")
    page.fill("[name=password]", "not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Name or password is wrong")

    page.goto(f"{told['backoffice']}/stores/S1/terminals")
    expect(page).to_have_url(f"{told['backoffice']}/sign-in?to=%2Fstores%2FS1%2Fterminals")


def test_a_store_opens_and_every_open_page_shows_it_without_being_asked(
    browser: Browser, told: dict[str, Any]
) -> None:
    watching = signed_in(browser, told, "operator")
    expect(watching.locator("#terminal-T1")).to_contain_text("Closed")
    watching.fill("[name=find]", "T")  # somebody types there meanwhile

    page = signed_in(browser, told, "supervisor")
    page.get_by_role("link", name="Open store", exact=True).click()
    page.locator("#open").get_by_role("button", name="Open store").click()
    expect(page.get_by_role("status").first).to_contain_text("The store is open.")

    expect(watching.locator("#terminal-T1")).to_contain_text("Opened in back-office")
    expect(watching.locator("[name=find]")).to_have_value("T")
    expect(watching.locator("[name=find]")).to_be_focused()


def test_open_tills_stand_in_the_way_of_closing_and_are_shown(browser: Browser, told: dict[str, Any]) -> None:
    with httpx.Client(base_url=told["terminals"]["T1"], timeout=20) as screen:
        screen.get("/")
        for action, form in (("sign-in", {"person": "CASHIER-1", "pin": "1001"}), ("start-till", {})):
            answer = screen.post(f"/screens/do/{action}", data=form)
            assert answer.status_code == 200, answer.text
        for _ in range(3):
            screen.post("/screens/do/tap", data={"tender": "cash", "value": "5000"})
        screen.post("/screens/do/confirm-float")
        approved = {"person": "SUPERVISOR-1", "pin": "900001", "reason": "counted twice"}
        screen.post("/screens/do/approve", data=approved)
    page = signed_in(browser, told, "supervisor")
    expect(page.locator("#terminal-T1")).to_contain_text("Cashier 1")

    page.get_by_role("link", name="Close store", exact=True).click()
    page.locator("#close").get_by_role("button", name="Close store").click()

    expect(page.get_by_role("alert")).to_contain_text(
        'Cannot close the store "Tillday Café" because there are open tills'
    )
    expect(page.locator("#terminal-T1")).to_be_visible()
    expect(page.locator("#terminal-T2")).to_have_count(0)
    page.locator("#terminal-T1 a").click()
    expect(page.locator("[id^=till-]")).to_contain_text("Open in Front-office")


def test_a_till_is_closed_from_its_page_once_its_terminal_has_heard(
    browser: Browser, told: dict[str, Any]
) -> None:
    page = signed_in(browser, told, "supervisor")
    expect(page.locator("#board")).to_be_visible()
    page.goto(f"{told['backoffice']}/stores/S1/terminals/T1")
    page.get_by_role("link", name="Close from the back office").click()
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in SERIOUS] == []

    page.locator("[name=reason]").first.fill("The screen is broken")
    page.fill("[name=counted-cash]", "a lot")
    page.get_by_role("button", name="Close the till").click()
    expect(page.get_by_role("alert")).to_contain_text("Write amounts like 190.00")
    page.fill("[name=counted-cash]", "")
    page.get_by_role("button", name="Close the till").click()

    expect(page.get_by_role("status")).to_contain_text("The terminal answers, so it hears first")
    page.get_by_role("link", name="Rescue sessions").click()
    expect(page.locator("main")).to_contain_text("Nothing came late to a closed till.")


def test_a_terminals_code_is_shown_to_who_shows_a_code_first_and_a_lost_phone_is_helped(
    browser: Browser, told: dict[str, Any]
) -> None:
    password = next(one["password"] for one in told["people"] if one["role"] == "supervisor")
    page = signed_in(browser, told, "supervisor")
    page.get_by_role("link", name="Second factor").click()
    page.fill("[name=password]", password)
    page.get_by_role("button", name="Set up an authenticator").click()
    expect(page.locator("svg.segno")).to_be_visible()
    assert [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in SERIOUS] == []
    seed = base64.b32decode(page.locator("main p b").first.inner_text().replace(" ", ""))
    step = int(time.time()) // 30
    page.fill("[name=second-factor-code]", code_at(seed, step))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("status")).to_contain_text("The authenticator is set up")

    other = signed_in(browser, told, "supervisor")
    expect(other.locator("#board")).to_be_visible()
    other.goto(f"{told['backoffice']}/stores/S1/settings/terminals/T2")
    other.get_by_role("button", name="Issue a code", exact=True).click()
    expect(other.get_by_role("heading", name="Show that it is you")).to_be_visible()
    other.fill("[name=second-factor-code]", "000000")
    other.keyboard.press("Enter")
    expect(other.get_by_role("alert")).to_contain_text("This is not the code")
    other.fill("[name=second-factor-code]", code_at(seed, step + 1))
    other.keyboard.press("Enter")
    expect(other.locator("#issued")).to_contain_text("The code for T2")

    operator = signed_in(browser, told, "operator")
    operator.get_by_role("link", name="Second factor").click()
    operator.fill("[name=person]", "Supervisor 1")
    operator.fill("[name=reason]", "The phone is lost")
    operator.get_by_role("button", name="Forget the authenticator").click()
    expect(operator.get_by_role("status")).to_contain_text("Forgotten")
    other.reload()
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()


@pytest.mark.parametrize(
    "look",
    [
        {"locale": "en-IE", "color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
        {"locale": "es-ES", "color_scheme": "dark", "viewport": {"width": 1024, "height": 768}},
    ],
    ids=["english-light-wide", "spanish-dark-tablet"],
)
def test_every_page_can_be_read_by_everybody_and_is_small(
    browser: Browser, told: dict[str, Any], look: dict[str, Any]
) -> None:
    page = signed_in(browser, told, "manager", **look)
    expect(page.locator("#board")).to_be_visible()
    for path in LOOKED_AT:
        answer = page.goto(f"{told['backoffice']}{path}")
        assert answer is not None
        assert answer.status == 200, path
        can_be_read_by_everybody(page)


def test_what_nobody_can_read_lies_on_the_desk_until_somebody_discards_it(
    browser: Browser, told: dict[str, Any]
) -> None:
    sends_what_nobody_can_read(told, "T2")
    page = signed_in(browser, told, "operator", viewport={"width": 1440, "height": 900})
    expect(page.locator("#board")).to_be_visible()
    letter = page.locator("main a[href*='/letters/']").first
    for _ in range(100):
        page.goto(f"{told['backoffice']}/stores/S1/letters")
        if letter.count():
            break
        page.wait_for_timeout(200)
    letter.click()
    expect(page.locator("#repair")).to_contain_text("Nothing of it can be read")
    can_be_read_in_every_look(page, "letter")

    page.fill("[name=reason]", "Not of our terminals")
    page.get_by_role("button", name="Discard").dblclick()
    expect(page.get_by_role("status")).to_contain_text("Decided.")
    expect(page.locator("header")).to_contain_text("discarded")


def test_everything_of_a_page_is_reached_and_seen_with_the_keyboard_alone(
    browser: Browser, told: dict[str, Any]
) -> None:
    page = signed_in(browser, told, "supervisor", viewport={"width": 1440, "height": 900})
    expect(page.locator("#board")).to_be_visible()
    for look in ("light", "dark"):
        page.emulate_media(color_scheme=look)
        for path in ("/stores", *(f"/stores/S1/{part}" for part in ("terminals", "day", "settings/store"))):
            page.goto(f"{told['backoffice']}{path}")
            places = walked(page)
            assert len(places) > 8, path
            assert faults_of(places) == [], path

    page.goto(f"{told['backoffice']}/stores/S1/day")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null"), "one press is past the menu"
    page.emulate_media(color_scheme="light")
    page.evaluate("document.documentElement.style.setProperty('--color-primary', 'white')")
    assert faults_of(walked(page)) != [], "an outline that nobody sees would be found"


def test_a_form_that_is_not_ours_changes_nothing(browser: Browser, told: dict[str, Any]) -> None:
    page = signed_in(browser, told, "supervisor")
    expect(page.locator("#board")).to_be_visible()
    cookie = {one["name"]: one["value"] for one in page.context.cookies()}["__Host-tillday"]
    with httpx.Client(
        base_url=told["backoffice"], headers={"Cookie": f"__Host-tillday={cookie}"}
    ) as stranger:
        for path in (
            "sign-in",
            "sign-out",
            "preferences",
            "stores/S1/day/open",
            "stores/S1/day/close",
            "stores/S1/rescues/x/accept",
            "stores/S1/settings/people/CASHIER-1",
            "stores/S1/settings/terminals/T1/code",
        ):
            for headers in ({}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
                assert stranger.post(f"/{path}", headers=headers).status_code == 403
        assert stranger.get("/stores/S1/audit").status_code == 403
        assert stranger.get("/stores/S2/terminals").status_code == 403
        assert stranger.get("/stores/S1/day").status_code == 200
        for strange in ("%00", "'%20OR%201=1", "%E2%80%AE", "x" * 5000):
            assert (
                stranger.get(f"/stores/S1/terminals/{strange}?find={strange}&date={strange}").status_code
                < 500
            )
            assert stranger.get(f"/stores/S1/cash-ups/{strange}").status_code == 404


def test_a_manager_adds_a_store_and_orders_its_notes_by_keyboard(
    browser: Browser, told: dict[str, Any]
) -> None:
    page = signed_in(browser, told, "manager")
    expect(page.locator("#board")).to_be_visible()
    page.goto(f"{told['backoffice']}/stores")
    page.get_by_role("link", name="Add a store").click()
    page.fill("[name=code]", "s1")
    page.fill("#new-store [name=name]", "Harbour Café")
    page.get_by_role("button", name="Create the store").click()
    expect(page.get_by_role("alert")).to_contain_text('has the code "S1" already')
    page.fill("[name=code]", "S7")
    page.get_by_role("button", name="Create the store").click()

    expect(page.get_by_role("status")).to_contain_text("The store is there")
    expect(page.locator("#missing li").first).to_contain_text("done")
    page.get_by_role("link", name="Coins and notes").click()
    page.get_by_role("button", name="Move €100.00 up").press("Enter")
    page.get_by_label("Colour of €100.00", exact=True).select_option("pink")
    page.get_by_role("button", name="Keep").first.click()

    expect(page.get_by_role("status").first).to_contain_text("Kept as revision")
    first = page.locator("[data-pieces]").first.locator("li").first
    expect(first).to_contain_text("€100.00")
    expect(first.locator(".note-pink")).to_be_visible()


def test_what_a_manager_looks_after_is_done_at_the_pages(browser: Browser, told: dict[str, Any]) -> None:
    page = signed_in(browser, told, "manager", viewport={"width": 1440, "height": 900}, locale="en-IE")
    expect(page.get_by_role("heading", name="Stores")).to_be_visible()
    take_a_day_back_and_close_another(page, f"{told['backoffice']}/stores/S7")
    for errand in OF_THE_STORE:
        errand(page, f"{told['backoffice']}/stores/S1")
