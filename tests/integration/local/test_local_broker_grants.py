"""What the broker lets each user do, judged by effects: a refused publish is acknowledged all the same."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import nats
import paho.mqtt.client as mqtt
import pytest
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig, StreamConfig
from paho.mqtt.enums import CallbackAPIVersion

from tillday_contracts.streams import JOURNAL_STREAM, STREAMS
from tillday_contracts.topics import TerminalAddress
from tillday_local.broker import BrokerPorts, broker_configuration, find_broker, password_hash
from tillday_local.folder import write_private
from tillday_local.grants import SERVICE_GRANTS, terminal_grant
from tillday_local.parts import broker_child
from tillday_local.ports import free_port
from tillday_local.supervisor import Supervisor

T1, T2, OTHER_STORE = TerminalAddress("S1", "T1"), TerminalAddress("S1", "T2"), TerminalAddress("S2", "T1")
GRANTS = (*SERVICE_GRANTS, *(terminal_grant(address) for address in (T1, T2, OTHER_STORE)))
REFUSED = 0x80


def password(user: str) -> str:
    return f"password of {user}"


@pytest.fixture
async def ports(tmp_path: Path) -> AsyncIterator[BrokerPorts]:
    ports = BrokerPorts(nats=free_port(), mqtt=free_port(), monitor=free_port())
    configuration = tmp_path / "nats.conf"
    hashes = {grant.user: password_hash(password(grant.user)) for grant in GRANTS}
    text = broker_configuration(ports=ports, store=tmp_path / "jetstream", grants=GRANTS, hashes=hashes)
    write_private(configuration, text)
    supervisor = Supervisor(tmp_path / "logs")
    await supervisor.start(broker_child(find_broker(), configuration, ports))
    yield ports
    await supervisor.stop()
    assert "Plaintext passwords" not in supervisor.log_of("broker").read_text(encoding="utf-8")


async def as_service(ports: BrokerPorts, user: str) -> Client:
    async def quiet(_error: Exception) -> None:
        return None

    return await nats.connect(
        f"nats://127.0.0.1:{ports.nats}",
        user=user,
        password=password(user),
        inbox_prefix=f"_INBOX.{user}".encode(),
        allow_reconnect=False,
        error_cb=quiet,
    )


async def make_streams(client: Client) -> None:
    jetstream = client.jetstream()
    for stream in STREAMS:
        await jetstream.add_stream(StreamConfig(name=stream.name, subjects=list(stream.subjects)))


async def greeting_for(ports: BrokerPorts, user: str, secret: str) -> bytes:
    """What the broker says to a NATS client with these credentials."""
    reader, writer = await asyncio.open_connection("127.0.0.1", ports.nats)
    await reader.readline()
    writer.write(
        b"CONNECT %s\r\nPING\r\n" % json.dumps({"verbose": False, "user": user, "pass": secret}).encode()
    )
    greeting = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return greeting.strip()


class Terminal:
    """A bare MQTT client that keeps what it hears."""

    def __init__(self, ports: BrokerPorts, user: str) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._events: dict[str, threading.Event] = {name: threading.Event() for name in ("up", "sub", "pub")}
        self.granted: list[int] = []
        self.refusal: str | None = None
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=user.replace(".", "-"))
        client.username_pw_set(user, password(user))
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_publish = self._published
        client.on_message = self._message
        client.connect("127.0.0.1", ports.mqtt)
        client.loop_start()
        assert self._events["up"].wait(5)
        self.client = client

    def _connected(self, _c: Any, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
        self.refusal = str(reason) if reason.is_failure else None
        self._events["up"].set()

    def _subscribed(self, _c: Any, _u: Any, _m: Any, reasons: Any, _p: Any) -> None:
        self.granted = [reason.value for reason in reasons]
        self._events["sub"].set()

    def _published(self, *_: Any) -> None:
        self._events["pub"].set()

    def _message(self, _c: Any, _u: Any, message: mqtt.MQTTMessage) -> None:
        self.heard.append((message.topic, bytes(message.payload)))

    def subscribe(self, topic: str) -> int:
        self._events["sub"].clear()
        self.client.subscribe(topic, qos=0)
        assert self._events["sub"].wait(5)
        return self.granted[0]

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self._events["pub"].clear()
        self.client.publish(topic, payload, qos=1, retain=retain)
        self._events["pub"].wait(2)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
async def terminal(ports: BrokerPorts) -> AsyncIterator[Callable[[str], Terminal]]:
    opened: list[Terminal] = []

    def open_terminal(user: str) -> Terminal:
        opened.append(Terminal(ports, user))
        return opened[-1]

    yield open_terminal
    for each in opened:
        each.close()


async def stored(client: Client, subject: str) -> int:
    info = await client.jetstream().stream_info(JOURNAL_STREAM.name, subjects_filter=subject)
    return (info.state.subjects or {}).get(subject, 0)


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.02)


async def test_a_journal_reaches_the_till_service_and_its_answer_the_terminal(
    ports: BrokerPorts, terminal: Callable[[str], Terminal]
) -> None:
    service = await as_service(ports, "till_service")
    await make_streams(service)
    deliver = "_INBOX.till_service.deliver"
    inbox = await service.subscribe(deliver, queue="till_service")
    await service.jetstream().add_consumer(
        JOURNAL_STREAM.name,
        ConsumerConfig(
            durable_name="till_service",
            deliver_subject=deliver,
            deliver_group="till_service",
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=30,
        ),
    )
    t1 = terminal("S1.T1")
    assert t1.subscribe("pos/S1/T1/ack/v1") == 0
    t1.publish("pos/S1/T1/journal/v1", b"batch")

    message = await inbox.next_msg(5)
    await message.ack_sync()
    await service.publish("pos.S1.T1.ack.v1", b"ack")
    await eventually(lambda: t1.heard == [("pos/S1/T1/ack/v1", b"ack")])

    assert message.data == b"batch"
    info = await service.jetstream().consumer_info(JOURNAL_STREAM.name, "till_service")
    assert (info.num_ack_pending, info.num_pending) == (0, 0)
    await service.close()


@pytest.mark.parametrize("victim", ["S1/T2", "S2/T1"])
async def test_a_terminal_cannot_speak_for_another(
    ports: BrokerPorts, terminal: Callable[[str], Terminal], victim: str
) -> None:
    service = await as_service(ports, "till_service")
    await make_streams(service)
    t1 = terminal("S1.T1")

    t1.publish(f"pos/{victim}/journal/v1", b"forged")
    t1.publish("pos/S1/T1/journal/v1", b"own")

    assert await stored(service, f"pos.{victim.replace('/', '.')}.journal.v1") == 0
    assert await stored(service, "pos.S1.T1.journal.v1") == 1  # the control: own words do arrive
    await service.close()


@pytest.mark.parametrize(
    "topic",
    [
        "#",
        "pos/#",
        "pos/+/+/ack/v1",
        "pos/S1/T2/ack/v1",
        "pos/S1/T2/desired/v1",
        "pos/S2/T1/reply/v1",
        "pos/S2/settings/v1",
        "pos/S1/T2/journal/v1",
        "$JS/API/#",
        "$MQTT/#",
        "_INBOX/#",
        "tillday/#",
    ],
)
async def test_a_terminal_cannot_listen_to_others(
    ports: BrokerPorts, terminal: Callable[[str], Terminal], topic: str
) -> None:
    assert terminal("S1.T1").subscribe(topic) == REFUSED


async def test_a_terminal_hears_all_that_is_meant_for_it(
    ports: BrokerPorts, terminal: Callable[[str], Terminal]
) -> None:
    t1 = terminal("S1.T1")

    topics = ("pos/S1/T1/ack/v1", "pos/S1/T1/reply/v1", "pos/S1/T1/desired/v1", "pos/S1/settings/v1")
    assert [t1.subscribe(topic) for topic in topics] == [0, 0, 0, 0]


async def test_only_the_store_service_writes_what_terminals_are_wished_to_do(
    ports: BrokerPorts, terminal: Callable[[str], Terminal]
) -> None:
    store, t1 = terminal("store_service"), terminal("S1.T1")
    store.publish("pos/S1/T1/desired/v1", b"the wish", retain=True)
    t1.publish("pos/S1/T1/desired/v1", b"my own wish", retain=True)
    till = await as_service(ports, "till_service")
    await till.publish("pos.S1.T1.desired.v1", b"not mine to say")
    await till.flush()

    late = terminal("S1.T1")
    late.subscribe("pos/S1/T1/desired/v1")
    await eventually(lambda: bool(late.heard))
    await asyncio.sleep(0.2)

    assert late.heard == [("pos/S1/T1/desired/v1", b"the wish")]
    await till.close()


async def test_only_the_till_service_acknowledges(
    ports: BrokerPorts, terminal: Callable[[str], Terminal]
) -> None:
    t1 = terminal("S1.T1")
    t1.subscribe("pos/S1/T1/ack/v1")
    for user in ("store_service", "report_service", "tillday"):
        client = await as_service(ports, user)
        await client.publish("pos.S1.T1.ack.v1", user.encode())
        await client.flush()
        await client.close()
    till = await as_service(ports, "till_service")
    await till.publish("pos.S1.T1.ack.v1", b"till_service")
    await till.close()
    await eventually(lambda: bool(t1.heard))

    assert [payload for _, payload in t1.heard] == [b"till_service"]


async def test_an_operator_asks_and_each_service_answers(ports: BrokerPorts) -> None:
    operator = await as_service(ports, "tillday")
    for service in ("store", "till", "report"):
        client = await as_service(ports, f"{service}_service")

        async def answer(message: Any) -> None:
            await message.respond(b"done")

        await client.subscribe(f"tillday.{service}.do.v1", queue=f"{service}_service", cb=answer)
        await client.flush()

        assert (await operator.request(f"tillday.{service}.do.v1", b"", timeout=10)).data == b"done"
        await client.close()
    await operator.close()


async def test_nobody_listens_to_the_answers_of_others(ports: BrokerPorts) -> None:
    operator, report = await as_service(ports, "tillday"), await as_service(ports, "report_service")
    spy = await report.subscribe("_INBOX.tillday.>")
    await report.flush()
    store = await as_service(ports, "store_service")

    async def answer(message: Any) -> None:
        await message.respond(b"secret")

    await store.subscribe("tillday.store.ask.v1", cb=answer)
    await store.flush()
    await operator.request("tillday.store.ask.v1", b"", timeout=2)

    with pytest.raises(nats.errors.TimeoutError):
        await spy.next_msg(0.3)
    for client in (operator, report, store):
        await client.close()


@pytest.mark.parametrize(
    ("user", "secret"),
    [
        ("S1.T1", password("S1.T1")),
        ("", ""),
        ("unknown", "x"),
        ("till_service", "guess"),
        ("till_service", password_hash(password("till_service"))),
    ],
)
async def test_terminals_and_strangers_do_not_get_in_by_the_services_door(
    ports: BrokerPorts, user: str, secret: str
) -> None:
    assert await greeting_for(ports, user, secret) == b"-ERR 'Authorization Violation'"


async def test_a_service_gets_in_with_its_password(ports: BrokerPorts) -> None:
    assert await greeting_for(ports, "till_service", password("till_service")) == b"PONG"


@pytest.mark.parametrize("user", ["till_service", "report_service", "tillday", "unknown"])
async def test_who_has_no_business_there_does_not_get_in_by_the_terminals_door(
    ports: BrokerPorts, terminal: Callable[[str], Terminal], user: str
) -> None:
    assert terminal(user).refusal is not None


async def test_a_follower_consumes_events_but_cannot_forge_them(ports: BrokerPorts) -> None:
    till, report = await as_service(ports, "till_service"), await as_service(ports, "report_service")
    await make_streams(till)
    with contextlib.suppress(nats.errors.TimeoutError):
        await report.jetstream().publish("tillday.event.till.forged.v1", b"forged", timeout=0.3)
    await till.jetstream().publish("tillday.event.till.real.v1", b"real")

    subscription = await report.jetstream().pull_subscribe(
        "tillday.event.till.>", durable="report_service_till", stream="TILL_EVENTS"
    )
    messages = await subscription.fetch(10, timeout=0.5)

    assert [message.data for message in messages] == [b"real"]
    for message in messages:
        await message.ack_sync()
    for client in (till, report):
        await client.close()
