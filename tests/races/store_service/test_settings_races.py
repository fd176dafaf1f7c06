"""Two people who change a store's settings at once: no change is lost, and one of them is told."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from integration.store_service.store_world import (
    SETTINGS,
    SUPERVISOR,
    TestClock,
    World,
    command,
    running_world,
    store_service,
)
from servers import Broker, FreshDatabase
from store_service.persistence import stores
from tillday_contracts.store_messages import CreateStore, DefineStore, SettingsAnswer, StoreSettings

UNLOCKED = "SELECT store, people_rev, catalogue_rev FROM store WHERE store = $1"


@pytest.fixture
async def world(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[World]:
    """A store with settings that are slow to save, and two replicas of its service."""
    async with (
        running_world(fresh_database, broker) as made,
        store_service(made.database, broker, TestClock()),
    ):
        await made.operator.define("T1")
        connection = await made.database.connect()
        await connection.execute("""
            CREATE FUNCTION store.slowly() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(0.4); RETURN NEW; END $$;
            CREATE TRIGGER slowly BEFORE INSERT OR UPDATE ON store.settings
                FOR EACH ROW EXECUTE FUNCTION store.slowly();
        """)
        await connection.close()
        yield made


async def change_twice_at_once(world: World) -> list[bytes]:
    """Two changes made from the same revision."""
    answer = await world.operator.ask(StoreSettings(store="S1"), SettingsAnswer)
    changes = [SETTINGS.model_copy(update={"name": name}) for name in ("Mine", "Yours")]
    wanted = [command(DefineStore, settings=settings, changes=answer.revision) for settings in changes]
    return list(await asyncio.gather(*(world.operator.send(one) for one in wanted)))


async def test_of_two_changes_made_from_one_revision_one_is_refused(world: World) -> None:
    answers = await change_twice_at_once(world)
    assert sorted(b"changed_meanwhile" in answer for answer in answers) == [False, True]


async def test_control_without_the_lock_one_change_is_lost_unsaid(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "LOCK_STORE", UNLOCKED)
    answers = await change_twice_at_once(world)
    assert not any(b"changed_meanwhile" in answer for answer in answers)


async def create_twice_at_once(world: World) -> list[bytes]:
    """Two stores with one code, each like the store that there is."""
    await world.operator.person(SUPERVISOR, "manager", ("sell", "manage"))
    wished = [SETTINGS.model_copy(update={"store": "S7", "name": name}) for name in ("Mine", "Yours")]
    wanted = [command(CreateStore, store="S1", settings=one, name="Supervisor 1") for one in wished]
    return list(await asyncio.gather(*(world.operator.send(one) for one in wanted)))


async def test_of_two_stores_with_one_code_one_is_created(world: World) -> None:
    answers = await create_twice_at_once(world)
    assert sorted(b"store_exists" in answer for answer in answers) == [False, True]


async def test_control_without_a_look_at_who_has_the_code_one_store_replaces_the_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_new = (
        "INSERT INTO store (store) VALUES ($1) ON CONFLICT (store) DO UPDATE SET store = $1 RETURNING $1"
    )
    monkeypatch.setattr(stores, "ADD_STORE", both_new)
    answers = await create_twice_at_once(world)
    assert not any(b"store_exists" in answer for answer in answers)
