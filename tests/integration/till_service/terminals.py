"""A terminal's link over real MQTT, for tests, and the till service in the test's own event loop."""

import asyncio
import queue
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from pydantic import BaseModel

from servers import Broker, FreshDatabase, service_environment
from service_kit.service import Service
from till_service.__main__ import compose
from till_service.settings import TillSettings
from tillday_contracts.link import Ack, Answers, Hello, Verdict
from tillday_contracts.messages import Command, Question
from tillday_contracts.till_messages import RegisterJournalKey
from unit.till_service.journals import NOON, WrittenJournal

WITHIN = 15.0


class TerminalLink:
    """What a terminal has of the broker: publish journals and HELLOs, hear answers."""

    def __init__(self, client: mqtt.Client, journal: WrittenJournal, heard: queue.Queue[bytes]) -> None:
        self._client = client
        self._journal = journal
        self._heard = heard

    async def send(self, message: bytes) -> None:
        """Publish a journal message and wait for the PUBACK, which proves nothing."""
        await self._publish("journal", message)

    async def say_hello(self, hello: Hello, *, key: bytes | None = None) -> None:
        sealed = self._journal.sealed(hello, key=key)
        await self._publish("hello", sealed.model_dump_json().encode())

    async def _publish(self, kind: str, body: bytes) -> None:
        topic = f"pos/{self._journal.address.store}/{self._journal.address.terminal}/{kind}/v1"
        sent = self._client.publish(topic, body, qos=1)
        await asyncio.to_thread(sent.wait_for_publish, WITHIN)
        assert sent.is_published()

    def shout(self, kind: str, body: bytes) -> mqtt.MQTTMessageInfo:
        """Publish and wait for nothing."""
        address = self._journal.address
        return self._client.publish(f"pos/{address.store}/{address.terminal}/{kind}/v1", body, qos=1)

    async def answer(self, *, within: float = WITHIN) -> tuple[Verdict, ...]:
        """The next message on the ack topic; raises queue.Empty."""
        body = await asyncio.to_thread(self._heard.get, True, within)
        return Answers.model_validate_json(body).items

    async def acked(self, seq: int) -> Ack:
        """Wait for an ack of this sequence, whatever comes before it."""
        end = time.monotonic() + WITHIN
        while time.monotonic() < end:
            for item in await self.answer():
                if isinstance(item, Ack) and item.seq == seq:
                    return item
        raise AssertionError(f"no ack of {seq}")

    def silent(self) -> bool:
        return self._heard.empty()


@contextmanager
def linked(broker: Broker, journal: WrittenJournal) -> Iterator[TerminalLink]:
    """A terminal that is connected and subscribed."""
    address, parts = journal.address, urlsplit(broker.mqtt_url)
    heard: queue.Queue[bytes] = queue.Queue()
    subscribed: queue.Queue[int] = queue.Queue()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=address.client_id)
    client.username_pw_set("observer", broker.password_of("observer"))
    client.on_message = lambda _client, _data, message: heard.put(bytes(message.payload))
    client.on_subscribe = lambda *_: subscribed.put(1)
    client.connect(parts.hostname or "127.0.0.1", parts.port or 1883)
    client.loop_start()
    try:
        client.subscribe(address.topic("ack"), qos=0)
        subscribed.get(timeout=WITHIN)
        yield TerminalLink(client, journal, heard)
    finally:
        client.disconnect()
        client.loop_stop()


def made_service(database: FreshDatabase, broker: Broker, **changes: str) -> Service[TillSettings]:
    """The till service as its process composes it, not started."""
    variables = service_environment("till_service", database, broker) | changes
    fields = {name.removeprefix("TILLDAY_").lower(): value for name, value in variables.items()}
    service = Service("till_service", TillSettings.model_validate(fields))
    compose(service)
    return service


@asynccontextmanager
async def running(service: Service[TillSettings]) -> AsyncIterator[Service[TillSettings]]:
    try:
        await asyncio.wait_for(service.start(), 20)
        yield service
    finally:
        await service.stop()


async def ask(service: Service[TillSettings], command: Command | Question) -> dict[str, object]:
    """One request over the broker, as another service would send it."""
    body = command.model_dump_json().encode()
    answer = await service.nats.request(command.subject, body)
    return Reply.model_validate_json(answer).model_dump()


class Reply(BaseModel, extra="allow"):
    """Any reply."""

    outcome: str


def key_of(journal: WrittenJournal) -> RegisterJournalKey:
    return RegisterJournalKey(
        message_id=uuid4(),
        correlation_id=uuid4(),
        occurred_at=NOON,
        by="OPERATOR",
        store=journal.address.store,
        terminal=journal.address.terminal,
        till=journal.till,
        key_id=journal.key_id,
        journal_key=journal.key.hex(),
    )


async def eventually(holds: Callable[[], Awaitable[bool]], *, within: float = WITHIN) -> None:
    end = time.monotonic() + within
    while not await holds():
        assert time.monotonic() < end, "it never held"
        await asyncio.sleep(0.05)
