"""A guest that was away for two dates, and a ledger that was restored meanwhile, end alike."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from database_server import OWNER
from integration.till_service.review_room import ReviewRoom, review_room
from integration.till_service.test_till_service_rescue_money import OPENING, open_next
from servers import Broker, FreshDatabase
from unit.till_service.journals import DAY, SESSION, WrittenJournal
from unit.till_service.shared_till import close, host, joined, member, sell

FIGURES = (
    "SELECT encode(hash, 'hex'), placement, session_id FROM sale ORDER BY hash",
    "SELECT session_id, tender, opening, sales FROM session_tender ORDER BY session_id, tender",
    "SELECT session_id, kind, sum(amount)::bigint FROM settlement GROUP BY 1, 2 ORDER BY 1, 2",
    "SELECT session_id, status FROM till_session ORDER BY session_id",
    "SELECT session_id, number FROM rescue_close",
)


@pytest.fixture
async def room(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[ReviewRoom]:
    async with review_room(fresh_database, broker) as room:
        yield room


async def closed_without_the_guest(room: ReviewRoom) -> tuple[WrittenJournal, WrittenJournal]:
    """The host cashed up on the first date; the guest, cut off, had sold for 500 that it did not count."""
    first, second = host(), joined()
    await room.knows(first, second)
    covered = member(second)
    first.sell(4_000)
    sell(second, 500)
    close(first, 19_000, covered)
    await room.arrive(first)
    return first, second


async def counted_two_dates_later(room: ReviewRoom, first: WrittenJournal, *, asked: int) -> None:
    sent = len(first.entries)
    first.day = DAY + timedelta(days=2)
    open_next(first, asked, 15_500)
    await room.arrive(first, sent + 1)


async def reviewed(room: ReviewRoom) -> list[list[tuple[object, ...]]]:
    """Accept what came late and close it; return every figure."""
    shown = await room.shown()
    await room.accept(shown)
    assert (await room.close(shown.session.session_id)).model_dump()["number"] == "B-1"
    return [await room.rows(query) for query in FIGURES]


@pytest.mark.parametrize("before_the_count", [True, False])
async def test_what_a_guest_brings_two_dates_later_belongs_to_the_next_count_whenever_it_comes(
    room: ReviewRoom, before_the_count: bool
) -> None:
    first, second = await closed_without_the_guest(room)
    if before_the_count:
        await room.arrive(second)
    await counted_two_dates_later(room, first, asked=15_500 if before_the_count else 15_000)
    if not before_the_count:
        await room.arrive(second)
    shown = await room.shown()

    await reviewed(room)

    beside = await room.beside(shown, shown.entries[0])
    assert (shown.session.business_date, shown.session.original) == (DAY, SESSION)
    assert [c.settled for c in beside.counts] == [0, 0, 0]
    assert [(c.count, c.difference) for c in beside.counts if c.has_it] == [
        (OPENING, 0 if before_the_count else 500)
    ]
    assert await room.claimed() == {}


async def backed_up(database: FreshDatabase) -> None:
    admin = await database.server.admin()
    await admin.execute(f"CREATE DATABASE {database.name}_backup OWNER {OWNER} TEMPLATE {database.name}")
    await admin.close()


async def restored(database: FreshDatabase) -> None:
    admin = await database.server.admin()
    await admin.execute(f"DROP DATABASE {database.name} WITH (FORCE)")
    await admin.execute(f"ALTER DATABASE {database.name}_backup RENAME TO {database.name}")
    # A copy of a database has no grants of its own.
    await admin.execute(f"GRANT CONNECT ON DATABASE {database.name} TO till_service")
    await admin.close()


async def test_a_ledger_that_was_restored_before_the_guest_came_back_ends_as_the_lost_one_did(
    fresh_database: FreshDatabase, broker: Broker
) -> None:
    async with review_room(fresh_database, broker) as room:
        first, second = await closed_without_the_guest(room)
        await counted_two_dates_later(room, first, asked=15_000)
    await backed_up(fresh_database)
    async with review_room(fresh_database, broker) as room:
        await room.arrive(second)
        lost = await reviewed(room)
    await restored(fresh_database)

    async with review_room(fresh_database, broker) as room:
        assert await room.listed("all") == ()
        await room.arrive(second)  # sent again: the ledger's timeline told the terminal what was lost
        assert await reviewed(room) == lost
