from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from integration.trouble.trouble_shop import Shop, running_shop


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shop() -> AsyncIterator[Shop]:
    """One store for all files: their tests are one day, in their order."""
    async with running_shop() as running:
        yield running
