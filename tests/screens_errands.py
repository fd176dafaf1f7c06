"""What is not done every day at a till, tap by tap: each errand says what the screen said of its receipt."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from screens_demo import Said, the_screen_said
from screens_figures import Figures, on_the_screen
from screens_look import looked_at, looked_at_everywhere
from touch import Touch


def cash_of(status: dict[str, Any]) -> int | None:
    """What the next opening count of a till expects in cash."""
    expected = status["till_state"]["expected"] or ()
    return next((part["amount"] for part in expected if part["tender"] == "cash"), None)


def brings_the_float(touch: Touch) -> None:
    touch.tap("Start the initial count")
    touch.sees("Put €50.00 away into the safe.")
    looked_at_everywhere(touch)
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


def pays_in_dollars(touch: Touch) -> Said:
    """12.50 paid with 20 dollars at 0.92 are 18.40: 5.90 come back."""
    touch.product("MUG-01")
    touch.pay()
    touch.type("2000")
    touch.page.locator("[data-tender='cash_usd']").tap()
    touch.change("€5.90")
    return the_screen_said(touch)


def sells_for_another_price(touch: Touch) -> Said:
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


def sells_with_a_discount(touch: Touch) -> Said:
    touch.product("GIF-01")
    touch.tap("Discount")
    touch.tap("10 %")
    touch.total("€26.91")
    touch.pay()
    touch.page.locator("[data-tender='card']").tap()
    touch.approve()
    touch.change("€0.00")
    return the_screen_said(touch)


def takes_goods_back(touch: Touch, number: str) -> Said:
    touch.tap("More")
    touch.tap("Refund")
    touch.sees("Which receipt comes back?")
    looked_at_everywhere(touch)
    touch.page.locator(f"[data-document='{number}']").tap()
    touch.sees(f"Refund of {number}")
    looked_at_everywhere(touch)
    touch.page.locator("form button[type=submit]").tap()
    touch.sees("Supervisor's approval")
    looked_at(touch)
    touch.approve()
    touch.change("€12.50")
    return the_screen_said(touch)


def corrects_the_first_session(touch: Touch) -> None:
    touch.tap("More")
    touch.tap("Correct a closed session")
    touch.page.locator("[data-document]").first.tap()
    looked_at_everywhere(touch)
    touch.choose("Less than counted")
    touch.type("100")
    touch.tap("Book it")
    touch.approve()
    touch.sees("The correction is booked.")


def moves_money_without_a_sale(touch: Touch) -> None:
    """From the menu: 10.00 are paid in, 20.00 come from the safe, 5.00 go back there."""
    for kind, why, digits in (
        ("Paid in", "Money that comes into the till without a sale.", "1000"),
        ("Loan from the safe", "Change money that is brought from the safe.", "2000"),
        ("Pickup to the safe", "Money that is put away into the safe.", "500"),
    ):
        touch.tap(kind)
        touch.sees(why)
        touch.type(digits)
        looked_at(touch)
        touch.tap("Book it")
        touch.approve()
        touch.sees("The money is booked.")


def opens_the_drawer(touch: Touch) -> None:
    """From the menu, without a sale."""
    touch.tap("Open drawer")
    touch.sees("Who opens it and why is kept.")
    looked_at_everywhere(touch)
    touch.choose("Check the drawer")
    touch.tap("Open drawer")
    touch.sees("The drawer opens.")


def reads_the_x_report(touch: Touch) -> Figures:
    """From the menu and back: what the screen says, which is printed too."""
    touch.tap("X report")
    touch.sees("X report ·")
    looked_at_everywhere(touch)
    shown = on_the_screen(touch)
    touch.tap("Print")
    touch.tap("Back")
    return shown


def reads_the_flash_report(touch: Touch) -> Figures:
    """From the menu and back: a supervisor lets the cashier see what this terminal sold today."""
    touch.tap("Flash report")
    touch.approve()
    touch.sees("Flash report ·")
    looked_at(touch)
    shown = on_the_screen(touch)
    touch.tap("Back")
    return shown


def settles_what_waits(touch: Touch) -> None:
    """Two receipts are parked; a cash-up asks what becomes of them: one goes on, one is deleted."""
    for sku in ("TEA-01", "WAT-01"):
        touch.product(sku)
        touch.tap("Park")
        touch.sees("The receipt is parked")
    touch.tap("More")
    touch.tap("Cash up")
    touch.sees("Receipts that are not paid")
    looked_at_everywhere(touch)
    waiting = touch.page.locator("[data-receipt]")
    expect(waiting).to_have_count(2)
    tea, water = (waiting.filter(has_text=name) for name in ("Green tea", "Still water"))
    tea.get_by_role("button", name="To the next session").tap()
    expect(tea.locator("[data-handed]")).to_be_visible()
    touch.tap("Go on with the cash-up")
    expect(touch.page.locator("#screen-receipts")).to_be_visible()
    water.get_by_role("button", name="Delete").tap()
    touch.approve()
    expect(waiting).to_have_count(1)
    touch.tap("Go on with the cash-up")


def cashes_up_and_chooses_what_stays(touch: Touch) -> Figures:
    """Cash 100 − 5.90 + 3.00 − 12.50 + 10 + 20 − 5 = 109.60, of which 80 stay; 20 dollars stay; by card
    26.91. Returns what the screen says when the till is closed.
    """
    touch.count(n5000=2, n500=1, n200=2, n50=1, n10=1)
    touch.counted("€109.60")
    touch.tap("Confirm Cash")
    touch.sees("Expected · US dollars")
    touch.count(n2000=1)
    touch.tap("Confirm US dollars")
    touch.sees("Confirm the other means of payment")
    looked_at_everywhere(touch)
    for tender in ("card", "voucher"):
        touch.page.locator(f"[data-row='{tender}']").get_by_role("button", name="It is right").tap()
    touch.sees("How much Cash stays in the till?")
    looked_at_everywhere(touch)
    touch.type("8000")
    touch.tap("Take over")
    cash = touch.page.locator("[data-row='cash']")
    expect(cash).to_contain_text("€80.00")
    expect(cash).to_contain_text("€29.60")
    looked_at_everywhere(touch)
    before = on_the_screen(touch)
    touch.tap("Close the till and print")
    touch.sees("The report is printed. Put it with the money.")
    looked_at(touch)
    closed = on_the_screen(touch)
    assert closed == before
    return closed
