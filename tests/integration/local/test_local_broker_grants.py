"""What the broker lets each user do, judged by effects: a refused publish is acknowledged all the same."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import nats
import nats.errors
import pytest
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig

from guarded_broker import (
    GuardedBroker,
    Terminal,
    as_service,
    greeting_for,
    guarded_broker,
    heard_out,
    make_streams,
    password,
)
from tillday_contracts.streams import JOURNAL_STREAM
from tillday_local.broker import password_hash

REFUSED = 0x80


@pytest.fixture
async def ports(tmp_path: Path) -> AsyncIterator[GuardedBroker]:
    async with guarded_broker(tmp_path) as running:
        yield running


@pytest.fixture
async def terminal(ports: GuardedBroker) -> AsyncIterator[Callable[[str], Terminal]]:
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
    ports: GuardedBroker, terminal: Callable[[str], Terminal]
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
    ports: GuardedBroker, terminal: Callable[[str], Terminal], victim: str
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
    ports: GuardedBroker, terminal: Callable[[str], Terminal], topic: str
) -> None:
    assert terminal("S1.T1").subscribe(topic) == REFUSED


async def test_a_terminal_hears_all_that_is_meant_for_it(
    ports: GuardedBroker, terminal: Callable[[str], Terminal]
) -> None:
    t1 = terminal("S1.T1")

    topics = ("pos/S1/T1/ack/v1", "pos/S1/T1/reply/v1", "pos/S1/T1/desired/v1", "pos/S1/settings/v1")
    assert [t1.subscribe(topic) for topic in topics] == [0, 0, 0, 0]


async def test_only_the_store_service_writes_what_terminals_are_wished_to_do(
    ports: GuardedBroker, terminal: Callable[[str], Terminal]
) -> None:
    store, t1 = terminal("store_service"), terminal("S1.T1")
    store.publish("pos/S1/T1/desired/v1", b"the wish", retain=True)
    t1.publish("pos/S1/T1/desired/v1", b"my own wish", retain=True)
    till = await as_service(ports, "till_service")
    await till.publish("pos.S1.T1.desired.v1", b"not mine to say")
    await heard_out(till)

    late = terminal("S1.T1")
    late.subscribe("pos/S1/T1/desired/v1")
    await eventually(lambda: bool(late.heard))
    await asyncio.sleep(0.2)

    assert late.heard == [("pos/S1/T1/desired/v1", b"the wish")]
    await till.close()


async def test_only_the_till_service_acknowledges(
    ports: GuardedBroker, terminal: Callable[[str], Terminal]
) -> None:
    t1 = terminal("S1.T1")
    t1.subscribe("pos/S1/T1/ack/v1")
    for user in ("store_service", "report_service", "tillday"):
        client = await as_service(ports, user)
        await client.publish("pos.S1.T1.ack.v1", user.encode())
        await heard_out(client)
        await client.close()
    till = await as_service(ports, "till_service")
    await till.publish("pos.S1.T1.ack.v1", b"till_service")
    await till.close()
    await eventually(lambda: bool(t1.heard))

    assert [payload for _, payload in t1.heard] == [b"till_service"]


async def test_an_operator_asks_and_each_service_answers(ports: GuardedBroker) -> None:
    operator = await as_service(ports, "tillday")
    for service in ("store", "till", "report"):
        client = await as_service(ports, f"{service}_service")

        async def answer(message: Any) -> None:
            await message.respond(b"done")

        await client.subscribe(f"tillday.{service}.do.v1", queue=f"{service}_service", cb=answer)
        await heard_out(client)

        assert (await operator.request(f"tillday.{service}.do.v1", b"", timeout=10)).data == b"done"
        await client.close()
    await operator.close()


async def test_nobody_listens_to_the_answers_of_others(ports: GuardedBroker) -> None:
    operator, report = await as_service(ports, "tillday"), await as_service(ports, "report_service")
    spy = await report.subscribe("_INBOX.tillday.>")
    await heard_out(report)
    store = await as_service(ports, "store_service")

    async def answer(message: Any) -> None:
        await message.respond(b"secret")

    await store.subscribe("tillday.store.ask.v1", cb=answer)
    await heard_out(store)
    await operator.request("tillday.store.ask.v1", b"", timeout=10)

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
    ids=["a terminal", "nobody", "a stranger", "a guessed password", "the stored hash as password"],
)
async def test_terminals_and_strangers_do_not_get_in_by_the_services_door(
    ports: GuardedBroker, user: str, secret: str
) -> None:
    assert await greeting_for(ports, user, secret) == b"-ERR 'Authorization Violation'"


async def test_a_service_gets_in_with_its_password(ports: GuardedBroker) -> None:
    assert await greeting_for(ports, "till_service", password("till_service")) == b"PONG"


@pytest.mark.parametrize("user", ["till_service", "report_service", "tillday", "unknown"])
async def test_who_has_no_business_there_does_not_get_in_by_the_terminals_door(
    ports: GuardedBroker, terminal: Callable[[str], Terminal], user: str
) -> None:
    assert terminal(user).refusal is not None


async def test_a_follower_consumes_events_but_cannot_forge_them(ports: GuardedBroker) -> None:
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
