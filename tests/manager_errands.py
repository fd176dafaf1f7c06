"""What a manager looks after, done at the back office's pages in a browser beside a running demo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from playwright.sync_api import Page, expect

CATALOGUE: Final = "sku,name,price_minor,tax_percent,barcode,category\nCOF-01,Espresso,170,10,,Coffee\n"


def reset_a_pin(page: Page, store: str) -> None:
    """Two PINs that differ change nothing; the same one twice does."""
    page.goto(f"{store}/settings/people/CASHIER-1")
    told = {"4322": page.get_by_role("alert"), "4321": page.get_by_role("status")}
    for again, place in told.items():
        page.fill("[name=pin]", "4321")
        page.fill("[name=pin_again]", again)
        page.get_by_role("button", name="Keep", exact=True).click()
        expect(place.first).to_contain_text("PIN" if again == "4322" else "Kept. Terminals")


def set_a_float_and_a_tender(page: Page, store: str) -> None:
    """Both take effect at a till's next count, and the history tells before and after."""
    page.goto(f"{store}/settings/counts")
    page.fill("[name=float-TILL2]", "100.00")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Kept as revision")

    page.goto(f"{store}/settings/tenders")
    page.locator("#tender-card [name=cash-up]").fill("1.50")
    page.locator("#tender-card").get_by_role("button", name="Keep").click()
    expect(page.get_by_role("status")).to_contain_text("Kept as revision")

    page.goto(f"{store}/settings/history")
    for changed in ("TILL2", "100.00", "1.50"):
        expect(page.locator("main")).to_contain_text(changed)


def take_over_a_catalogue(page: Page, store: str) -> None:
    """What it changes is seen first."""
    page.goto(f"{store}/settings/catalogue")
    page.fill("[name=text]", CATALOGUE)
    page.get_by_role("button", name="See what it changes").click()
    expect(page.locator("#changed")).to_contain_text("€1.70")
    expect(page.locator("#gone")).to_contain_text("Croissant")
    page.get_by_role("button", name="Take it over").click()
    expect(page.get_by_role("status")).to_contain_text("Taken over as revision 2")


def give_new_credentials_and_cut_off(page: Page, store: str) -> None:
    """A code for new credentials is shown once; cutting off needs a reason."""
    page.goto(f"{store}/settings/terminals/T2")
    page.get_by_role("button", name="Issue a code for new credentials").click()
    expect(page.locator("#issued")).to_contain_text("The code for T2")
    page.goto(f"{store}/settings/terminals/T2")
    cut = page.locator("form[action$='/revoke']")
    cut.locator("[name=reason]").fill("The machine was stolen")
    cut.get_by_role("button", name="Cut off").click()
    expect(page.get_by_role("status")).to_contain_text("The terminal is cut off")
    expect(page.locator("main")).to_contain_text("The machine was stolen")


def take_a_day_back_and_close_another(page: Page, store: str) -> None:
    """A store without terminals: its day is opened by mistake, taken back, opened again, and closed."""
    page.goto(f"{store}/day")
    page.locator("#open").get_by_role("button", name="Open store").click()
    expect(page.get_by_role("status")).to_contain_text("The store is open.")
    page.get_by_text("Opened by mistake?").click()
    page.locator("form[action$='/cancel'] [name=reason]").fill("It is a holiday")
    page.get_by_role("button", name="Take the day back").click()
    expect(page.get_by_role("status")).to_contain_text("The day was taken back.")

    page.locator("#open").get_by_role("button", name="Open store").click()
    expect(page.get_by_role("status")).to_contain_text("The store is open.")
    page.locator("#close").get_by_role("button", name="Close store").click()
    expect(page.get_by_role("status")).to_contain_text("The store is closed.")


def add_what_the_report_says(page: Page, store: str) -> None:
    """Of a till that was closed without its terminal's own close; the report is a PDF, too."""
    page.goto(f"{store}/terminals/T1")
    page.get_by_role("link", name="Report or no close").click()
    form = page.locator("#close")
    form.locator("[name=reason]").fill("The machine is broken")
    form.locator("[name=counted-cash]").fill("150.00")
    form.locator("[name=kept-cash]").fill("150.00")
    form.get_by_role("button", name="Add the report").click()
    expect(page.get_by_role("status")).to_contain_text("The till is closed")
    page.get_by_role("link", name="Cash-up report").click()
    expect(page.locator("main")).to_contain_text("150.00")
    paper = page.get_by_role("link", name="PDF").get_attribute("href")
    assert page.request.get(f"{store.partition('/stores')[0]}{paper}").body().startswith(b"%PDF-")


def keep_reports_as_files(page: Page, store: str) -> None:
    """Sales by tender, differences and the audit trail, filtered, as files."""
    page.goto(f"{store}/terminals/T1/figures")
    expect(page.locator("main")).to_contain_text("X report")
    expect(page.locator("main")).to_contain_text("Flash report")
    page.goto(f"{store}/sales")
    page.get_by_role("navigation", name="Sales by").get_by_role("link", name="Tender").click()
    assert kept(page, "CSV", ".csv").startswith("sales-by-tender-")
    page.goto(f"{store}/differences")
    kept(page, "CSV", ".csv")
    page.goto(f"{store}/audit")
    page.select_option("[name=action]", "close_till")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main table")).to_contain_text("The machine is broken")
    kept(page, "CSV", ".csv")
    kept(page, "JSON", ".json")


def kept(page: Page, name: str, ending: str) -> str:
    """Take a file that the page offers; returns what it is called."""
    with page.expect_download() as taken:
        page.get_by_role("link", name=name, exact=True).click()
    called = taken.value.suggested_filename
    assert called.endswith(ending), called
    assert taken.value.path().stat().st_size > 0, called
    return called


OF_THE_STORE: Final[tuple[Callable[[Page, str], None], ...]] = (
    reset_a_pin,
    set_a_float_and_a_tender,
    take_over_a_catalogue,
    give_new_credentials_and_cut_off,
    add_what_the_report_says,
    keep_reports_as_files,
)
