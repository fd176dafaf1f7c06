"""A till sells while its way to the ledger is broken, each time differently; `./tillday faults` plays it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nats
import paho.mqtt.client as mqtt
import pytest
from nats.js.client import JetStreamContext
from paho.mqtt.enums import CallbackAPIVersion

from agent_back_office import HERE
from agent_shop import TODAY, desired
from faults.campaign.counter import Counter, counter
from faults.campaign.relay import relay
from servers import Broker, FreshDatabase
from tillday_contracts.link import Presence
from tillday_contracts.streams import JOURNAL_STREAM

KEEPALIVE_AND_A_HALF = 90.0
CLOSED = desired(10, business_date=None)


@pytest.fixture
async def shop(broker: Broker, fresh_database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Counter]:
    broker.start()
    async with counter(broker, fresh_database, tmp_path) as running:
        yield running


@pytest.fixture
async def streams(broker: Broker) -> AsyncIterator[JetStreamContext]:
    """An administrator's hand in the broker."""
    client = await nats.connect(broker.nats_url, user="observer", password=broker.password_of("observer"))
    yield client.jetstream()
    await client.close()


async def test_a_broker_that_acknowledges_and_stores_nothing_loses_nothing(
    shop: Counter, streams: JetStreamContext
) -> None:
    await shop.sell_some("before", 2)
    await shop.drained()
    await streams.delete_stream(JOURNAL_STREAM.name)
    await streams.add_stream(name="SOMEBODY_ELSES", subjects=list(JOURNAL_STREAM.subjects))
    try:
        await shop.sell_some("meanwhile", 3)
        await asyncio.sleep(8)  # longer than the first wait for an ack, so that entries were sent again
        status = await shop.agent.status()
        assert status["link"]["online"], "the broker answers as if all was well"
        assert status["link"]["pending"] > 0, "what the ledger did not acknowledge stays"
    finally:
        await streams.delete_stream("SOMEBODY_ELSES")
    await shop.sell_some("after", 1)
    await shop.ends_well()


async def test_a_half_open_connection_is_noticed_and_its_late_word_takes_nobody_offline(
    broker: Broker, fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    async with (
        relay(int(urlsplit(broker.mqtt_url).port or 0)) as door,
        counter(broker, fresh_database, tmp_path, mqtt_url=f"mqtt://127.0.0.1:{door.port}") as shop,
    ):
        await shop.drained()
        before = (await shop.agent.status())["journal"]
        frozen = door.freeze()
        await shop.sell_some("frozen", 3)
        assert (await shop.agent.status())["link"]["pending"] > 0
        await shop.agent.until(lambda s: s["link"]["trouble"] is not None, seconds=KEEPALIVE_AND_A_HALF)
        await shop.agent.until(lambda s: s["link"]["online"], seconds=KEEPALIVE_AND_A_HALF)
        for line in frozen:
            line.cut()
        late = Presence(boot_no=before["boot_no"], connect_no=1, online=False)
        await publish(broker, HERE.topic("presence"), late.model_dump_json().encode())
        await shop.sell_some("after", 1)
        status = await shop.drained()

        assert status["link"]["online"]
        await shop.ends_well()


async def test_a_stranger_who_takes_the_name_keeps_no_wish_from_the_terminal(
    shop: Counter, broker: Broker
) -> None:
    for n in range(3):
        stranger = client_of(broker, client_id=f"{HERE.store}-{HERE.terminal}")
        await shop.sell_some(f"pushed-out-{n}", 1)
        await asyncio.sleep(1)
        stop(stranger)
    await shop.office.retain(CLOSED)
    await shop.agent.until(lambda s: not s["may_sell"], seconds=60)
    await shop.office.retain(desired(11, business_date=TODAY))
    await shop.agent.until(lambda s: s["may_sell"], seconds=60)
    await shop.sell_some("after", 1)
    await shop.ends_well()


async def test_an_older_wish_after_a_newer_one_is_not_followed_and_is_told_of(shop: Counter) -> None:
    await shop.drained()
    heard = len(shop.office.hellos)

    await shop.office.retain(desired(8, business_date=None, closed_through=TODAY))
    await shop.agent.until(lambda _: len(shop.office.hellos) > heard)
    await shop.sell_some("after-the-older-one", 2)
    assert shop.office.hellos[-1].desired is not None
    assert shop.office.hellos[-1].desired.rev == 9

    shop.agent.halt()
    await shop.agent.start()  # the broker still retains the older one
    await shop.agent.until(lambda s: s["link"]["online"])
    await shop.agent.sign_in()
    await shop.sell_some("after-a-restart", 1)
    await shop.office.retain(CLOSED)
    await shop.agent.until(lambda s: not s["may_sell"])
    await shop.ends_well()


def client_of(broker: Broker, *, client_id: str) -> mqtt.Client:
    """Somebody with this terminal's credentials."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv311)
    client.username_pw_set("observer", broker.password_of("observer"))
    parts = urlsplit(broker.mqtt_url)
    client.connect(parts.hostname or "127.0.0.1", parts.port or 1883)
    client.loop_start()
    return client


def stop(client: mqtt.Client) -> None:
    client.disconnect()
    client.loop_stop()


async def publish(broker: Broker, topic: str, body: bytes, **how: Any) -> None:
    client = client_of(broker, client_id="late-word")
    await asyncio.to_thread(client.publish(topic, body, qos=1, retain=True, **how).wait_for_publish, 15)
    stop(client)
