"""One salesperson closes the register while another serves: the order is rescued, reviewed and posted."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from integration.sharing.shared_shop import API, PEOPLE, Shop, right
from integration.trouble.trouble_shop import FLOAT, SUPERVISOR, command, run_command
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.business_dates import business_today
from tillday_contracts.report_messages import Board, StatusBoard
from tillday_contracts.rescue_messages import RescueSessionList, RescueSessions, RescueShown, ShowRescue
from tillday_contracts.store_messages import DayAnswer, ImportCatalogue, OpenStore, Revised
from tillday_local.demo_store import CATALOGUE, SETTINGS, STORE
from tillday_local.terminal_client import TerminalRefused

pytestmark = pytest.mark.asyncio(loop_scope="session")

JACKET = CatalogueItem(sku="JEA-01", name="Jean Jacket", price=4_500, tax_rate=21_00, category="Clothes")
JEANS = CatalogueItem(
    sku="JEA-02", name="Blue Denim Jeans (M)", price=3_990, tax_rate=21_00, category="Clothes"
)
KEPT = 15_000
ORDERED = {"lines": [{"sku": JEANS.sku, "quantity": 2}]}


async def eventually(shop: Shop, question: Any, expect: Any, holds: Any) -> Any:
    """Ask until it holds: what a HELLO has to bring may take a minute and, on a busy machine, longer."""
    answer = None
    for _ in range(600):
        answer = await shop.ask(question, expect)
        if holds(answer):
            return answer
        await asyncio.sleep(0.2)
    raise AssertionError(f"it never came to this: {answer}")


async def clothes_shop(shop: Shop) -> tuple[str, str]:
    """The store is open and knows its clothes; TILL1 is counted. Returns its host and the other terminal."""
    today = business_today(datetime.now(UTC), time_zone=SETTINGS.time_zone, rollover=SETTINGS.rollover)
    await shop.ask(command(OpenStore, business_date=today), DayAnswer)
    await shop.ask(command(ImportCatalogue, items=(*CATALOGUE, JACKET, JEANS)), Revised)
    hosted = {(await shop.terminals[name].status())["till"]: name for name in shop.terminals}
    host = hosted["TILL1"]
    guest = next(name for name in shop.terminals if name != host)
    for name in (host, guest):
        await shop.until(name, "outcome.code", "initial_count", "sell")
        await shop.sign_in(name)
        for _ in range(150):
            known = (await shop.terminals[name].get(f"{API}/catalogue"))["items"]
            if JEANS.sku in [item["sku"] for item in known]:
                break
            await asyncio.sleep(0.1)
    await opened(shop, host)
    return host, guest


async def opened(shop: Shop, host: str) -> int:
    """Count the float of TILL1 where nobody has; return what cash its opening expected."""
    status = await shop.terminals[host].status()
    if status["till_state"]["status"] == "open":
        return KEPT
    started = await shop.post(host, "/till/start")
    expected = next(part["amount"] for part in started["expected"] if part["tender"] == "cash")
    counted = {"denominations": pieces(expected), "approval": SUPERVISOR}
    await shop.post(host, "/till/initial-count", counted)
    return int(expected)


def pieces(amount: int) -> list[dict[str, int]]:
    return [*FLOAT, *([{"value": 10, "quantity": (amount - KEPT) // 10}] if amount > KEPT else [])]


async def order_in_hand(shop: Shop, host: str, guest: str) -> str:
    """Four jackets are sold; two jeans are on the guest's counter. Returns what their order is called."""
    await shop.post(guest, "/till/join", {"till": "TILL1"})
    await shop.until(guest, "till_state.status", "joined")
    jackets = {"lines": [{"sku": JACKET.sku, "quantity": 4}]}
    paid = {"payments": [{"tender": "cash", "tendered": 4 * JACKET.price}]}
    await shop.post(host, "/sales", {**jackets, **paid})
    name = uuid4().hex
    await shop.terminals[guest]._call("PUT", f"{API}/pending/{name}", ORDERED, {})
    return name


async def cash_up(shop: Shop, host: str, *, with_guests: bool = False) -> None:
    """Close the register of TILL1 without a difference; `with_guests` not before the guests are counted."""
    snapshot = await shop.terminals[host].get(f"{API}/x-report")
    cash = next(part["expected"] for part in snapshot["tenders"] if part["tender"] == "cash")
    asked = await shop.post(host, "/cash-up/start")
    for _ in range(60 if with_guests else 0):  # a host that counts alone leaves open what its guest sold
        if not asked["not_counted"]:
            break
        await asyncio.sleep(0.5)
        with suppress(TerminalRefused):
            asked = await shop.post(host, "/cash-up/guests")
    await shop.post(host, "/cash-up/tender", {"tender": "cash", "denominations": pieces(cash)})
    for other in ("card", "voucher"):
        await shop.post(host, "/cash-up/tender", {"tender": other, "counted": 0})
    await shop.post(host, "/cash-up/tender", {"tender": "cash_usd", "denominations": []})
    await shop.post(host, "/cash-up/confirm")


async def sell_while_it_is_closed(shop: Shop, host: str, guest: str, tender: str) -> int:
    """The register is closed while the guest serves; the guest's customer pays after that."""
    name = await order_in_hand(shop, host, guest)
    await cash_up(shop, host, with_guests=True)
    payments = [{"tender": tender, "tendered": 2 * JEANS.price}]
    sold = await shop.post(guest, "/sales", {**ORDERED, "receipt": name, "payments": payments})
    for name in (host, guest):
        await shop.until(name, "link.pending", 0)
    return int(sold["total"])


@pytest.mark.parametrize(("tender", "asked_for"), [("cash", 2 * JEANS.price), ("card", 0)])
async def test_what_the_second_salesperson_sold_meanwhile_is_reviewed_closed_and_posted(
    shop: Shop, tender: str, asked_for: int
) -> None:
    host, guest = await clothes_shop(shop)
    data = ("--data", str(shop.system.folder.root))

    assert await sell_while_it_is_closed(shop, host, guest, tender) == 2 * JEANS.price

    question = RescueSessions(store=STORE)
    (late,) = (await eventually(shop, question, RescueSessionList, lambda found: found.sessions)).sessions
    shown = await shop.ask(ShowRescue(store=STORE, session_id=late.session_id), RescueShown)
    (order,) = shown.entries
    assert (late.status, late.created_by, late.sales) == ("outstanding", PEOPLE[host][0], 1)
    assert (order.by, order.terminal) == (PEOPLE[guest][0], guest)
    assert [(line["quantity"], line["name"]) for line in order.body["lines"]] == [(2, JEANS.name)]
    board = StatusBoard(store=STORE)
    marked = await eventually(shop, board, Board, lambda found: found.rescues)
    assert [(mark.name, mark.status) for mark in marked.rescues] == [(late.name, "outstanding")]

    accepted = await run_command("rescue", "accept", late.name, "--all", *data)
    closed = await run_command("rescue", "close", late.name, *data)

    assert (accepted.code, closed.code) == (0, 0), (accepted.words, closed.words)
    assert "is closed as B-" in closed.words
    await eventually(shop, board, Board, lambda found: not found.rescues)
    everything = RescueSessions(store=STORE, state="all")
    done = await eventually(
        shop, everything, RescueSessionList, lambda found: all(s.status == "posted" for s in found.sessions)
    )
    assert [(t.tender, t.amount) for t in done.sessions[-1].tenders] == [(tender, 2 * JEANS.price)]
    assert await opened(shop, host) == KEPT + asked_for
    assert await right(shop) == []
