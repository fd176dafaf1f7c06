"""Races between replicas, each with its control: the guard removed, the race happens."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID, uuid4

import asyncpg
import pytest

from servers import FreshDatabase
from service_kit import feed as feeds
from service_kit import inbox, migrate, relay
from service_kit.consumer import RawMessage
from service_kit.database import Connection, Database
from service_kit.feed import Feed, FeedEvent
from service_kit.inbox import answer_once
from service_kit.outbox import OutboxMessage, announce
from service_kit.service import Service
from service_kit.settings import ServiceSettings
from toy_service import REPLAY, Parts

Toy = Service[ServiceSettings]


class Till:
    """Counts how often its decision was made."""

    def __init__(self) -> None:
        self.opened = 0

    async def decide(self, _connection: Connection) -> bytes:
        await asyncio.sleep(0.02)
        self.opened += 1
        return b"opened"


async def at_once(times: int, work: Callable[[], Awaitable[object]]) -> list[object]:
    return list(await asyncio.gather(*(work() for _ in range(times)), return_exceptions=True))


async def test_twenty_copies_of_one_command_decide_once(parts: Parts) -> None:
    till, service = Till(), await parts.start("till_service", lambda _service: None)
    key = uuid4()

    answers = await at_once(20, lambda: answer_once(service.database, key, till.decide))

    assert answers == [b"opened"] * 20
    assert till.opened == 1


async def test_control_a_duplicate_check_that_only_looks_decides_more_than_once(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look_first(connection: Connection, message_id: UUID, *, request: bytes | None = None) -> bool:
        assert request is None
        known = await connection.fetchval("SELECT true FROM inbox WHERE message_id = $1", message_id)
        return known is None

    monkeypatch.setattr(inbox, "is_new", look_first)
    till, service = Till(), await parts.start("till_service", lambda _service: None)
    key = uuid4()

    await at_once(5, lambda: answer_once(service.database, key, till.decide))

    assert till.opened > 1


async def waiting_events(database: Database, count: int) -> None:
    async with database.transaction() as connection:
        messages = [OutboxMessage("tillday.event.till.x.v1", b"x", uuid4()) for _ in range(count)]
        await announce(connection, *messages)


async def test_replicas_that_relay_together_leave_no_hole(parts: Parts) -> None:
    def producing(service: Toy) -> None:
        service.relay_outbox()

    first = await parts.start("till_service", producing)
    await first.nats.jetstream.add_stream(name="TILL_EVENTS", subjects=["tillday.event.till.>"])
    others = [await parts.start("till_service", producing) for _ in range(2)]
    await asyncio.gather(*(waiting_events(service.database, 5) for service in (first, *others) * 10))
    await first.stop()
    await waiting_events(others[0].database, 5)

    positions: list[int] = []
    for _ in range(200):
        async with others[0].database.connection() as connection:
            rows = await connection.fetch("SELECT position FROM outbox WHERE published_at IS NOT NULL")
        positions = sorted(row["position"] for row in rows)
        if len(positions) == 155:
            break
        await asyncio.sleep(0.05)
    assert positions == list(range(1, 156))


async def test_control_two_relays_without_the_lock_leave_a_hole(fresh_database: FreshDatabase) -> None:
    await fresh_database.with_tables_of("till_service")
    one, two = [await fresh_database.connect("till_service") for _ in range(2)]
    try:
        await one.execute("INSERT INTO outbox_producer (timeline) VALUES (1)")
        await announce(one, *(OutboxMessage("a.b", b"x", uuid4()) for _ in range(3)))
        async with one.transaction():
            await one.execute(relay.NUMBER_WAITING, 10)
            other = asyncio.create_task(two.execute(relay.NUMBER_WAITING, 10))
            await asyncio.sleep(0.1)
        await other

        counted = await one.fetchval("SELECT count(*) FROM outbox")
        given = await one.fetchval("SELECT position FROM outbox_producer")
        assert given > counted
    finally:
        await one.close()
        await two.close()


class Folds:
    """A fold that remembers what it was given, slowly enough to be overtaken."""

    def __init__(self) -> None:
        self.given: list[int] = []

    async def fold(self, _connection: Connection, events: Sequence[FeedEvent]) -> None:
        self.given += [event.position for event in events]
        await asyncio.sleep(0.05)

    async def clear(self, _connection: Connection) -> None:
        self.given.clear()


def followed(service: Toy, folds: Folds) -> Feed:
    return Feed(
        service.database,
        service.nats,
        producer="till",
        stream="TILL_EVENTS",
        subject="tillday.event.till.>",
        durable="report_service_till",
        replay_subject=REPLAY,
        fold=folds.fold,
        clear=folds.clear,
    )


class Delivered(RawMessage):
    """A message of the feed as JetStream would deliver it, to whom it may concern."""

    __slots__ = ()

    def __init__(self, position: int) -> None:
        self.subject, self.data, self.settled = "tillday.event.till.x.v1", b"x", False
        self.headers = {
            "Nats-Msg-Id": str(UUID(int=position)),
            "Tillday-Timeline": "7",
            "Tillday-Position": str(position),
        }


async def fold_twice_at_once(parts: Parts) -> Folds:
    folds = Folds()
    service = await parts.start("report_service", lambda _service: None)
    async with service.database.transaction() as connection:
        await connection.execute("INSERT INTO feed_cursor (producer, timeline) VALUES ('till', 7)")
    feed, twin = followed(service, folds), followed(service, folds)

    await asyncio.gather(
        *(each.take([Delivered(1), Delivered(2)]) for each in (feed, twin)), return_exceptions=True
    )
    return folds


async def test_two_replicas_that_get_the_same_events_fold_them_once(parts: Parts) -> None:
    assert (await fold_twice_at_once(parts)).given == [1, 2]


async def test_control_without_the_lock_on_the_cursor_they_fold_twice(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "LOCK_CURSOR", feeds.READ_CURSOR)

    assert len((await fold_twice_at_once(parts)).given) > 2


async def migrate_twice_at_once(database: FreshDatabase) -> list[object]:
    connections = [await database.connect() for _ in range(2)]
    passwords = {"till_service": database.passwords["till_service"]}
    try:
        return list(
            await asyncio.gather(
                *(migrate.migrate(each, ["till_service"], passwords) for each in connections),
                return_exceptions=True,
            )
        )
    finally:
        for each in connections:
            await each.close()


async def test_two_migration_runners_take_turns(fresh_database: FreshDatabase) -> None:
    first, second = sorted(await migrate_twice_at_once(fresh_database), key=str)

    assert [] in (first, second)
    assert not isinstance(first, Exception)
    assert not isinstance(second, Exception)


async def test_control_two_runners_without_the_lock_disturb_each_other(
    fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "TAKE_TURN", "SELECT $1::bigint")

    results = await migrate_twice_at_once(fresh_database)

    assert any(isinstance(result, asyncpg.PostgresError) for result in results)
