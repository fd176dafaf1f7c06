"""The database and the broker go away and come back; retained state is written again and again."""

import asyncio

from integration.store_service.store_world import (
    DESIRED,
    MONDAY,
    Listener,
    World,
    close_store,
    open_store,
    until,
)
from service_kit.failures import TransientError
from service_kit.links import RetainedPublisher
from store_service.messaging.retained import RetainedWriter
from tillday_contracts.wishes import Desired

END_CONNECTIONS = """
    SELECT count(pg_terminate_backend(pid))
      FROM pg_stat_activity
     WHERE usename = 'store_service' AND datname = current_database()
"""


class FakePublisher(RetainedPublisher):
    """Takes what it is given, or is away."""

    def __init__(self) -> None:
        self.away = False
        self.taken: list[tuple[str, bytes]] = []

    async def publish(self, topic: str, body: bytes) -> None:
        if self.away:
            raise TransientError("the broker's MQTT side is away")
        self.taken.append((topic, body))


async def test_a_store_is_opened_after_every_database_connection_was_lost(
    world: World, listener: Listener
) -> None:
    await world.operator.define("T1")
    await listener.until(DESIRED, Desired, lambda d: True)
    connection = await world.database.server.admin(world.database.name)
    assert await connection.fetchval(END_CONNECTIONS) > 0
    await connection.close()

    async def opened() -> bool:
        return b'"done"' in await world.operator.send(open_store())

    await until(opened)
    await listener.until(DESIRED, Desired, lambda d: d.business_date == MONDAY)
    assert (await world.operator.day(close_store())).awaited == ("T1",)
    await world.tills.attest("T1", MONDAY, (await world.desired()).rev)
    await listener.until(DESIRED, Desired, lambda d: d.closed_through == MONDAY)


async def test_retained_state_is_written_again_unchanged_every_minute(world: World) -> None:
    await world.operator.define("T1")
    publisher = FakePublisher()
    writer = RetainedWriter(world.service.database, publisher, every=0.1)
    running = asyncio.create_task(writer.run())
    try:
        await until(lambda: len(publisher.taken) >= 6)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert len(set(publisher.taken)) == 2, "settings and one desired state, the same bytes each time"


async def test_retained_state_waits_for_the_broker_and_none_is_skipped(world: World) -> None:
    await world.operator.define("T1", "T2")
    publisher = FakePublisher()
    publisher.away = True
    writer = RetainedWriter(world.service.database, publisher, every=60)
    running = asyncio.create_task(writer.run())
    try:
        await asyncio.sleep(0.3)
        assert not publisher.taken
        publisher.away = False
        await until(lambda: len(publisher.taken) == 3)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
