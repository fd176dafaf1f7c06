"""A back office over a database that the tests of this folder share, emptied for each."""

from collections.abc import AsyncIterator

import pytest_asyncio

from integration.backoffice_service.real_office import RealOffice, Shelf, open_shelf
from servers import Postgres


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shelf(postgres: Postgres) -> AsyncIterator[Shelf]:
    async with open_shelf(postgres) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def office(shelf: Shelf) -> RealOffice:
    await shelf.empty()
    return RealOffice(shelf)
