"""A close from the back office while the journal drains: PostgreSQL ends as if it had not been."""

import asyncio
import random

import pytest

from integration.till_service.terminals import key_of
from integration.till_service.test_till_service_tables_agree import intake_of
from service_kit.database import Database
from till_service.domain.incoming import read_message
from till_service.messaging.allowed import Allowed
from till_service.messaging.closing import Closing
from till_service.messaging.requests import Requests
from till_service.messaging.settling import Settler
from tillday_contracts.entries import CashUpStarted, TillClosed
from unit.till_service.back_office import KnownPeople, close_command, scanned, typed
from unit.till_service.journals import CASHIER, NOON, SESSION, WrittenJournal

SEEDS = range(8)
BEGUN = 4


def a_day() -> tuple[WrittenJournal, TillClosed]:
    journal = WrittenJournal()
    journal.begin()
    journal.open_till(15_000)
    for amount in (1_000, 2_000, 3_000, 4_000):
        journal.sell(amount)
    covered = len(journal.entries)
    journal.sell(500)
    journal.write(CashUpStarted(session_id=SESSION, by=CASHIER))
    closed = journal.closing(25_000, to_seq=covered)
    journal.write(closed)
    journal.sell(700)
    return journal, closed


async def drain(database: Database, journal: WrittenJournal, chance: random.Random) -> None:
    intake, at = intake_of(database), BEGUN
    while at < len(journal.entries):
        last = min(at + chance.randint(1, 3), len(journal.entries))
        await intake._commit([read_message(journal.address, journal.message(at + 1, last))])
        at = last
        await asyncio.sleep(chance.random() * 0.01)


async def close(database: Database, evidence: object, chance: random.Random) -> None:
    await asyncio.sleep(chance.random() * 0.05)
    closing = Closing(intake_of(database).around, Allowed(database, KnownPeople()))
    await closing.close_till(close_command(evidence))  # type: ignore[arg-type]


async def settle(database: Database) -> None:
    settler = Settler(database, intake_of(database).around)
    while await settler.settle_one():
        pass


async def end(database: Database) -> list[list[tuple[object, ...]]]:
    queries = (
        "SELECT hash, placement, session_id FROM placed ORDER BY hash",
        "SELECT session_id, tender, opening, sales FROM session_tender WHERE sales <> 0 ORDER BY session_id",
        "SELECT tender, sum(amount) FROM safe_movement GROUP BY tender",
        "SELECT kind, tender, sum(amount) FROM settlement GROUP BY kind, tender HAVING sum(amount) <> 0",
        "SELECT tender, sum(amount) FROM claim GROUP BY tender HAVING sum(amount) <> 0",
        "SELECT session_id, kind FROM till_task",
    )
    async with database.connection() as connection:
        return [[tuple(row) for row in await connection.fetch(query)] for query in queries]


async def raced(database: Database, seed: int, *, with_close: bool) -> list[list[tuple[object, ...]]]:
    chance = random.Random(seed)
    journal, closed = a_day()
    await Requests(database, lambda: NOON).register_journal_key(key_of(journal))
    await intake_of(database)._commit([read_message(journal.address, journal.message(1, BEGUN))])
    evidence = chance.choice((None, scanned(closed), typed(closed), typed(closed, members=False)))
    work = [drain(database, journal, chance), settle(database)]
    if with_close:
        work.append(close(database, evidence, chance))
    await asyncio.gather(*work)
    await settle(database)
    return await end(database)


async def test_the_drain_alone_ends_as_the_law_says(database: Database) -> None:
    assert await raced(database, 0, with_close=False) == await expected(database)


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_close_in_the_middle_of_the_drain_ends_as_the_drain_alone(
    database: Database, seed: int
) -> None:
    assert await raced(database, seed, with_close=True) == await expected(database)


async def expected(database: Database) -> list[list[tuple[object, ...]]]:
    """Four sales in the session, two in its rescue; both are the host's own, so this count has them."""
    journal, _ = a_day()
    async with database.connection() as connection:
        rescue = await connection.fetchval("SELECT session_id FROM till_session WHERE rescue_of IS NOT NULL")
    sales = [(e.seq, bytes.fromhex(e.hash)) for e in journal.entries if b'"type":"SALE"' in e.data]
    places = [(h, "session", SESSION) if seq <= 8 else (h, "rescue", rescue) for seq, h in sales]
    tenders = [(SESSION, "cash", 15_000, 10_000), (rescue, "cash", 0, 1_200)]
    return [sorted(places), sorted(tenders), [("cash", 10_000)], [("cash_up", "cash", -1_200)], [], []]


async def test_two_supervisors_at_once_make_one_close_with_one_number(database: Database) -> None:
    journal, _ = a_day()
    await Requests(database, lambda: NOON).register_journal_key(key_of(journal))
    await intake_of(database)._commit([read_message(journal.address, journal.message(1, BEGUN))])
    closing = Closing(intake_of(database).around, Allowed(database, KnownPeople()))

    answers = await asyncio.gather(*(closing.close_till(close_command()) for _ in range(6)))

    assert all(b'"B-1"' in answer for answer in answers)
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT last FROM back_number") == 1
