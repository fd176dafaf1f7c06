"""Requests, retained state and consumers through broker outages."""

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable, Iterator
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel

from servers import Broker, FreshDatabase
from service_kit.consumer import PushConsumer, RawMessage
from service_kit.database import Connection
from service_kit.failures import RefusedError, TransientError
from service_kit.inbox import answer_once
from service_kit.links import RetainedPublisher
from service_kit.service import Service
from service_kit.settings import ServiceSettings
from toy_service import Parts, Stream, eventually, parts_on

Toy = Service[ServiceSettings]
WORK = Stream("WORK", ("work.*",))


# The NATS client leaves the socket of a refused login to the garbage collector, which is run here.
@pytest.fixture
def collected() -> Iterator[None]:
    yield
    gc.collect()


def leaves_sockets(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    for mark in (
        pytest.mark.usefixtures("collected"),
        pytest.mark.filterwarnings("ignore::ResourceWarning"),
        pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    ):
        test = mark(test)
    return test


class Ask(BaseModel):
    message_id: UUID
    number: int


class Answer(BaseModel):
    doubled: int


class Doubling:
    """A service that doubles numbers and refuses, fails or waits on request."""

    def __init__(self) -> None:
        self.decided = 0

    def compose(self, service: Toy) -> None:
        @service.broker.subscriber("toy.double.v1", queue=service.name)
        async def double(ask: Ask) -> Answer:
            if ask.number < 0:
                raise RefusedError("A number below zero cannot be doubled here.", code="below_zero")
            if ask.number == 13:
                raise KeyError("a bug")
            if ask.number == 99:
                raise ConnectionRefusedError("the database is away")
            return Answer(doubled=2 * ask.number)

        @service.broker.subscriber("toy.once.v1", queue=service.name)
        async def once(ask: Ask) -> bytes:
            async def decide(_connection: Connection) -> bytes:
                self.decided += 1
                return json.dumps({"decided": self.decided}).encode()

            request = ask.model_dump_json().encode()
            return await answer_once(service.database, ask.message_id, decide, request=request)


async def ask(
    service: Toy, number: int, *, subject: str = "toy.double.v1", key: UUID | None = None
) -> object:
    body = Ask(message_id=key or uuid4(), number=number).model_dump_json().encode()
    return json.loads(await service.nats.request(subject, body, timeout=2))


async def test_a_request_is_answered(parts: Parts) -> None:
    service = await parts.start("till_service", Doubling().compose)

    assert await ask(service, 21) == {"doubled": 42}


async def test_a_refusal_says_why(parts: Parts) -> None:
    service = await parts.start("till_service", Doubling().compose)

    answer = await ask(service, -1)

    assert isinstance(answer, dict)
    assert (answer["outcome"], answer["code"]) == ("refused", "below_zero")


async def test_a_bug_is_answered_without_its_inside(parts: Parts) -> None:
    service = await parts.start("till_service", Doubling().compose)

    answer = await ask(service, 13)

    assert isinstance(answer, dict)
    assert (answer["outcome"], answer["kind"]) == ("failed", "permanent")
    assert "bug" not in answer["text"]


async def test_an_outage_behind_the_service_is_answered_as_worth_a_repeat(parts: Parts) -> None:
    service = await parts.start("till_service", Doubling().compose)

    answer = await ask(service, 99)

    assert isinstance(answer, dict)
    assert (answer["outcome"], answer["kind"]) == ("failed", "transient")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b'{"number": "many"}', b"[]", b"null", b'{"a":' * 5000]
)
async def test_a_malformed_request_is_answered(parts: Parts, body: bytes) -> None:
    service = await parts.start("till_service", Doubling().compose)

    answer = json.loads(await service.nats.request("toy.double.v1", body, timeout=2))

    assert (answer["outcome"], answer["kind"]) == ("failed", "permanent")


