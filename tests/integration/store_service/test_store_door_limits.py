"""What one terminal may take of the broker: its share ends, and the others go on."""

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from guarded_broker import Terminal, as_service
from integration.store_service.door_world import DoorWorld, door_world, eventually
from servers import FreshDatabase
from store_service.domain import admission
from terminal_agent.link import enrolling
from tillday_contracts.journal import MAX_MESSAGE_BYTES
from tillday_contracts.streams import JOURNAL_STREAM
from tillday_contracts.topics import to_subject
from tillday_local.broker import MAX_SUBSCRIPTIONS

ITS_OWN = tuple(f"pos/S1/{word}/v1" for word in ("T5/ack", "T5/reply", "T5/desired", "settings"))
FLOOD = tuple(f"pos/S1/T6/word{n}/v1" for n in range(MAX_SUBSCRIPTIONS + 20))
LARGE = "pos/S1/T-7/journal/v1"
REFUSED = 0x80
SERVICES = ("store_service", "till_service", "tillday")
ENVELOPE = 64
"""The broker counts the topic, and what it notes with each message, into its size."""


@pytest.fixture
async def world(
    fresh_database: FreshDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[DoorWorld]:
    monkeypatch.setattr(enrolling, "PAUSE_SECONDS", 0.05)
    async with door_world(fresh_database, tmp_path) as made:
        yield made


def monitored(world: DoorWorld, what: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{world.broker.monitor}/{what}", timeout=10) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def consumers_for_terminals(world: DoorWorld) -> int:
    accounts = monitored(world, "jsz?streams=1&accounts=1")["account_details"]
    streams = [stream for account in accounts for stream in account["stream_detail"]]
    return sum(stream["state"]["consumer_count"] for stream in streams if stream["name"] == "$MQTT_msgs")


def subscriptions(world: DoorWorld) -> dict[str, int]:
    """How many the broker counts, by user."""
    told = monitored(world, "connz?auth=1")["connections"]
    most: dict[str, int] = {}
    for one in told:
        most[one["authorized_user"]] = max(one["subscriptions"], most.get(one["authorized_user"], 0))
    return most


async def ended(terminal: Terminal) -> bool:
    return bool(terminal.lost_at)


async def subscribe(terminal: Terminal, topics: tuple[str, ...], *, qos: int) -> list[int]:
    """What the broker grants when asked for all of them at once."""

    async def answered() -> bool:
        return len(terminal.granted) == len(topics) or bool(terminal.lost_at)

    terminal.client.subscribe([(topic, qos) for topic in topics])
    await eventually(answered)
    return terminal.granted


async def stored(world: DoorWorld) -> dict[str, int]:
    service = await as_service(world.broker, "till_service")
    info = await service.jetstream().stream_info(JOURNAL_STREAM.name, subjects_filter=">")
    await service.close()
    return dict(info.state.subjects or {})


async def test_a_terminal_that_takes_too_much_is_stopped_and_its_neighbour_goes_on(
    world: DoorWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    neighbour = await world.knock(await world.enrol("T5"))
    bundle = await world.enrol("T6")
    with monkeypatch.context() as patch:  # the list of words alone would already refuse every one
        patch.setattr(admission, "terminal_words", lambda _: (("pos.S1.T6.journal.v1",), ("pos.S1.T6.>",)))
        greedy = await world.knock(bundle)
    large = await world.knock(await world.enrol("T-7"))

    assert await subscribe(neighbour, ITS_OWN * 40, qos=1) == [1] * 160, (
        "asked again, a word is not counted again"
    )
    assert consumers_for_terminals(world) == len(ITS_OWN)
    granted = await subscribe(greedy, FLOOD, qos=0)
    held = subscriptions(world)
    assert held["S1.T5"] == 2 * len(ITS_OWN), "the word, and its delivery at QoS 1"
    assert granted == [0] * MAX_SUBSCRIPTIONS + [REFUSED] * (len(FLOOD) - MAX_SUBSCRIPTIONS)
    assert held["S1.T6"] == MAX_SUBSCRIPTIONS
    assert max(held[name] for name in SERVICES) * 3 < MAX_SUBSCRIPTIONS, "room for the services"

    await asyncio.to_thread(large.publish, LARGE, b"x" * (MAX_MESSAGE_BYTES - ENVELOPE))
    assert (await stored(world), large.lost_at) == ({to_subject(LARGE): 1}, [])
    await asyncio.to_thread(large.publish, LARGE, b"x" * MAX_MESSAGE_BYTES)
    await eventually(lambda: ended(large))
    large.close()

    await asyncio.to_thread(neighbour.publish, "pos/S1/T5/journal/v1", b"own")
    assert await stored(world) == {to_subject(LARGE): 1, "pos.S1.T5.journal.v1": 1}
    assert neighbour.lost_at == []
