"""Errands at the back office's pages, done in a browser beside a running demo."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt import publish
from playwright.sync_api import Page, expect

from office_pages import can_be_read_in_every_look
from screens_demo import Demo
from terminal_agent.hardware.tape import decode
from tillday_contracts.topics import TerminalAddress

PATIENCE = 30_000.0


def goes(page: Page, demo: Demo, path: str) -> None:
    """Look at a page of the store."""
    page.goto(f"{demo.told['backoffice']}/stores/S1/{path}")


def tries_a_repair_without_sending_it(page: Page) -> None:
    """What a repair would change stands below while somebody types, who keeps the field and every letter."""
    can_be_read_in_every_look(page, "entry")
    effect, field = page.locator("#repair-effect"), page.get_by_label("Quantity").first
    expect(effect).to_contain_text("Nothing yet")
    field.fill("3")
    for text in ("Line 1 · Quantity", "€119.70", "The payments do not make the total"):
        expect(effect).to_contain_text(text, timeout=PATIENCE)
    expect(field).to_be_focused()
    page.get_by_label("Given").first.fill("much")
    expect(effect).to_contain_text("Write amounts like 190.00", timeout=PATIENCE)

    page.locator("#repair-form [name=reason]").fill("Three were sold")
    page.locator("[name=approver]").fill("Supervisor 2")
    page.locator("[name=approver_password]").fill("guessed")
    page.get_by_role("button", name="Repair").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent yet")
    expect(page.locator(".repair-fault")).to_contain_text("Write amounts like 190.00")
    expect(page.get_by_label("Quantity").first).to_have_value("3")
    expect(page.locator("#repair-form [name=reason]")).to_have_value("Three were sold")


def has_the_report_printed_again(page: Page, demo: Demo, day: str) -> None:
    """Ordered by a double click while the terminal hears nothing: one copy comes when it is back."""
    goes(page, demo, f"terminals/T1?{day}")
    page.locator("main a[href*='/cash-ups/']").first.click()
    can_be_read_in_every_look(page, "cash-up")
    number = page.locator("article h2 + p").inner_text().split()[-1]
    copies = page.locator("#copies p")
    demo.signal("terminal-T1", signal.SIGSTOP)
    try:
        page.get_by_role("button", name="Print again at the terminal").dblclick()
        expect(copies).to_contain_text("waits for the terminal to hear of it", timeout=PATIENCE)
        assert copies_on_paper(demo, number) == 0
    finally:
        demo.signal("terminal-T1", signal.SIGCONT)
    expect(copies).to_contain_text("is printed", timeout=3 * PATIENCE)
    expect(copies).to_have_count(1)
    assert copies_on_paper(demo, number) == 1


def copies_on_paper(demo: Demo, number: str) -> int:
    """How many duplicates of a report came out of the printer."""
    tape = (demo.folder / "data" / "terminals" / "T1" / "tape.bin").read_bytes()
    return sum("DUPLICATE 1" in paper.text and number in paper.text for paper in decode(tape))


def looks_at_what_is_behind_a_till(page: Page, demo: Demo, day: str) -> None:
    """The till, closing it, its report and its posting, in every look."""
    goes(page, demo, f"terminals/T1?{day}")
    page.locator("main a[href*='/tills/']:not([href*='/explain'])").first.click()
    can_be_read_in_every_look(page, "till")
    till, _, _ = page.url.partition("?")
    page.goto(f"{till}/close?{day}")
    can_be_read_in_every_look(page, "closing")
    goes(page, demo, "ledger/postings")
    page.locator("main a[href*='/postings/']").first.click()
    can_be_read_in_every_look(page, "posting")


def sends_what_nobody_can_read(told: dict[str, Any], terminal: str) -> None:
    """Bytes that are no journal, from somebody who has the terminal's password."""
    data = Path(told["broker_ca"]).parents[2]
    known = json.loads((data / "terminals" / terminal / "enrolment.json").read_text("utf-8"))
    address, broker = TerminalAddress("S1", terminal), urlsplit(known["mqtt_url"])
    publish.single(
        address.topic("journal"),
        b"<html>no journal</html>",
        qos=1,
        hostname=broker.hostname,
        port=broker.port,
        client_id=address.client_id,
        auth={"username": known["mqtt_user"], "password": known["mqtt_password"]},
        tls={"ca_certs": told["broker_ca"]},
    )
