"""Push consumers: batches, repeats, replicas, and a broker that forgets."""

import asyncio

import pytest

from service_kit.consumer import PushConsumer, RawMessage
from service_kit.service import Service
from service_kit.settings import ServiceSettings
from toy_service import Parts, Stream, eventually

Toy = Service[ServiceSettings]

WORK = Stream("WORK", ("work.*",))


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


async def test_a_stream_that_somebody_removes_meanwhile_comes_again_without_a_reconnect(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service_kit.service.STREAMS_SECONDS", 0.2)
    monkeypatch.setattr("service_kit.consumer.LOOK_AFTER_SECONDS", 0.2)
    worker = Worker()
    service = await parts.start("till_service", worker.compose)
    await send(service, b"before")
    await all_worked(worker, 1)

    await service.nats.jetstream.delete_stream("WORK")

    async def takes_work_again() -> bool:
        await service.nats.publish("work.one", b"after")
        return worker.has(2)

    await eventually(takes_work_again)
