"""A store service with everything it meets, for each test that names `world`."""

from collections.abc import AsyncIterator, Iterator

import pytest

from integration.store_service.store_world import DESIRED, Listener, World, running_world
from servers import Broker, FreshDatabase


@pytest.fixture
async def world(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[World]:
    async with running_world(fresh_database, broker) as made:
        yield made


@pytest.fixture
def listener(broker: Broker, world: World) -> Iterator[Listener]:
    """Terminal T1, listening."""
    listening = Listener(broker, DESIRED, "pos/S1/settings/v1")
    yield listening
    listening.close()
