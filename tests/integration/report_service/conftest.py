"""A database with the report service's tables."""

from collections.abc import AsyncIterator

import pytest

from servers import FreshDatabase
from service_kit.database import Database, DatabaseAddress


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    await fresh_database.with_tables_of("report_service")
    made = Database(
        DatabaseAddress(
            url=fresh_database.url_of("report_service"),
            password=fresh_database.passwords["report_service"],
            schema="report",
            application="test",
        )
    )
    await made.start()
    yield made
    await made.stop()
