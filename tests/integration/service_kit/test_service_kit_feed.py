"""Events from one service's outbox to another's read model, through outages, wipes and restores."""

import asyncio
import time
from collections.abc import Sequence
from functools import partial
from typing import cast
from uuid import UUID, uuid4

import asyncpg
import pytest

from service_kit import deadletters
from service_kit.database import Connection
from service_kit.feed import Feed, FeedEvent
from service_kit.outbox import OutboxMessage, announce
from service_kit.service import Service
from service_kit.settings import ServiceSettings
from tillday_contracts.messages import Event
from toy_service import REPLAY, TILL_EVENTS, Parts, eventually

Toy = Service[ServiceSettings]


def producing(service: Toy) -> None:
    service.ensure_streams([TILL_EVENTS])
    service.relay_outbox(stream="TILL_EVENTS")
    service.answer_replays(REPLAY)


class ReadModel:
    """What the follower holds: the bodies in the order in which they were folded."""

    def __init__(self) -> None:
        self.feed: Feed | None = None
        self.arrived: dict[str, float] = {}
        self.folds = 0
        self.service: Toy
        self.seen_while_folding: list[str] = []
        self.told: list[tuple[list[str], list[str]]] = []
        """What was announced, and what others saw then."""

    def compose(self, service: Toy) -> None:
        service.ensure_streams([TILL_EVENTS])
        self.feed = Feed(
            service.database,
            service.nats,
            producer="till",
            stream="TILL_EVENTS",
            subject="tillday.event.till.>",
            durable="report_service_till",
            replay_subject=REPLAY,
            fold=self.fold,
            clear=self.clear,
            folded=self.look,
        )
        self.service = service
        service.follow(self.feed)

    async def fold(self, connection: Connection, events: Sequence[FeedEvent]) -> Sequence[Event]:
        self.folds += 1
        if any(event.body == b"poison" for event in events):
            raise ValueError("this event can never be folded")
        rows = [(event.position, event.body.decode()) for event in events]
        await connection.executemany("INSERT INTO folded (position, body) VALUES ($1, $2)", rows)
        now = time.monotonic()
        self.arrived |= {event.body.decode(): now for event in events}
        self.seen_while_folding = await folded(self.service)
        return [cast(Event, event.body.decode()) for event in events]

    async def look(self, told: Sequence[Event]) -> None:
        self.told.append(([str(one) for one in told], await folded(self.service)))

    async def clear(self, connection: Connection) -> None:
        await connection.execute("DELETE FROM folded")


async def make_read_model(parts: Parts) -> ReadModel:
    owner = await parts.database.connect()
    await owner.execute("CREATE TABLE report.folded (position bigint PRIMARY KEY, body text NOT NULL)")
    await owner.execute("GRANT ALL ON report.folded TO report_service")
    await owner.close()
    return ReadModel()


async def write(service: Toy, *bodies: str, ids: Sequence[UUID] = ()) -> None:
    async with service.database.transaction() as connection:
        messages = [
            OutboxMessage("tillday.event.till.counted.v1", body.encode(), number)
            for body, number in zip(bodies, ids or [uuid4() for _ in bodies], strict=True)
        ]
        await announce(connection, *messages)


async def folded(service: Toy) -> list[str]:
    async with service.database.connection() as connection:
        return [row["body"] for row in await connection.fetch("SELECT body FROM folded ORDER BY position")]


async def expect(service: Toy, bodies: Sequence[str]) -> None:
    async def arrived() -> bool:
        return await folded(service) == list(bodies)

    await eventually(arrived)


async def owner(parts: Parts) -> asyncpg.Connection:
    return await parts.database.connect()


async def test_an_event_reaches_the_read_model_within_fifty_milliseconds(parts: Parts) -> None:
    model = await make_read_model(parts)
    till = await parts.start("till_service", producing)
    report = await parts.start("report_service", model.compose)
    await write(till, "warm up")
    await expect(report, ["warm up"])

    delays = []
    for number in range(20):
        began = time.monotonic()
        await write(till, f"event {number}")
        await eventually(partial(_has, model, f"event {number}"))
        delays.append(model.arrived[f"event {number}"] - began)

    assert sorted(delays)[10] < 0.05


async def _has(model: ReadModel, body: str) -> bool:
    return body in model.arrived


async def test_positions_are_consecutive_in_the_order_of_the_commits(parts: Parts) -> None:
    till = await parts.start("till_service", producing)
    await asyncio.gather(*(write(till, f"{n} a", f"{n} b") for n in range(30)))

    async def published() -> bool:
        async with till.database.connection() as connection:
            return bool(
                await connection.fetchval(
                    "SELECT count(*) = 60 AND max(position) = 60 FROM outbox WHERE published_at IS NOT NULL"
                )
            )

    await eventually(published)


async def test_a_transaction_that_is_rolled_back_announces_nothing(parts: Parts) -> None:
    model = await make_read_model(parts)
    till = await parts.start("till_service", producing)
    report = await parts.start("report_service", model.compose)
    try:
        async with till.database.transaction() as connection:
            await announce(connection, OutboxMessage("tillday.event.till.counted.v1", b"never", uuid4()))
            raise RuntimeError("something went wrong")
    except RuntimeError:
        await write(till, "after")

    await expect(report, ["after"])


