"""The till service on real servers."""

from collections.abc import AsyncIterator

import pytest

from integration.till_service.terminals import ask, key_of, made_service, running
from servers import Broker, FreshDatabase
from service_kit.service import Service
from till_service.settings import TillSettings
from unit.till_service.journals import WrittenJournal


@pytest.fixture
async def migrated(fresh_database: FreshDatabase, broker: Broker) -> FreshDatabase:
    broker.stop()
    broker.wipe()
    broker.start()
    await fresh_database.migrate("till_service")
    return fresh_database


@pytest.fixture
async def till_service(migrated: FreshDatabase, broker: Broker) -> AsyncIterator[Service[TillSettings]]:
    async with running(made_service(migrated, broker)) as service:
        yield service


@pytest.fixture
async def journal(till_service: Service[TillSettings]) -> WrittenJournal:
    """A journal whose key the till service knows."""
    written = WrittenJournal()
    assert (await ask(till_service, key_of(written)))["outcome"] == "done"
    return written
