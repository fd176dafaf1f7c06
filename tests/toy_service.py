"""A toy producer and follower on real servers: `till_service` counts, `report_service` follows."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest
from nats.js.errors import NotFoundError

from servers import Broker, FreshDatabase, service_environment
from service_kit.service import Service
from service_kit.settings import ServiceSettings


@dataclass(frozen=True)
class Stream:
    name: str
    subjects: tuple[str, ...]
    max_age_seconds: int = 3600
    max_bytes: int = 16 * 1024 * 1024
    duplicate_window_seconds: int = 120


TILL_EVENTS = Stream("TILL_EVENTS", ("tillday.event.till.>",))
REPLAY = "tillday.till.replay.v1"

Compose = Callable[[Service[ServiceSettings]], None]


@dataclass
class Parts:
    """Starts services inside the test's own event loop."""

    database: FreshDatabase
    broker: Broker
    stack: AsyncExitStack

    def make(self, name: str, compose: Compose) -> Service[ServiceSettings]:
        variables = service_environment(name, self.database, self.broker)
        fields = {key.removeprefix("TILLDAY_").lower(): value for key, value in variables.items()}
        service = Service(name, ServiceSettings.model_validate(fields))
        compose(service)
        return service

    async def start(self, name: str, compose: Compose) -> Service[ServiceSettings]:
        service = self.make(name, compose)
        self.stack.push_async_callback(service.stop)
        await asyncio.wait_for(service.start(), 20)
        return service


@asynccontextmanager
async def parts_on(database: FreshDatabase, broker: Broker) -> AsyncIterator[Parts]:
    async with AsyncExitStack() as stack:
        yield Parts(database, broker, stack)


@pytest.fixture
async def parts(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[Parts]:
    broker.start()
    await fresh_database.with_tables_of("till_service", "report_service")
    async with parts_on(fresh_database, broker) as made:
        await forget_streams(made)
        yield made


async def forget_streams(parts: Parts) -> None:
    """Streams of an earlier test are not ours."""
    service = parts.make("till_service", lambda _service: None)
    await service.nats.start()
    for stream in ("TILL_EVENTS", "WORK"):
        try:
            await service.nats.jetstream.delete_stream(stream)
        except NotFoundError:
            continue
    await service.nats.stop()


async def eventually(condition: Callable[[], Awaitable[bool]], *, within: float = 15.0) -> None:
    """Wait for a condition; fails when it does not come true in time."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if await condition():
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"not within {within} s")
