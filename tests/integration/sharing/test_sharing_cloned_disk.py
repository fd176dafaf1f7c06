"""The second salesperson's disk was copied with the order in hand: both machines take the money."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from integration.sharing.cloned_disk import Twin, away, copied
from integration.sharing.shared_shop import Shop, right
from integration.sharing.test_sharing_rescue_session import (
    JEANS,
    KEPT,
    cash_up,
    clothes_shop,
    eventually,
    order_in_hand,
    pieces,
)
from integration.trouble.trouble_shop import SUPERVISOR, run_command
from tillday_contracts.rescue_messages import RescueSessionList, RescueSessions, RescueShown, ShowRescue
from tillday_local.demo_store import STORE

pytestmark = pytest.mark.asyncio(loop_scope="session")

ORDER = 2 * JEANS.price


async def pay(shop: Shop, terminal: str, name: str) -> str:
    """Finish the order in hand; return its receipt's number."""
    lines = [{"sku": JEANS.sku, "quantity": 2}]
    payments = [{"tender": "cash", "tendered": ORDER}]
    sold = await shop.post(terminal, "/sales", {"lines": lines, "receipt": name, "payments": payments})
    assert sold["total"] == ORDER
    return str(sold["number"])


async def count_next(shop: Shop, host: str, counted: int) -> int:
    """Open TILL1 again with so much in the drawer; return what was expected there."""
    started = await shop.post(host, "/till/start")
    expected = next(part["amount"] for part in started["expected"] if part["tender"] == "cash")
    await shop.post(host, "/till/initial-count", {"denominations": pieces(counted), "approval": SUPERVISOR})
    return int(expected)


async def sold_by_the_copy(twin: Twin, name: str) -> str:
    """The copied machine, cut off, takes the money for the same order; then its line comes back."""
    async with twin.running(cut_off=True) as alone:
        return await pay(alone, twin.terminal, name)


async def copy_comes_back(twin: Twin) -> None:
    async with twin.running(cut_off=False) as alone:
        await alone.until(twin.terminal, "link.pending", 0)


async def late_orders(shop: Shop, count: int) -> RescueShown:
    found = await eventually(
        shop,
        RescueSessions(store=STORE),
        RescueSessionList,
        lambda list_: sum(one.sales for one in list_.sessions) == count,
    )
    (late,) = found.sessions
    shown: RescueShown = await shop.ask(ShowRescue(store=STORE, session_id=late.session_id), RescueShown)
    return shown


async def the_copied_order(shop: Shop, folder: Path, *, before_the_count: bool) -> None:
    """One order is paid at two machines that are one terminal; the copy is heard before or after a count."""
    host, guest = await clothes_shop(shop)
    name = await order_in_hand(shop, host, guest)
    twin = copied(shop, guest, folder)
    await cash_up(shop, host)
    first = await pay(shop, guest, name)
    await shop.until(guest, "link.pending", 0)
    await late_orders(shop, 1)
    asked: int | None = None

    async with away(shop, guest):
        second = await sold_by_the_copy(twin, name)
        if not before_the_count:
            asked = await count_next(shop, host, KEPT + 2 * ORDER)
        await copy_comes_back(twin)
        shown = await late_orders(shop, 2)
    if before_the_count:
        asked = await count_next(shop, host, KEPT + 2 * ORDER)

    assert asked == KEPT + (2 if before_the_count else 1) * ORDER
    assert sorted((one.quarantine, str(one.body["number"])) for one in shown.entries) == [
        (False, first),
        (True, second),
    ], "the copy's order waits for a person's accept"
    assert first == second, "each believes to have printed this receipt"
    await reviewed(shop, shown)
    assert await right(shop) == []


async def reviewed(shop: Shop, shown: RescueShown) -> None:
    """Accept both, the copy's by name, close the rescue session, wait until it is posted."""
    data = ("--data", str(shop.system.folder.root))
    name, copys = shown.session.name, next(one.entry for one in shown.entries if one.quarantine)

    async def rescue(*words: str) -> Any:
        return await run_command("rescue", *words, *data)

    all_ = await rescue("accept", name, "--all")
    early = await rescue("close", name)
    by_name = await rescue("accept", name, copys)
    closed = await rescue("close", name)

    assert [said.code for said in (all_, early, by_name, closed)] == [0, 1, 0, 0], (early, by_name, closed)
    done = await eventually(
        shop,
        RescueSessions(store=STORE, state="all"),
        RescueSessionList,
        lambda found: all(one.status == "posted" for one in found.sessions),
    )
    mine = next(one for one in done.sessions if one.session_id == shown.session.session_id)
    assert [(tender.tender, tender.amount) for tender in mine.tenders] == [("cash", 2 * ORDER)]


async def test_an_order_that_a_copied_disk_sold_as_well_is_rescued_by_name_after_the_next_count(
    shop: Shop,
) -> None:
    with TemporaryDirectory(prefix="tillday-twin-", ignore_cleanup_errors=True) as folder:
        await the_copied_order(shop, Path(folder) / "twin", before_the_count=False)
