"""Readings of how the system stands, kept in the back office's own schema."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from backoffice_service.domain.standing import LedgerFigures, Reading, Standing
from backoffice_service.persistence import readings
from servers import FreshDatabase
from service_kit.database import Database, DatabaseAddress

NOON = datetime(2026, 3, 2, 12, 0, 7, tzinfo=UTC)
SLOT = datetime(2026, 3, 2, 12, tzinfo=UTC)
STANDING = Standing(None, None, (), LedgerFigures(1, 0, ((float("inf"), 1),)))


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    await fresh_database.with_tables_of("backoffice_service")
    address = DatabaseAddress(
        url=fresh_database.url_of("backoffice_service"),
        password=fresh_database.passwords["backoffice_service"],
        schema="backoffice",
        application="test",
    )
    made = Database(address)
    await made.start()
    yield made
    await made.stop()


async def test_readings_are_kept_once_a_moment_looked_back_at_by_their_peaks_and_forgotten(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        assert await readings.newest(connection) is None
        for seconds, pending in ((0, 3), (4, 99), (15, 8), (60, 1)):
            at = NOON + timedelta(seconds=seconds)
            await readings.keep(connection, at, STANDING, Reading(pending=pending), every=15)

        close = await readings.since(connection, SLOT, span=timedelta(seconds=15))
        wide = await readings.since(connection, SLOT, span=timedelta(seconds=60))
        newest = await readings.newest(connection)
        await readings.forget(connection, before=SLOT + timedelta(seconds=30))
        left = await readings.since(connection, SLOT, span=timedelta(seconds=15))

    assert [(at - SLOT, one.pending) for at, one in close.items()] == [
        (timedelta(seconds=0), 3),
        (timedelta(seconds=15), 8),
        (timedelta(seconds=60), 1),
    ]
    assert [one.pending for one in wide.values()] == [8, 1]
    assert newest is not None
    assert (newest[0], newest[1].services) == (NOON + timedelta(seconds=60), [])
    assert len(left) == 1


async def test_the_database_tells_of_itself_as_far_as_this_role_may_see(database: Database) -> None:
    async with database.connection() as connection:
        told = await readings.database_standing(connection)
    assert told.size > 0
    assert 0 < told.connections <= told.most_connections
    assert sum(told.by_user.values()) == told.connections
