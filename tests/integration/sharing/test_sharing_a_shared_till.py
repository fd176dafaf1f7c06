"""One drawer, two terminals, every part real: a guest sells into the host's till, and tills change hands."""

from datetime import UTC, datetime

import pytest

from integration.sharing.shared_shop import Shop, right
from integration.trouble.trouble_shop import FLOAT, SUPERVISOR, command, run_command
from tillday_contracts.business_dates import business_today
from tillday_contracts.sharing_messages import MoveTill, TillMoved
from tillday_contracts.store_messages import DayAnswer, OpenStore
from tillday_local.demo_store import SETTINGS

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_two_cashiers_sell_into_one_drawer_and_its_host_counts_both(shop: Shop) -> None:
    today = business_today(datetime.now(UTC), time_zone=SETTINGS.time_zone, rollover=SETTINGS.rollover)
    await shop.ask(command(OpenStore, business_date=today), DayAnswer)
    for terminal in ("T1", "T2"):
        await shop.until(terminal, "outcome.code", "initial_count")
        await shop.sign_in(terminal)
    early = await shop.post("T2", "/till/join", {"till": "TILL1"})
    assert early["status"] == "asked"
    assert "not open" in early["text"] or "not answered" in early["text"]

    await shop.post("T1", "/till/start")
    await shop.post("T1", "/till/initial-count", {"denominations": list(FLOAT), "approval": SUPERVISOR})
    await shop.until("T2", "till_state.status", "joined")
    sold = [await shop.sell("T1"), await shop.sell("T2"), await shop.sell("T2")]
    await shop.until("T2", "link.pending", 0)
    await shop.until("T1", "till_state.members", ["T2"])

    host, guest = (await shop.board()).terminals
    assert (host.sessions[-1].guests, guest.guest_of) == (("T2",), "TILL1")

    started = await shop.post("T1", "/cash-up/start")
    assert [guest["terminal"] for guest in started["guests"]] == ["T2"]
    assert started["not_counted"] == []
    await shop.until("T2", "outcome.code", "host_counts")
    coins = [{"value": 10, "quantity": sum(sold) // 10}]
    cash = await shop.post("T1", "/cash-up/tender", {"tender": "cash", "denominations": [*FLOAT, *coins]})
    assert cash["difference"] == 0
    for tender in ("card", "voucher"):
        await shop.post("T1", "/cash-up/tender", {"tender": tender, "counted": 0})
    await shop.post("T1", "/cash-up/tender", {"tender": "cash_usd", "denominations": []})
    closed = await shop.post("T1", "/cash-up/confirm")
    assert closed["tenders"][0]["expected"] == 15_000 + sum(sold)

    await shop.until("T2", "till_state.status", "none")
    assert await right(shop) == []


async def test_a_till_changes_hands_and_goes_on_from_what_was_left_in_it(shop: Shop) -> None:
    moved = await shop.ask(command(MoveTill, till="TILL1", terminal="T2"), TillMoved)
    assert {(one.till, one.terminal) for one in moved.tills} == {("TILL1", "T2"), ("TILL2", "T1")}

    await shop.until("T2", "till", "TILL1")
    await shop.until("T1", "till", "TILL2")
    await shop.sign_in("T2")
    started = await shop.post("T2", "/till/start")
    assert [part["amount"] for part in started["expected"] if part["tender"] == "cash"] == [15_000]
    await shop.post("T2", "/till/initial-count", {"denominations": list(FLOAT)})
    await shop.sell("T2")

    assert await right(shop) == []


async def test_the_command_line_joins_and_leaves(shop: Shop) -> None:
    data = ("--data", str(shop.system.folder.root), "--terminal", "T1")
    await run_command("pos", "sign-in", "CASHIER-1", *data)

    joined = await run_command("pos", "join", "TILL1", *data)
    left = await run_command("pos", "leave", *data)

    assert (joined.code, joined.words) == (0, "This terminal sells into till TILL1 of terminal T2 now.")
    assert (left.code, left.words) == (0, "This terminal sells into no other till.")
