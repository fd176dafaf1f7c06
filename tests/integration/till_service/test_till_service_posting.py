"""Posting in the tables: a closed session becomes stock and one balanced entry; what comes late is added."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from integration.till_service.posting_shop import PostingShop, opened
from integration.till_service.test_till_service_which_count_rows import NEXT_SESSION, begun, replacement
from servers import Broker, FreshDatabase
from tillday_contracts.account_messages import (
    DepositToBank,
    LedgerEntries,
    LockPeriod,
    SetAccounts,
    TrialBalance,
)
from tillday_contracts.messages import Refused
from tillday_contracts.posting_messages import Postings, RetryPosting, ShowPosting, WaivePosting
from tillday_contracts.stock_messages import (
    AdjustStock,
    Pickings,
    ReceiveGoods,
    SetLocation,
    SetStockRules,
    StockOnHand,
)
from unit.till_service.journals import DAY, SESSION, WrittenJournal


@pytest.fixture
async def shop(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[PostingShop]:
    async with opened(fresh_database, broker) as shop:
        yield shop


async def closed_day(shop: PostingShop) -> WrittenJournal:
    """One sale of 10.00 in cash, cashed up without a difference: 150.00 stay, 10.00 go to the safe."""
    journal = begun()
    journal.close_till(16_000)
    await shop.knows(journal)
    await shop.take(journal)
    return journal


async def on_hand(shop: PostingShop) -> dict[str, int]:
    found = await shop.stock.on_hand(StockOnHand(store="S1"))
    return {product.sku: product.quantity for product in found.products}


async def is_balanced(shop: PostingShop) -> bool:
    balances = (await shop.accounts.trial_balance(TrialBalance(store="S1"))).balances
    return bool(balances) and sum(b.debit for b in balances) == sum(b.credit for b in balances)


async def test_a_closed_session_is_posted_once_with_stock_entry_and_events(shop: PostingShop) -> None:
    await closed_day(shop)

    await shop.post()
    await shop.requests.retry(shop.command(RetryPosting, session_id=SESSION))
    await shop.post()

    shown = await shop.shown()
    assert (shown.posting.state, shown.posting.revision) == ("posted", 1)
    assert [(step.step, step.state) for step in shown.steps] == [
        ("count", "done"),
        ("stock", "done"),
        ("ledger", "done"),
    ]
    assert {(account, role): amount for _, account, role, amount in await shop.lines()} == {
        ("4000", "sales"): -935,
        ("2200", "tax"): -65,
        ("1000", "tender"): 1_000,
        ("1000", "tender_safe"): -1_000,
        ("1100", "safe"): 1_000,
    }
    assert await on_hand(shop) == {"4001": -1}
    assert await shop.rows("SELECT status FROM till_session") == [("posted",)]
    far = {
        before: await shop.accounts.entries(LedgerEntries(store="S1", before=before))
        for before in (10**25, -(10**25))
    }
    assert [len(page.entries) for page in far.values()] == [1, 0], "no entry has such a number"
    assert await shop.subjects() == ["count_final", "stock_moved", "session_posted"]
    assert await is_balanced(shop)


async def test_a_settlement_after_the_posting_is_a_revision_that_balances(shop: PostingShop) -> None:
    old, new = begun(), replacement(16_000, 18_990)
    await shop.knows(old)
    await shop.take(old)
    await shop.close()
    await shop.say_no_close()
    await shop.post()
    new.close_till(18_990)
    await shop.take(new)
    await shop.post()
    before = await shop.account("4910")
    old.sell(3_000)

    await shop.take(old)
    await shop.post()

    assert before == -2_990
    assert await shop.account("4910") + await shop.account("6900") == -2_990 + 3_000
    assert [(r, role, a) for r, _, role, a in await shop.lines(NEXT_SESSION) if r == 2] == [
        (2, "tender_settlement", -3_000),
        (2, "settlement", 3_000),
    ]
    assert await is_balanced(shop)


async def test_a_session_waits_for_entries_that_its_count_covers(shop: PostingShop) -> None:
    journal = begun()
    journal.sell(500)
    journal.close_till(16_500)
    await shop.knows(journal)
    await shop.take(journal, 1, 4)
    await shop.close()

    await shop.post()
    waiting = await shop.shown()
    await shop.take(journal, 5)
    await shop.post()

    assert waiting.posting.state == "waiting"
    assert waiting.posting.reason is not None
    assert "its own close is awaited" in waiting.posting.reason
    assert waiting.entries == ()
    assert (await shop.shown()).posting.state == "posted"


async def test_what_differs_waits_until_somebody_waives_it(shop: PostingShop) -> None:
    journal = begun()
    journal.close_till(99_000)
    await shop.knows(journal)
    await shop.take(journal)
    await shop.post()
    waiting = (await shop.shown()).posting
    waive = {"session_id": SESSION, "reason": "The receipt is lost"}

    assert (await shop.answered(shop.requests.waive(shop.command(WaivePosting, **waive))))[
        "outcome"
    ] == "done"
    await shop.post()

    assert waiting.reason is not None
    assert "cash 99000, here 16000" in waiting.reason
    posted = (await shop.shown()).posting
    assert (posted.state, posted.waived_because) == ("posted", "The receipt is lost")
    again = await shop.answered(shop.requests.waive(shop.command(WaivePosting, **waive)))
    assert again["code"] == "not_waiting"


async def test_a_failed_picking_holds_the_entry_and_is_tried_again_alone(shop: PostingShop) -> None:
    shut = shop.command(SetLocation, location="SHOP", name="Shop", closed=True)
    await shop.stock.set_location(shut)
    await closed_day(shop)
    await shop.post()
    failed = await shop.shown()
    listed = (await shop.stock.pickings(Pickings(store="S1"))).failed
    early = await shop.post()
    shop.later(seconds=6)
    second = await shop.post()

    await shop.stock.set_location(shop.command(SetLocation, location="SHOP", name="Shop"))
    await shop.post()

    assert (failed.posting.state, failed.entries, failed.pickings) == ("failed", (), ())
    assert listed[0].reason.startswith("The location SHOP is closed")
    assert (early, second) == (0, 1)
    shown = await shop.shown()
    assert shown.posting.state == "posted"
    assert [(step.step, step.attempts) for step in shown.steps][1:] == [("stock", 3), ("ledger", 1)]


async def test_a_product_that_nobody_knows_fails_until_it_is_received(shop: PostingShop) -> None:
    shop.terms.catalogue.clear()
    await closed_day(shop)
    await shop.post()
    reason = (await shop.shown()).posting.reason

    line = {"sku": "4001", "quantity": 24, "name": "Coffee"}
    received = shop.command(ReceiveGoods, reference="Delivery 1", lines=[line])
    first = await shop.answered(shop.stock.receive(received))
    assert await shop.answered(shop.stock.receive(received)) == first
    await shop.post()

    assert reason is not None
    assert "Nobody knows the product 4001" in reason
    assert (await shop.shown()).posting.state == "posted"
    assert await on_hand(shop) == {"4001": 23}
    await shop.stock.adjust(shop.command(AdjustStock, sku="4001", quantity=-3, reason="Broken"))
    assert await on_hand(shop) == {"4001": 20}


async def test_a_missing_account_is_named_and_nothing_is_posted_before_it_is_there(shop: PostingShop) -> None:
    await shop.accounts.set_accounts(shop.command(SetAccounts, roles={"tender_kind:cash": ""}))
    await closed_day(shop)
    await shop.post()
    failed = await shop.shown()

    named = shop.command(SetAccounts, accounts={"1001": "Till cash"}, roles={"tender:cash": "1001"})
    await shop.accounts.set_accounts(named)
    await shop.post()

    assert failed.posting.reason is not None
    assert "no account for tender:cash" in failed.posting.reason
    assert failed.entries == ()
    assert len(failed.pickings) == 1
    assert await shop.account("1001") == 0
    assert next(one for one in await shop.lines() if one[1] == "1001") == (1, "1001", "tender", 1_000)
    assert await is_balanced(shop)


async def test_an_entry_of_a_locked_period_bears_the_first_open_date_and_says_why(shop: PostingShop) -> None:
    lock = {"through": date(2026, 3, 31), "reason": "The quarter is closed"}
    await shop.accounts.lock_period(shop.command(LockPeriod, **lock))
    earlier = {**lock, "through": date(2026, 2, 28)}
    refused = await shop.answered(shop.accounts.lock_period(shop.command(LockPeriod, **earlier)))
    await closed_day(shop)

    await shop.post()

    entry = (await shop.shown()).entries[0]
    assert refused["code"] == "locked_already"
    assert (entry.business_date, entry.entry_date) == (DAY, date(2026, 4, 1))
    assert entry.date_reason is not None
    assert "The quarter is closed" in entry.date_reason


async def test_a_deposit_takes_from_the_safe_what_is_there_and_no_more(shop: PostingShop) -> None:
    await closed_day(shop)
    await shop.post()
    too_much = shop.command(DepositToBank, tender="cash", amount=1_001, reference="Bag 1")
    right = shop.command(DepositToBank, tender="cash", amount=600, reference="Bag 2")

    refused = await shop.answered(shop.accounts.deposit(too_much))
    done = await shop.answered(shop.accounts.deposit(right))

    assert refused["code"] == "not_in_safe"
    assert done["left"] == 400
    assert (await shop.account("1200"), await shop.account("1100")) == (600, 400)
    assert await shop.answered(shop.accounts.deposit(right)) == done
    assert await is_balanced(shop)


async def test_nobody_posts_while_the_store_service_is_away_and_everybody_after_it(shop: PostingShop) -> None:
    await closed_day(shop)
    shop.terms.away = True
    await shop.post()
    waiting = (await shop.shown()).posting

    shop.terms.away = False
    shop.later(seconds=6)
    await shop.post()

    assert waiting.state == "waiting"
    assert waiting.reason is not None
    assert "away" in waiting.reason
    assert (await shop.shown()).posting.state == "posted"


async def test_a_session_is_posted_by_its_totals_even_where_nobody_lets_it_read_receipts(
    shop: PostingShop, fresh_database: FreshDatabase
) -> None:
    await closed_day(shop)
    owner = await fresh_database.connect()
    await owner.execute("REVOKE SELECT ON till.sale, till.journal, till.movement FROM till_service")
    await owner.close()

    await shop.post()

    states = await shop.rows("SELECT state FROM posting_step ORDER BY revision, step")
    assert states == [("done",), ("done",), ("done",)]


async def test_where_stock_follows_each_sale_the_session_moves_only_what_is_left(shop: PostingShop) -> None:
    await shop.stock.set_rules(shop.command(SetStockRules, pickings="sale"))
    journal = begun()
    await shop.knows(journal)
    await shop.take(journal)
    await shop.pick()
    while_open = await on_hand(shop)
    journal.sell(700, sku="4002")
    journal.close_till(16_700)
    await shop.take(journal, 6)

    await shop.pick()
    await shop.post()

    shown = await shop.shown()
    assert while_open == {"4001": -1}
    assert await on_hand(shop) == {"4001": -1, "4002": -1}
    assert [(p.revision, [m.sku for m in p.moves]) for p in shown.pickings] == [(1, ["4002"]), (0, ["4001"])]
    assert shown.pickings[1].receipt is not None


async def test_the_list_names_what_waits_and_a_session_of_elsewhere_is_unknown(shop: PostingShop) -> None:
    await closed_day(shop)
    listed = await shop.requests.postings(Postings(store="S1"))
    retry = shop.command(RetryPosting, session_id="f" * 32)

    assert [(one.session_id, one.state) for one in listed.postings] == [(SESSION, "waiting")]
    assert (listed.waiting, listed.failed) == (1, 0)
    assert isinstance(await shop.requests.show(ShowPosting(store="S2", session_id=SESSION)), Refused)
    assert (await shop.answered(shop.requests.retry(retry)))["code"] == "unknown_session"