async def test_a_repeated_command_gets_the_first_answer_and_has_no_second_effect(parts: Parts) -> None:
    doubling = Doubling()
    service = await parts.start("till_service", doubling.compose)
    key = uuid4()

    answers = await asyncio.gather(*(ask(service, 1, subject="toy.once.v1", key=key) for _ in range(10)))

    assert answers == [{"decided": 1}] * 10
    assert doubling.decided == 1


async def test_one_message_id_for_two_requests_is_a_failure(parts: Parts) -> None:
    service = await parts.start("till_service", Doubling().compose)
    key = uuid4()
    await ask(service, 1, subject="toy.once.v1", key=key)

    answer = await ask(service, 2, subject="toy.once.v1", key=key)

    assert isinstance(answer, dict)
    assert answer["kind"] == "permanent"


async def test_nobody_there_is_said_at_once(parts: Parts) -> None:
    service = await parts.start("till_service", lambda _service: None)

    with pytest.raises(TransientError, match="not running"):
        await service.nats.request("toy.nobody.v1", b"{}", timeout=5)


async def test_requests_are_answered_again_after_the_broker_was_killed_and_wiped(parts: Parts) -> None:
    service = await parts.start("till_service", Doubling().compose)
    parts.broker.stop(kill=True)
    parts.broker.wipe()
    with pytest.raises(TransientError):
        await asyncio.wait_for(service.nats.request("toy.double.v1", b"{}", timeout=0.3), 2)
    parts.broker.start()

    async def answered() -> bool:
        try:
            return await ask(service, 4) == {"doubled": 8}
        except TransientError:
            return False

    await eventually(answered)


async def test_a_service_waits_for_a_broker_that_is_away_at_the_start(
    fresh_database: FreshDatabase, broker: Broker
) -> None:
    await fresh_database.migrate("till_service")
    broker.stop()
    async with parts_on(fresh_database, broker) as parts:
        starting = asyncio.create_task(parts.start("till_service", Doubling().compose))
        await asyncio.sleep(0.7)
        assert not starting.done()
        broker.start()

        service = await asyncio.wait_for(starting, 10)

        assert await ask(service, 5) == {"doubled": 10}


@leaves_sockets
async def test_a_refused_login_is_waited_out(fresh_database: FreshDatabase, broker: Broker) -> None:
    await fresh_database.migrate("till_service")
    broker.start()
    async with parts_on(fresh_database, broker) as parts:
        right = broker.passwords["till_service"]
        service = parts.make("till_service", Doubling().compose)
        broker.stop()
        broker.passwords["till_service"] = "another password, for a while"
        broker.start()
        parts.stack.push_async_callback(service.stop)
        starting = asyncio.create_task(service.start())
        await asyncio.sleep(1.0)
        assert not starting.done()
        broker.stop()
        broker.passwords["till_service"] = right
        broker.start()

        await asyncio.wait_for(starting, 10)

        assert await ask(service, 5) == {"doubled": 10}


@leaves_sockets
async def test_a_login_refused_while_reconnecting_is_waited_out(parts: Parts) -> None:
    service = await parts.start("till_service", Doubling().compose)
    right = parts.broker.passwords["till_service"]
    parts.broker.stop(kill=True)
    parts.broker.passwords["till_service"] = "another password, for a while"
    parts.broker.start()
    await asyncio.sleep(1.5)
    parts.broker.stop(kill=True)
    parts.broker.passwords["till_service"] = right
    parts.broker.start()

    async def answered() -> bool:
        try:
            return await ask(service, 4) == {"doubled": 8}
        except TransientError:
            return False

    await eventually(answered)


class Retaining:
    def __init__(self) -> None:
        self.publisher: RetainedPublisher | None = None

    def compose(self, service: Toy) -> None:
        self.publisher = service.retained()
        service.on_connected(self.greet)

    async def greet(self) -> None:
        assert self.publisher is not None
        await self.publisher.publish("pos/S1/T1/desired/v1", b'{"revision":1}')


