"""Errands at the back office's pages, done in a browser beside a running demo."""

from __future__ import annotations

import signal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from screens_demo import Demo
from terminal_agent.hardware.virtual_control import VirtualPrinterControl

SERIOUS = {"serious", "critical"}
PATIENCE = 30_000.0


def goes(page: Page, demo: Demo, path: str) -> None:
    """Look at a page of the store."""
    page.goto(f"{demo.told['backoffice']}/stores/S1/{path}")


def can_be_read_by_everybody(page: Page, path: str) -> None:
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in SERIOUS] == [], path


def tries_a_repair_without_sending_it(page: Page) -> None:
    """What a repair would change stands below while somebody types, who keeps the field and every letter."""
    effect, field = page.locator("#repair-effect"), page.get_by_label("Quantity").first
    expect(effect).to_contain_text("Nothing yet")
    field.fill("3")
    for text in ("Line 1 · Quantity", "€119.70", "The payments do not make the total"):
        expect(effect).to_contain_text(text, timeout=PATIENCE)
    expect(field).to_be_focused()
    page.get_by_label("Given").first.fill("much")
    expect(effect).to_contain_text("Write amounts like 190.00", timeout=PATIENCE)
    can_be_read_by_everybody(page, "repair")

    page.locator("#repair-form [name=reason]").fill("Three were sold")
    page.locator("[name=approver]").fill("Supervisor 2")
    page.locator("[name=approver_password]").fill("guessed")
    page.get_by_role("button", name="Repair").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent yet")
    expect(page.locator(".repair-fault")).to_contain_text("Write amounts like 190.00")
    expect(page.get_by_label("Quantity").first).to_have_value("3")
    expect(page.locator("#repair-form [name=reason]")).to_have_value("Three were sold")


def has_the_report_printed_again(page: Page, demo: Demo) -> None:
    """Ordered while the terminal hears nothing; then it hears of it without paper; then it has paper."""
    goes(page, demo, "terminals/T1")
    page.locator("main a[href*='/cash-ups/']").first.click()
    number = page.locator("article h2 + p").inner_text().split()[-1]
    printed = demo.paper.count(number)
    printer = VirtualPrinterControl(demo.folder / "data" / "terminals" / "T1")
    copies = page.locator("#copies p")
    demo.signal("terminal-T1", signal.SIGSTOP)
    try:
        page.get_by_role("button", name="Print again at the terminal").dblclick()
        expect(copies).to_contain_text("waits for the terminal to hear of it")
        expect(copies).to_have_count(1)
        printer.set(paper="out")
    finally:
        demo.signal("terminal-T1", signal.SIGCONT)
    expect(copies).to_contain_text("is at the terminal, and comes when its printer can", timeout=PATIENCE)
    assert demo.paper.count(number) == printed

    printer.set(paper="enough")
    expect(copies).to_contain_text("is printed", timeout=2 * PATIENCE)
    expect(copies).to_have_count(1)
    assert demo.paper.count(number) == printed + 1
    assert demo.paper.count("DUPLICATE 1") == 1
