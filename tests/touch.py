"""A person at a terminal's touch screen: what fingers do, in the words of the shop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from browser_program import chromium

PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    program = chromium()
    assert program is not None, "no Chromium, and none can be installed here"
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        opened = playwright.chromium.launch(executable_path=program, args=options)
        try:
            yield opened
        finally:
            opened.close()


class Touch:
    """One touch screen. What is not there yet is waited for."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        page.set_default_timeout(PATIENCE_MS)

    @classmethod
    def on(cls, opened: Browser, url: str, *, width: int = 1024, height: int = 768, **more: Any) -> Touch:
        size: Any = {"width": width, "height": height}
        context = opened.new_context(viewport=size, has_touch=True, locale="en-IE", **more)
        touch = cls(context.new_page(), url)
        touch.page.goto(url)
        return touch

    def tap(self, name: str, *, exact: bool = True) -> None:
        """Tap a button by what it says."""
        self.page.get_by_role("button", name=name, exact=exact).first.tap()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def choose(self, name: str) -> None:
        """Tap a tile that stays chosen."""
        self.page.locator("label", has_text=name).first.tap()

    def type(self, digits: str) -> None:
        """Tap digits on the number pad."""
        for digit in digits:
            self.page.locator(".pad").last.get_by_role("button", name=digit, exact=True).tap()

    def sign_in(self, name: str, pin: str) -> None:
        self.choose(name)
        self.type(pin)
        self.tap("Sign in")
        expect(self.page.locator("#screen-pin")).to_have_count(0)

    def lock(self) -> None:
        self.tap("Lock, or change the person")
        expect(self.page.locator("#screen-pin")).to_be_visible()

    def count(self, **pieces: int) -> None:
        """`count(n5000=3)`: three taps on the note of 50."""
        for name, times in pieces.items():
            for _ in range(times):
                self.page.locator(f"[data-piece='{name[1:]}']").tap()

    def counted(self, text: str) -> None:
        expect(self.page.locator("[data-counted]")).to_have_text(text)

    def approve(self, pin: str = "900001") -> None:
        """A supervisor's PIN on the same screen."""
        asked = self.page.locator("form[id^=ask-]")
        expect(asked).to_be_visible()
        self.type(pin)
        self.tap("Approve")
        expect(asked).to_have_count(0)

    def product(self, sku: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.locator(f"[data-sku='{sku}']").tap()

    def total(self, text: str) -> None:
        expect(self.page.locator("[data-total]")).to_have_text(text)

    def pay(self) -> None:
        self.page.locator("[data-pay]").tap()

    def change(self, text: str) -> None:
        expect(self.page.locator("[data-change]")).to_have_text(text)
