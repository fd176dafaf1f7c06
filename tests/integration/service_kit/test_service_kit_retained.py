"""Retained state over MQTT, through outages and wipes of the broker."""

import asyncio
from uuid import uuid4

import pytest

from servers import Broker
from service_kit.failures import TransientError
from service_kit.links import RetainedPublisher
from service_kit.service import Service
from service_kit.settings import ServiceSettings
from toy_service import Parts, eventually

Toy = Service[ServiceSettings]


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
    async def there() -> bool:
        return await retained_at(parts.broker, "pos/S1/T1/desired/v1") == b'{"revision":1}'

    await parts.start("till_service", Retaining().compose)
    await eventually(there)

    parts.broker.stop(kill=True)
    parts.broker.wipe()
    parts.broker.start()

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


async def test_both_brokers_stand_in_one_application_document(parts: Parts) -> None:
    def answering(service: Toy) -> None:
        @service.broker.subscriber("toy.echo.v1", queue=service.name)
        async def echo(body: bytes) -> bytes:
            return body

    def compose(service: Toy) -> None:
        answering(service)
        Retaining().compose(service)

    service = parts.make("till_service", compose)

    document = service.app.schema.to_specification().to_jsonable()

    assert {server["protocol"] for server in document["servers"].values()} == {"nats", "mqtt"}
