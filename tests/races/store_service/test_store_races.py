"""Two people, two replicas, one store: whatever the order, one wins and nothing is half done."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from integration.store_service.store_world import (
    DESIRED,
    MONDAY,
    TUESDAY,
    Listener,
    TestClock,
    World,
    close_store,
    open_store,
    running_world,
    store_service,
    until,
)
from servers import Broker, FreshDatabase
from store_service.messaging import workshop
from store_service.persistence import stores
from tillday_contracts.wishes import Desired

UNLOCKED = "SELECT store, people_rev, catalogue_rev FROM store WHERE store = $1"


@pytest.fixture
async def world(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[World]:
    async with running_world(fresh_database, broker) as made:
        yield made


@pytest.fixture
async def second(world: World) -> AsyncIterator[None]:
    """A second replica of the store service."""
    async with store_service(world.database, world.broker, TestClock()):
        yield


async def days_under_way(world: World) -> list[str]:
    connection = await world.database.connect()
    try:
        rows = await connection.fetch("SELECT state FROM store.store_day ORDER BY business_date")
        return [row["state"] for row in rows]
    finally:
        await connection.close()


async def slow_down_saving_days(world: World) -> None:
    connection = await world.database.connect()
    try:
        await connection.execute("""
            CREATE FUNCTION store.slowly() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(0.3); RETURN NEW; END $$;
            CREATE TRIGGER slowly BEFORE INSERT ON store.store_day
                FOR EACH ROW EXECUTE FUNCTION store.slowly();
        """)
    finally:
        await connection.close()


async def without_the_lock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what keeps two openings apart: the lock, and the index behind it."""
    monkeypatch.setattr(stores, "LOCK_STORE", UNLOCKED)
    connection = await world.database.connect()
    try:
        await connection.execute("DROP INDEX store.store_day_one_opening")
    finally:
        await connection.close()


async def open_two_dates(world: World) -> list[bytes]:
    world.tills.hold.clear()
    both = [
        asyncio.create_task(world.operator.send(open_store(MONDAY))),
        asyncio.create_task(world.operator.send(open_store(TUESDAY))),
    ]
    await asyncio.sleep(1.2)
    world.tills.hold.set()
    return await asyncio.gather(*both)


@pytest.mark.usefixtures("second")
async def test_of_two_people_who_open_different_dates_one_wins(world: World) -> None:
    await world.operator.define("T1")
    await slow_down_saving_days(world)
    answers = await open_two_dates(world)
    assert sorted(b"refused" in answer for answer in answers) == [False, True]
    assert await days_under_way(world) == ["open"]


@pytest.mark.usefixtures("second")
async def test_control_without_the_lock_both_are_let_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.operator.define("T1")
    await slow_down_saving_days(world)
    await without_the_lock(world, monkeypatch)
    world.tills.hold.clear()
    both = [asyncio.create_task(world.operator.send(open_store(date))) for date in (MONDAY, TUESDAY)]
    await until(lambda: _two_openings(world), within=4)
    world.tills.hold.set()
    await asyncio.gather(*both, return_exceptions=True)


async def _two_openings(world: World) -> bool:
    return await days_under_way(world) == ["opening", "opening"]


@pytest.mark.usefixtures("second")
async def test_twenty_who_open_the_same_date_at_once_get_the_same_answer(world: World) -> None:
    await world.operator.define("T1")
    answers = await asyncio.gather(*(world.operator.send(open_store()) for _ in range(20)))
    assert len(set(answers)) == 1
    assert (await world.events()).count("store_opened") == 1


async def opened_while_another_asked(world: World) -> None:
    """The till service is slow; what is persisted is looked at by everyone meanwhile."""
    await world.operator.define("T1")
    await world.operator.day(open_store(MONDAY))
    world.clock.advance(1)
    world.tills.hold.clear()
    opening = asyncio.create_task(world.operator.send(open_store(TUESDAY)))
    await asyncio.sleep(2.5)
    world.tills.hold.set()
    await opening
    await asyncio.sleep(0.5)


@pytest.mark.usefixtures("second")
async def test_the_date_that_is_opened_is_never_sealed_by_who_comes_late(world: World) -> None:
    await opened_while_another_asked(world)
    assert world.tills.sealed == {MONDAY}
    assert len(world.tills.asked) == 3, "one look to open Monday, one look and one seal to open Tuesday"


async def test_control_without_carrying_on_alone_several_ask(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop, "CARRY_ALONE", "SELECT $1::int, $2::text")
    await opened_while_another_asked(world)
    assert len(world.tills.asked) > 3


@pytest.mark.usefixtures("second")
async def test_a_close_and_the_opening_of_the_next_day_leave_one_open_day(world: World) -> None:
    await world.operator.define("T1")
    await world.operator.day(open_store(MONDAY))
    world.clock.advance(1)
    await asyncio.gather(
        world.operator.send(close_store(MONDAY)),
        world.operator.send(open_store(TUESDAY)),
        world.operator.send(close_store(MONDAY)),
    )
    await until(lambda: _second_day_only(world))
    assert (await world.desired()).business_date == TUESDAY


async def _second_day_only(world: World) -> bool:
    return await days_under_way(world) == ["closed", "open"]


async def test_one_replica_writes_retained_state_and_another_takes_over(world: World) -> None:
    await world.operator.define("T1")
    listener = Listener(world.broker, DESIRED)
    try:
        async with store_service(world.database, world.broker, TestClock()):
            await world.operator.day(open_store())
            await listener.until(DESIRED, Desired, lambda d: d.business_date == MONDAY)
            said = [body for body, retained in listener.messages[DESIRED] if not retained]
            assert len(said) == len(set(said)), "nothing was written twice"
            await world.service.stop()
            await world.operator.send(close_store())
            await listener.until(DESIRED, Desired, lambda d: d.closing == MONDAY)
    finally:
        listener.close()