async def test_what_was_folded_is_told_once_others_can_see_it(parts: Parts) -> None:
    model = await make_read_model(parts)
    till = await parts.start("till_service", producing)
    report = await parts.start("report_service", model.compose)

    await write(till, "one")
    await expect(report, ["one"])
    await write(till, "poison", "two")
    await expect(report, ["one", "two"])

    await eventually(lambda: _told(model, ["two"]))
    assert model.told == [(["one"], ["one"]), (["two"], ["one", "two"])], "nothing is told of the poison"
    # The control: told while it is folded, nobody else would see it yet.
    assert model.seen_while_folding == ["one"]


async def _told(model: ReadModel, bodies: list[str]) -> bool:
    return any(told == bodies for told, _ in model.told)


async def test_events_lost_with_the_brokers_store_are_replayed_from_the_producer(parts: Parts) -> None:
    model = await make_read_model(parts)
    till = await parts.start("till_service", producing)
    report = await parts.start("report_service", model.compose)
    await write(till, "1")
    await expect(report, ["1"])
    await report.stop()
    await write(till, "2", "3")
    await asyncio.sleep(0.3)

    parts.broker.stop(kill=True)
    parts.broker.wipe()
    parts.broker.start()
    follower = await parts.start("report_service", model.compose)
    await write(till, "4")

    await expect(follower, ["1", "2", "3", "4"])


async def test_a_broker_outage_delays_events_and_loses_none(parts: Parts) -> None:
    model = await make_read_model(parts)
    till = await parts.start("till_service", producing)
    report = await parts.start("report_service", model.compose)
    parts.broker.stop(kill=True)
    await write(till, "in the dark", "still dark")
    await asyncio.sleep(0.5)
    parts.broker.start()
    await write(till, "light")

    await expect(report, ["in the dark", "still dark", "light"])


async def test_a_repeated_message_is_folded_once(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service_kit.consumer.LOOK_AFTER_SECONDS", 0.3)
    model = await make_read_model(parts)
    till = await parts.start("till_service", producing)
    report = await parts.start("report_service", model.compose)
    await write(till, "once", "twice")
    await expect(report, ["once", "twice"])
    stream = await till.nats.jetstream.get_msg("TILL_EVENTS", seq=1)
    headers = {key: value for key, value in (stream.headers or {}).items() if key != "Nats-Msg-Id"}
    headers["Nats-Msg-Id"] = (stream.headers or {})["Nats-Msg-Id"]

    await till.nats.jetstream.delete_stream("TILL_EVENTS")
    await till.nats.jetstream.add_stream(name="TILL_EVENTS", subjects=["tillday.event.till.>"])
    await till.nats.publish("tillday.event.till.counted.v1", b"once", headers=headers)
    await write(till, "thrice")

    await expect(report, ["once", "twice", "thrice"])


async def test_a_restored_producer_makes_its_followers_rebuild(parts: Parts) -> None:
    model = await make_read_model(parts)
    till = await parts.start("till_service", producing)
    report = await parts.start("report_service", model.compose)
    await write(till, "kept", "lost")
    await expect(report, ["kept", "lost"])
    await till.stop()
    connection = await owner(parts)
    await connection.execute("DELETE FROM till.outbox WHERE position = 2")
    await connection.execute("UPDATE till.outbox_producer SET position = 1")
    await connection.close()

    again = await parts.start("till_service", producing)
    await write(again, "another second")

    await expect(report, ["kept", "another second"])


async def test_an_event_that_can_never_be_folded_is_set_aside_and_the_feed_goes_on(parts: Parts) -> None:
    model = await make_read_model(parts)
    till = await parts.start("till_service", producing)
    report = await parts.start("report_service", model.compose)
    await write(till, "before", "poison", "after")

    await expect(report, ["before", "after"])
    async with report.database.connection() as connection:
        assert await deadletters.count(connection) == 1
        assert await connection.fetchval("SELECT body FROM dead_letter") == b"poison"


async def test_a_follower_that_comes_late_reads_everything_in_pages(parts: Parts) -> None:
    model = await make_read_model(parts)
    till = await parts.start("till_service", producing)
    bodies = [f"{n:04}" + "x" * 900 for n in range(1200)]
    await write(till, *bodies)
    await asyncio.sleep(0.5)
    await till.nats.jetstream.purge_stream("TILL_EVENTS")

    report = await parts.start("report_service", model.compose)

    await expect(report, bodies)


async def test_two_relays_never_publish_at_the_same_time(parts: Parts) -> None:
    first = await parts.start("till_service", producing)
    second = await parts.start("till_service", producing)
    await asyncio.gather(*(write(service, f"{n}") for n in range(20) for service in (first, second)))
    await first.stop()
    await write(second, "after the first relay ended")

    async def published() -> bool:
        async with second.database.connection() as connection:
            sql = "SELECT count(*) = 41 AND max(position) = 41 FROM outbox WHERE published_at IS NOT NULL"
            return bool(await connection.fetchval(sql))

    await eventually(published)
    state = (await second.nats.jetstream.stream_info("TILL_EVENTS")).state
    assert state.messages == 41
