"""A store service in this process, someone who asks it, and a terminal that listens over MQTT."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

import nats
import paho.mqtt.client as mqtt
import pytest
from nats.aio.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from pydantic import BaseModel, SecretStr

from integration.store_service.till_stand_in import TillStandIn, till_stand_in
from servers import Broker, FreshDatabase, free_port
from service_kit.service import Service
from store_service.__main__ import compose
from store_service.settings import StoreSettings
from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.denominations import STANDARD
from tillday_contracts.messages import Command, Refused
from tillday_contracts.store_messages import (
    CloseStore,
    DayAnswer,
    DefinePerson,
    DefineStore,
    OpenStore,
    RegisterTerminal,
    Revised,
    StoreDays,
    StoreDayStatus,
    TerminalRegistered,
)
from tillday_contracts.wishes import Desired, SettingsContent, Tender

Answer = TypeVar("Answer", bound=BaseModel)
PATIENCE = 15.0
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
TUESDAY = date(2026, 3, 3)
SUPERVISOR = "SUPERVISOR-1"
DESIRED = "pos/S1/T1/desired/v1"

SETTINGS = SettingsContent(
    store="S1",
    name="Corner Shop",
    currency="EUR",
    time_zone="Europe/Berlin",
    denominations=STANDARD["EUR"],
    tenders=(
        Tender(
            tender="cash", name="Cash", kind="cash", currency="EUR", keep=KeepRule(mode="fixed", amount=100)
        ),
    ),
)


class TestClock:
    """A clock that a test moves; it does not stand still between."""

    __test__ = False

    def __init__(self) -> None:
        self.offset = NOW - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def advance(self, days: int = 0, *, seconds: int = 0) -> None:
        self.offset += timedelta(days=days, seconds=seconds)


def store_settings(database: FreshDatabase, broker: Broker) -> StoreSettings:
    return StoreSettings(
        nats_url=broker.nats_url,
        nats_user="store_service",
        nats_password=SecretStr(broker.password_of("store_service")),
        mqtt_url=broker.mqtt_url,
        database_url=database.url_of("store_service"),
        database_password=SecretStr(database.passwords["store_service"]),
        http_port=free_port(),
        pin_memory_kib=8,
        pin_passes=1,
        pin_rules="any",
    )


@asynccontextmanager
async def store_service(
    database: FreshDatabase, broker: Broker, clock: Callable[[], datetime]
) -> AsyncIterator[Service[StoreSettings]]:
    """A store service in this process."""
    service = Service("store_service", store_settings(database, broker), now=clock)
    compose(service)
    await service.start()
    try:
        yield service
    finally:
        await service.stop()


def command(kind: type[Command], **fields: Any) -> Command:
    """A command of the supervisor with identifiers of its own."""
    given = {"message_id": uuid4(), "correlation_id": uuid4(), "occurred_at": NOW, "by": SUPERVISOR}
    return kind.model_validate({**given, **fields})


def open_store(business_date: date = MONDAY, **fields: Any) -> Command:
    return command(OpenStore, **{"store": "S1", "business_date": business_date, **fields})


def close_store(business_date: date = MONDAY, **fields: Any) -> Command:
    return command(CloseStore, **{"store": "S1", "business_date": business_date, **fields})


class Operator:
    """Asks the store service over NATS."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def raw(self, subject: str, body: bytes, timeout: float = 10.0) -> bytes:
        return (await self.client.request(subject, body, timeout=timeout)).data

    async def send(self, message: BaseModel) -> bytes:
        return await self.raw(type(message).subject, message.model_dump_json().encode())  # type: ignore[attr-defined]

    async def ask(self, message: BaseModel, expect: type[Answer]) -> Answer:
        return expect.model_validate_json(await self.send(message))

    async def refused(self, message: BaseModel) -> Refused:
        return await self.ask(message, Refused)

    async def day(self, message: Command) -> DayAnswer:
        answer = await self.send(message)
        assert b'"outcome":"done"' in answer, answer
        return DayAnswer.model_validate_json(answer)

    async def days(self) -> StoreDays:
        return await self.ask(StoreDayStatus(store="S1"), StoreDays)

    async def state_of(self, business_date: date) -> str:
        found = [day.state for day in (await self.days()).days if day.business_date == business_date]
        return found[0] if found else "none"

    async def define(self, *terminals: str) -> None:
        """Define the store, a supervisor, a cashier and terminals."""
        await self.ask(command(DefineStore, settings=SETTINGS), Revised)
        rights = ("sell", "approve_difference", "open_terminal", "open_store", "close_store")
        await self.person(SUPERVISOR, "supervisor", rights)
        await self.person("CASHIER-1", "cashier", ("sell",))
        for terminal in terminals:
            await self.register(terminal)

    async def person(
        self, person: str, role: str, rights: tuple[str, ...], pin: str | None = "1234"
    ) -> Revised:
        fields = {"store": "S1", "person": person, "name": person.title(), "role": role, "rights": rights}
        return await self.ask(command(DefinePerson, **fields, pin=pin), Revised)

    async def register(self, terminal: str) -> TerminalRegistered:
        fields = {
            "store": "S1",
            "terminal": terminal,
            "till": f"TILL-{terminal}",
            "name": f"Counter {terminal}",
        }
        return await self.ask(command(RegisterTerminal, **fields), TerminalRegistered)