async def test_retained_state_is_there_again_after_the_broker_was_wiped(parts: Parts) -> None:
    await parts.start("till_service", Retaining().compose)
    assert await retained_at(parts.broker, "pos/S1/T1/desired/v1") == b'{"revision":1}'

    parts.broker.stop(kill=True)
    parts.broker.wipe()
    parts.broker.start()

    async def there() -> bool:
        return await retained_at(parts.broker, "pos/S1/T1/desired/v1") == b'{"revision":1}'

    await eventually(there)


async def test_retained_state_survives_many_outages(parts: Parts) -> None:
    retaining = Retaining()
    await parts.start("till_service", retaining.compose)
    for _ in range(3):
        parts.broker.stop()
        await asyncio.sleep(0.4)
        parts.broker.start()

    publisher = retaining.publisher
    assert publisher is not None

    async def published() -> bool:
        try:
            await publisher.publish("pos/S1/T1/desired/v1", b'{"revision":2}')
        except TransientError:
            return False
        return await retained_at(parts.broker, "pos/S1/T1/desired/v1") == b'{"revision":2}'

    await eventually(published)


async def test_the_link_of_retained_state_says_that_the_broker_is_away(parts: Parts) -> None:
    retaining = Retaining()
    await parts.start("till_service", retaining.compose)
    publisher = retaining.publisher
    assert publisher is not None
    parts.broker.stop(kill=True)

    with pytest.raises(TransientError):
        await asyncio.wait_for(publisher.publish("pos/S1/T1/desired/v1", b"{}"), 7)
    parts.broker.start()


