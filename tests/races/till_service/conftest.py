"""What races of the till service need: tables of their own, and loads that wait for each other."""

from collections.abc import AsyncIterator

import pytest

from integration.till_service.terminals import made_service
from races.till_service.meetings import Meeting
from servers import Broker, FreshDatabase
from service_kit.database import Connection, Database
from till_service.domain.ledger import Loaded
from till_service.domain.needs import Needs
from till_service.messaging import journal as intake_module
from till_service.persistence import loading


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Every load waits a moment for the other one before anything is decided."""
    held = Meeting()

    async def load_and_meet(connection: Connection, needs: Needs) -> Loaded:
        loaded = await loading.load(connection, needs)
        await held.attend()
        return loaded

    monkeypatch.setattr(intake_module, "load", load_and_meet)
    return held


@pytest.fixture
async def database(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[Database]:
    await fresh_database.with_tables_of("till_service")
    service = made_service(fresh_database, broker)
    await service.database.start()
    try:
        yield service.database
    finally:
        await service.database.stop()