@asynccontextmanager
async def operator(broker: Broker) -> AsyncIterator[Operator]:
    client = await nats.connect(
        broker.nats_url, user="tillday", password=broker.password_of("tillday"), max_reconnect_attempts=-1
    )
    try:
        yield Operator(client)
    finally:
        await client.close()


def forget_retained(broker: Broker) -> None:
    """Remove what a former test left on the shared broker."""
    client = mqtt_client(broker)
    for topic in (DESIRED, "pos/S1/T2/desired/v1", "pos/S1/settings/v1"):
        client.publish(topic, b"", qos=1, retain=True).wait_for_publish(5)
    client.disconnect()
    client.loop_stop()


def mqtt_client(broker: Broker) -> mqtt.Client:
    """A connected client that works in a thread of its own."""
    host, port = broker.mqtt_url.removeprefix("mqtt://").split(":")
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"test-{uuid4().hex[:10]}")
    client.username_pw_set("observer", broker.password_of("observer"))
    client.connect(host, int(port))
    client.loop_start()
    return client


class Listener:
    """A terminal's MQTT client: it connects, subscribes with QoS 0 and keeps what arrives."""

    def __init__(self, broker: Broker, *topics: str) -> None:
        self.messages: dict[str, list[tuple[bytes, bool]]] = {}
        self.client = mqtt_client(broker)
        self.client.on_message = self._on_message
        self.client.subscribe([(topic, 0) for topic in topics])

    def _on_message(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        self.messages.setdefault(message.topic, []).append((bytes(message.payload), message.retain))

    def newest(self, topic: str, kind: type[Answer]) -> Answer | None:
        got = self.messages.get(topic)
        return kind.model_validate_json(got[-1][0]) if got else None

    async def until(self, topic: str, kind: type[Answer], holds: Callable[[Answer], bool]) -> Answer:
        """Wait until the newest message of a topic says something."""
        await until(lambda: (found := self.newest(topic, kind)) is not None and holds(found))
        found = self.newest(topic, kind)
        assert found is not None
        return found

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


async def until(holds: Callable[[], Any], *, within: float = PATIENCE) -> None:
    """Wait until something holds; it may be a coroutine function."""
    end = asyncio.get_running_loop().time() + within
    while asyncio.get_running_loop().time() < end:
        result = holds()
        if asyncio.iscoroutine(result):
            result = await result
        if result:
            return
        await asyncio.sleep(0.05)
    pytest.fail("it never came to hold")


@dataclass
class World:
    operator: Operator
    tills: TillStandIn
    service: Service[StoreSettings]
    clock: TestClock
    database: FreshDatabase
    broker: Broker

    async def events(self) -> list[str]:
        connection = await self.database.connect()
        try:
            rows = await connection.fetch("SELECT subject FROM store.outbox ORDER BY id")
            return [row["subject"].split(".")[3] for row in rows]
        finally:
            await connection.close()

    async def desired(self, terminal: str = "T1") -> Desired:
        connection = await self.database.connect()
        try:
            row = await connection.fetchrow(
                "SELECT rev, digest, content FROM store.desired WHERE terminal = $1", terminal
            )
            assert row is not None
            content = json.loads(row["content"])
            return Desired.model_validate({**content, "rev": row["rev"], "digest": row["digest"]})
        finally:
            await connection.close()


@asynccontextmanager
async def running_world(database: FreshDatabase, broker: Broker) -> AsyncIterator[World]:
    """Everything that a store service meets, around one in this process."""
    broker.start()
    await asyncio.to_thread(forget_retained, broker)
    await database.with_tables_of("store_service", "till_service")
    clock = TestClock()
    async with (
        till_stand_in(database, broker) as tills,
        store_service(database, broker, clock) as service,
        operator(broker) as asker,
    ):
        yield World(asker, tills, service, clock, database, broker)
