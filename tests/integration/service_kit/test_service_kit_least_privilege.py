"""The kit works with no more rights at the broker than the local launcher grants."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import bcrypt
import pytest

from servers import Broker, EmbeddedBroker, FreshDatabase
from service_kit.consumer import PushConsumer, RawMessage
from service_kit.database import Connection
from service_kit.failures import TransientError
from service_kit.feed import Feed, FeedEvent
from service_kit.outbox import OutboxMessage, announce
from service_kit.service import Service
from service_kit.settings import ServiceSettings
from tillday_contracts.streams import STREAMS
from tillday_local.broker import BrokerPorts, BrokerSetUp, broker_configuration
from tillday_local.certificates import broker_tls, issuer_of
from tillday_local.grants import DOOR, SERVICE_GRANTS, Grant
from toy_service import REPLAY, Parts, eventually, parts_on

Toy = Service[ServiceSettings]
READER = Grant(user="observer", publish=(), subscribe=("pos.>",), connections=("MQTT",))


class GuardedBroker(EmbeddedBroker):
    """The embedded broker with the launcher's own configuration."""

    def _configuration(self) -> str:
        grants = (*SERVICE_GRANTS, READER)
        hashes = {
            name: bcrypt.hashpw(word.encode(), bcrypt.gensalt(4, b"2a")).decode()
            for name, word in self.passwords.items()
        }
        ports = BrokerPorts(nats=self.nats_port, mqtt=self.mqtt_port, monitor=0)
        tls = broker_tls(self.folder, at=datetime.now(UTC))
        store = self.folder / "jetstream"
        tls = broker_tls(self.folder, at=datetime.now(UTC))
        store = self.folder / "jetstream"
        issuer, hashes[DOOR.user] = issuer_of(bytes(32)), "$2a$04$nobody"
        made = BrokerSetUp(ports=ports, store=store, tls=tls, grants=grants, hashes=hashes, issuer=issuer)
        text = broker_configuration(made)
        return text.replace('http: "127.0.0.1:0"', "")


def encrypted(broker: EmbeddedBroker) -> Broker:
    """As its clients reach it."""
    broker.nats_url = f"tls://127.0.0.1:{broker.nats_port}"
    broker.mqtt_url = f"mqtts://127.0.0.1:{broker.mqtt_port}"
    broker.ca = broker.folder / "ca.pem"
    return broker


@pytest.fixture
async def guarded(fresh_database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Parts]:
    await fresh_database.with_tables_of("till_service", "report_service", "store_service")
    broker = encrypted(GuardedBroker.at(tmp_path))
    broker.start()
    try:
        async with parts_on(fresh_database, broker) as parts:
            yield parts
    finally:
        broker.stop(kill=True)


def till(service: Toy) -> None:
    service.ensure_streams(STREAMS)
    service.relay_outbox(stream="TILL_EVENTS")
    service.answer_replays(REPLAY)


async def test_events_flow_from_the_relay_to_the_follower(guarded: Parts) -> None:
    folded: list[bytes] = []

    async def fold(_connection: Connection, events: list[FeedEvent]) -> None:
        folded.extend(event.body for event in events)

    async def clear(_connection: Connection) -> None:
        folded.clear()

    def report(service: Toy) -> None:
        service.ensure_streams(STREAMS)
        service.follow(
            Feed(
                service.database,
                service.nats,
                producer="till",
                stream="TILL_EVENTS",
                subject="tillday.event.till.>",
                durable="report_service_till",
                replay_subject=REPLAY,
                fold=fold,  # type: ignore[arg-type]
                clear=clear,
            )
        )

    producer = await guarded.start("till_service", till)
    await guarded.start("report_service", report)
    for body in (b"first", b"second"):
        async with producer.database.transaction() as connection:
            await announce(connection, OutboxMessage("tillday.event.till.counted.v1", body, uuid4()))

    async def arrived() -> bool:
        return folded == [b"first", b"second"]

    await eventually(arrived)


async def test_a_restarted_relay_may_look_at_its_stream(guarded: Parts) -> None:
    first = await guarded.start("till_service", till)
    async with first.database.transaction() as connection:
        await announce(connection, OutboxMessage("tillday.event.till.counted.v1", b"one", uuid4()))

    async def published(service: Toy, count: int) -> bool:
        async with service.database.connection() as connection:
            sql = "SELECT count(*) FROM outbox WHERE published_at IS NOT NULL"
            return bool(await connection.fetchval(sql) == count)

    await eventually(lambda: published(first, 1))
    await first.stop()
    second = await guarded.start("till_service", till)
    async with second.database.transaction() as connection:
        await announce(connection, OutboxMessage("tillday.event.till.counted.v1", b"two", uuid4()))

    await eventually(lambda: published(second, 2), within=8)


async def test_journals_are_consumed_and_acknowledged(guarded: Parts) -> None:
    taken: list[bytes] = []

    async def handle(batch: list[RawMessage]) -> None:
        taken.extend(message.data for message in batch)

    def compose(service: Toy) -> None:
        till(service)
        service.consume(
            PushConsumer(
                service.nats,
                stream="POS_JOURNAL",
                durable="till_service",
                subject="pos.*.*.journal.v1",
                handle=handle,
            )
        )

    service = await guarded.start("till_service", compose)

    async def settled() -> bool:
        try:
            found = await service.nats.jetstream.consumer_info("POS_JOURNAL", "till_service")
        except Exception:
            return False
        return bool(found.num_pending == 0 and found.num_ack_pending == 0)

    await eventually(settled)
    assert taken == []


async def test_retained_state_is_published_by_the_service_that_owns_it(guarded: Parts) -> None:
    async def publish() -> None:
        await publishers[0].publish("pos/S1/T1/desired/v1", b"{}")

    publishers = []

    def compose(service: Toy) -> None:
        publishers.append(service.retained())
        service.on_connected(publish)

    await guarded.start("store_service", compose)

    async def taken() -> bool:
        try:
            await publish()
        except TransientError:
            return False
        return True

    await eventually(taken)
