"""Two replicas that post the same sessions at once: once; without what keeps them apart twice."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from integration.till_service.posting_shop import PostingShop, opened
from races.till_service.meetings import Meeting
from servers import Broker, FreshDatabase
from till_service.domain.posting import Books
from till_service.messaging.posting import Poster
from till_service.persistence import posting, posting_books
from till_service.persistence.posting import Closed
from tillday_contracts.account_messages import TrialBalance
from tillday_contracts.stock_messages import StockOnHand
from tillday_contracts.topics import TerminalAddress
from tillday_contracts.wishes import SettingsContent
from unit.till_service.journals import WrittenJournal

SESSIONS = 6
READ_ONLY = "SELECT s.session_id FROM till_session AS s WHERE s.session_id = $1"
SECOND_GUARD = (
    "ALTER TABLE till.ledger_entry DROP CONSTRAINT ledger_entry_session_id_revision_key",
    "DROP INDEX till.stock_document_session",
)


@pytest.fixture
async def shop(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[PostingShop]:
    async with opened(fresh_database, broker) as shop:
        yield shop


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Whoever has read what a session means waits a moment for the other one before anything is stored."""
    held, read = Meeting(), posting_books.read_books

    async def read_and_meet(
        connection: object, closed: Closed, settings: SettingsContent, catalogued: frozenset[str]
    ) -> Books:
        books = await read(connection, closed, settings, catalogued)
        await held.attend()
        return books

    monkeypatch.setattr(posting_books, "read_books", read_and_meet)
    return held


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "LOCK", READ_ONLY)


async def closed_sessions(shop: PostingShop, count: int) -> None:
    """So many sessions of a sale of 10.00 each, cashed up without a difference."""
    for n in range(1, count + 1):
        journal = WrittenJournal(
            TerminalAddress("S1", f"T{n}"), epoch=f"{n:016x}", key_id=f"{n:016x}", session=f"{n:032x}"
        )
        journal.begin()
        journal.open_till(15_000)
        journal.sell(1_000)
        journal.close_till(16_000)
        await shop.knows(journal)
        await shop.take(journal)


async def both_post(shop: PostingShop) -> None:
    """Two replicas post whatever is due, side by side, until neither finds anything."""

    async def replica(name: str) -> None:
        poster = Poster(shop.database, shop.around, shop.terms, name)
        while await poster.post_one():
            pass

    await asyncio.gather(replica("till_service-1"), replica("till_service-2"))


async def entries(shop: PostingShop) -> list[int]:
    """How many entries of accounts each session has."""
    found = await shop.rows("SELECT count(*) FROM ledger_entry GROUP BY session_id ORDER BY session_id")
    return [int(count) for (count,) in found]  # type: ignore[call-overload]


async def sold(shop: PostingShop) -> int:
    """How many pieces left the stock."""
    found = await shop.stock.on_hand(StockOnHand(store="S1"))
    return -sum(product.quantity for product in found.products)


async def test_two_replicas_post_the_same_sessions_once(shop: PostingShop) -> None:
    await closed_sessions(shop, SESSIONS)

    await both_post(shop)

    balances = (await shop.accounts.trial_balance(TrialBalance(store="S1"))).balances
    assert await entries(shop) == [1] * SESSIONS
    assert await sold(shop) == SESSIONS
    assert sorted(await shop.subjects()) == sorted(
        ["count_final", "stock_moved", "session_posted"] * SESSIONS
    )
    assert sum(each.debit - each.credit for each in balances) == 0
    assert await shop.account("1000") == 0, "all that was taken went to the safe"
    assert await shop.account("1100") == 1_000 * SESSIONS
    assert await shop.rows("SELECT DISTINCT status FROM till_session") == [("posted",)]
    assert await shop.rows("SELECT count(*) FROM session_to_post") == [(0,)]


@pytest.mark.usefixtures("meeting")
async def test_a_replica_that_reads_a_session_keeps_the_other_away_until_it_is_posted(
    shop: PostingShop,
) -> None:
    await closed_sessions(shop, 1)

    await both_post(shop)

    assert (await entries(shop), await sold(shop)) == ([1], 1)
    assert await shop.rows("SELECT max(attempts) FROM posting_step") == [(1,)]


@pytest.mark.usefixtures("meeting", "unlocked")
async def test_without_the_lock_the_tables_still_refuse_the_second_posting(shop: PostingShop) -> None:
    await closed_sessions(shop, 1)

    await both_post(shop)

    assert (await entries(shop), await sold(shop)) == ([1], 1)


@pytest.mark.usefixtures("meeting", "unlocked")
async def test_control_without_the_lock_and_the_tables_refusal_everything_is_posted_twice(
    shop: PostingShop, fresh_database: FreshDatabase
) -> None:
    owner = await fresh_database.connect()
    for statement in SECOND_GUARD:
        await owner.execute(statement)
    await owner.close()
    await closed_sessions(shop, 1)

    await both_post(shop)

    assert (await entries(shop), await sold(shop)) == ([2], 2)
    assert await shop.account("1100") == 2_000