async def retained_at(broker: Broker, topic: str) -> bytes | None:
    """What a terminal would find: asked with the terminal's own MQTT library."""
    import paho.mqtt.client as mqtt  # noqa: PLC0415 - the services do not need it
    from paho.mqtt.enums import CallbackAPIVersion  # noqa: PLC0415

    loop, found = asyncio.get_running_loop(), asyncio.Event()
    payloads: list[bytes] = []
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"reader-{uuid4().hex[:8]}")
    client.username_pw_set("observer", broker.password_of("observer"))

    def arrived(_client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        payloads.append(bytes(message.payload))
        loop.call_soon_threadsafe(found.set)

    client.on_message = arrived

    def connected(*_event: object) -> None:
        client.subscribe(topic)

    client.on_connect = connected
    host, _, port = broker.mqtt_url.removeprefix("mqtt://").partition(":")
    client.connect(host, int(port))
    client.loop_start()
    try:
        await asyncio.wait_for(found.wait(), 1.5)
    except TimeoutError:
        return None
    finally:
        client.disconnect()
        client.loop_stop()
    return payloads[0]


class Worker:
    """Collects what a push consumer hands over."""

    def __init__(self, *, batch_size: int = 256) -> None:
        self.batches: list[list[bytes]] = []
        self.failures = 0
        self.attempts: list[int] = []
        self._batch_size = batch_size

    def compose(self, service: Toy) -> None:
        service.ensure_streams([WORK])
        consumer = PushConsumer(
            service.nats,
            stream="WORK",
            durable="till_service",
            subject="work.*",
            handle=self.handle,
            batch_size=self._batch_size,
            ack_wait=1.0,
        )
        service.consume(consumer)

    async def handle(self, batch: list[RawMessage]) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise ConnectionRefusedError("the database is away")
        self.batches.append([message.data for message in batch])
        self.attempts += [message.attempts for message in batch]
        await asyncio.sleep(0.02)

    def has(self, count: int) -> bool:
        return len({data for batch in self.batches for data in batch}) >= count


async def send(service: Toy, *bodies: bytes) -> None:
    for body in bodies:
        await service.nats.jetstream.publish("work.one", body, timeout=1)


async def all_worked(worker: Worker, count: int) -> None:
    async def done() -> bool:
        return worker.has(count)

    await eventually(done)


async def test_whatever_has_arrived_is_handed_over_in_one_batch(parts: Parts) -> None:
    worker = Worker()
    service = await parts.start("till_service", worker.compose)
    for number in range(200):
        await service.nats.publish("work.one", b"%d" % number)

    await all_worked(worker, 200)

    assert len(worker.batches) < 50
    assert max(len(batch) for batch in worker.batches) <= 256


async def test_a_batch_is_never_larger_than_asked(parts: Parts) -> None:
    worker = Worker(batch_size=10)
    service = await parts.start("till_service", worker.compose)
    for number in range(60):
        await service.nats.publish("work.one", b"%d" % number)

    await all_worked(worker, 60)

    assert max(len(batch) for batch in worker.batches) == 10


async def test_a_batch_that_failed_comes_again_later_and_not_in_a_hot_loop(parts: Parts) -> None:
    worker = Worker()
    worker.failures = 2
    service = await parts.start("till_service", worker.compose)
    await send(service, b"persistent")

    await all_worked(worker, 1)

    assert worker.attempts == [3]


async def test_acknowledged_messages_do_not_come_again(parts: Parts) -> None:
    worker = Worker()
    service = await parts.start("till_service", worker.compose)
    await send(service, b"1", b"2", b"3")
    await all_worked(worker, 3)
    await asyncio.sleep(1.2)

    assert sorted(data for batch in worker.batches for data in batch) == [b"1", b"2", b"3"]
    assert (await service.nats.jetstream.consumer_info("WORK", "till_service")).num_ack_pending == 0


async def test_a_consumer_is_made_again_after_the_broker_was_wiped(parts: Parts) -> None:
    worker = Worker()
    service = await parts.start("till_service", worker.compose)
    await send(service, b"before")
    await all_worked(worker, 1)

    parts.broker.stop(kill=True)
    parts.broker.wipe()
    parts.broker.start()

    async def sent() -> bool:
        try:
            await send(service, b"after")
        except Exception:
            return False
        return True

    await eventually(sent)
    await all_worked(worker, 2)


async def test_a_consumer_that_was_deleted_is_made_again(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service_kit.consumer.LOOK_AFTER_SECONDS", 0.3)
    worker = Worker()
    service = await parts.start("till_service", worker.compose)
    await send(service, b"before")
    await all_worked(worker, 1)
    await service.nats.jetstream.delete_consumer("WORK", "till_service")

    await send(service, b"after")

    await all_worked(worker, 2)


async def test_two_replicas_share_the_work(parts: Parts) -> None:
    one, two = Worker(batch_size=5), Worker(batch_size=5)
    first = await parts.start("till_service", one.compose)
    await parts.start("till_service", two.compose)
    await asyncio.sleep(0.2)
    for number in range(300):
        await first.nats.publish("work.one", b"%d" % number)

    async def done() -> bool:
        return sum(len(batch) for batch in one.batches + two.batches) >= 300

    await eventually(done)
    assert one.batches
    assert two.batches


async def test_a_stream_that_was_changed_is_repaired(parts: Parts) -> None:
    service = await parts.start("till_service", Worker().compose)
    await service.nats.jetstream.update_stream(name="WORK", subjects=["work.*", "other.*"], max_age=60)
    await service.stop()

    again = await parts.start("till_service", Worker().compose)

    found = (await again.nats.jetstream.stream_info("WORK")).config
    assert (found.subjects, found.max_age) == (["work.*"], 3600)


async def test_both_brokers_stand_in_one_application_document(parts: Parts) -> None:
    def compose(service: Toy) -> None:
        Doubling().compose(service)
        Retaining().compose(service)

    service = parts.make("till_service", compose)

    document = service.app.schema.to_specification().to_jsonable()

    assert {server["protocol"] for server in document["servers"].values()} == {"nats", "mqtt"}
