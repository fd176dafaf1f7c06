"""A relay that dies between any two of its steps repeats messages at most, and leaves no hole."""

from uuid import uuid4

import pytest

from servers import FreshDatabase
from service_kit import relay
from service_kit.outbox import OutboxMessage, announce
from service_kit.service import Service
from service_kit.settings import ServiceSettings
from toy_service import TILL_EVENTS, Parts, eventually

Toy = Service[ServiceSettings]


def producing(service: Toy) -> None:
    service.ensure_streams([TILL_EVENTS])
    service.relay_outbox(stream="TILL_EVENTS")


async def write(database: FreshDatabase, count: int) -> None:
    connection = await database.connect("till_service")
    async with connection.transaction():
        messages = [OutboxMessage("tillday.event.till.x.v1", b"%d" % n, uuid4()) for n in range(count)]
        await announce(connection, *messages)
    await connection.close()


async def run(database: FreshDatabase, sql: str, *arguments: object) -> None:
    connection = await database.connect("till_service")
    await connection.execute(sql, *arguments)
    await connection.close()


async def everything_published(service: Toy, count: int) -> None:
    async def published() -> bool:
        async with service.database.connection() as connection:
            rows = await connection.fetch(
                "SELECT position FROM outbox WHERE published_at IS NOT NULL ORDER BY position"
            )
        return [row["position"] for row in rows] == list(range(1, count + 1))

    await eventually(published)


async def stored(service: Toy) -> list[tuple[int, bytes]]:
    found = []
    last = (await service.nats.jetstream.stream_info("TILL_EVENTS")).state.last_seq
    for number in range(1, last + 1):
        message = await service.nats.jetstream.get_msg("TILL_EVENTS", seq=number)
        found.append((int((message.headers or {})["Tillday-Position"]), message.data or b""))
    return found


async def test_messages_numbered_before_the_crash_keep_their_positions(parts: Parts) -> None:
    await run(parts.database, "INSERT INTO outbox_producer (timeline) VALUES (7)")
    await write(parts.database, 3)
    await run(parts.database, relay.NUMBER_WAITING, 2)

    service = await parts.start("till_service", producing)

    await everything_published(service, 3)
    assert await stored(service) == [(1, b"0"), (2, b"1"), (3, b"2")]


async def test_messages_published_but_not_marked_before_the_crash_are_not_stored_twice(parts: Parts) -> None:
    await write(parts.database, 3)
    first = await parts.start("till_service", producing)
    await everything_published(first, 3)
    await first.stop()
    await run(parts.database, "UPDATE outbox SET published_at = NULL WHERE position > 1")

    second = await parts.start("till_service", producing)

    await everything_published(second, 3)
    assert len(await stored(second)) == 3


async def test_a_relay_whose_session_is_ended_takes_up_again(parts: Parts) -> None:
    service = await parts.start("till_service", producing)
    await write(parts.database, 2)
    await everything_published(service, 2)
    admin = await parts.database.server.admin()
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", parts.database.name
    )
    await admin.close()

    await write(parts.database, 2)

    await everything_published(service, 4)


@pytest.mark.parametrize("restored", [1, 2])
async def test_positions_given_after_a_restore_belong_to_another_timeline(
    parts: Parts, restored: int
) -> None:
    await write(parts.database, 3)
    first = await parts.start("till_service", producing)
    await everything_published(first, 3)
    await first.stop()
    connection = await parts.database.connect("till_service")
    before = await connection.fetchval("SELECT timeline FROM outbox_producer")
    await connection.execute("DELETE FROM outbox WHERE position > $1", restored)
    await connection.execute("UPDATE outbox_producer SET position = $1", restored)
    await write(parts.database, 1)

    second = await parts.start("till_service", producing)

    await everything_published(second, restored + 1)
    assert await connection.fetchval("SELECT timeline FROM outbox_producer") != before
    await connection.close()
