"""A store service that keeps the door of a broker as the launcher configures it, and terminals before it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from nats.errors import NoRespondersError
from pydantic import SecretStr

from guarded_broker import GRANTS, SEED, GuardedBroker, Terminal, as_service, guarded_broker, password
from integration.store_service.store_world import Operator, command, store_settings
from servers import Broker, FreshDatabase
from service_kit.service import Service
from store_service.__main__ import compose
from store_service.settings import StoreSettings
from terminal_agent.link.enrolling import redeem
from tillday_contracts.enrolment import EnrolmentBundle, Invitation
from tillday_contracts.identity_messages import EnrolmentCodeIssued, IssueEnrolmentCode
from tillday_contracts.messages import Done
from tillday_contracts.store_messages import People
from tillday_local.broker import ACCOUNT
from tillday_local.grants import DOOR


def nonce() -> str:
    return uuid4().hex * 2


@dataclass
class DoorWorld:
    """Services, an operator and the broker; `bundles` are what terminals were given."""

    broker: GuardedBroker
    database: FreshDatabase
    operator: Operator
    stack: AsyncExitStack

    def url(self, scheme: str) -> str:
        return f"{scheme}://127.0.0.1:{self.broker.mqtt if scheme == 'mqtts' else self.broker.nats}"

    async def replica(self, name: str) -> Service[StoreSettings]:
        users = (*(grant.user for grant in GRANTS), "observer")
        named = Broker(
            self.url("tls"), self.url("mqtts"), {user: password(user) for user in users}, ca=self.broker.ca
        )
        settings = store_settings(self.database, named).model_copy(
            update={
                "broker_ca": self.broker.ca,
                "instance": name,
                "door_password": SecretStr(password(DOOR.user)),
                "door_seed": SecretStr(SEED.hex()),
                "door_account": ACCOUNT,
            }
        )
        service = Service("store_service", settings, now=lambda: datetime.now(UTC))
        compose(service)
        await service.start()
        self.stack.push_async_callback(service.stop)
        await eventually(lambda: ready(service))
        return service

    async def code(self, terminal: str, **wish: Any) -> str:
        asked = command(IssueEnrolmentCode, store="S1", terminal=terminal, **wish)
        return (await self.operator.ask(asked, EnrolmentCodeIssued)).code

    def invitation(self, code: str) -> Invitation:
        return Invitation(mqtt_url=self.url("mqtts"), broker_ca=self.broker.ca.read_text(), code=code)

    async def enrol(self, terminal: str, **wish: Any) -> EnrolmentBundle:
        return await redeem(self.invitation(await self.code(terminal, **wish)), nonce())

    async def knock(self, bundle: EnrolmentBundle, **other: Any) -> Terminal:
        given = {"secret": bundle.mqtt_password, **other}
        made = await asyncio.to_thread(Terminal, self.broker, bundle.mqtt_user, **given)
        self.stack.callback(made.close)
        return made

    async def rows(self, sql: str, *values: object) -> list[Any]:
        connection = await self.database.connect("tillday_owner")
        try:
            return list(await connection.fetch(sql, *values))
        finally:
            await connection.close()

    async def misuses(self) -> list[str]:
        return await self.told("credential_misused")

    async def told(self, event: str) -> list[str]:
        sql = "SELECT body FROM store.outbox WHERE subject = $1 ORDER BY 1"
        rows = await self.rows(sql, f"tillday.event.store.{event}.v1")
        return [bytes(row["body"]).decode() for row in rows]


async def ready(service: Service[StoreSettings]) -> bool:
    return all((await service.health.readiness()).values())


async def answers(operator: Operator) -> bool:
    """The broker may not know yet what the service has subscribed to."""
    try:
        await operator.send(People(store="S1"))
    except NoRespondersError:
        return False
    return True


async def eventually(condition: Callable[[], Awaitable[bool]], *, within: float = 20.0) -> None:
    async with asyncio.timeout(within):
        while not await condition():
            await asyncio.sleep(0.05)


@asynccontextmanager
async def door_world(database: FreshDatabase, folder: Path) -> AsyncIterator[DoorWorld]:
    """The till service is a stand-in that takes every key."""
    await database.with_tables_of("store_service")
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(guarded_broker(folder))
        till, asker = await as_service(broker, "till_service"), await as_service(broker, "tillday")

        async def take(message: Any) -> None:
            await message.respond(Done().model_dump_json().encode())

        await till.subscribe("tillday.till.>", cb=take)
        stack.push_async_callback(till.close)
        stack.push_async_callback(asker.close)
        world = DoorWorld(broker, database, Operator(asker), stack)
        await world.replica("one")
        await eventually(lambda: answers(world.operator))
        await world.operator.define("T5", "T6", "T-7")
        yield world
