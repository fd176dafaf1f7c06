from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from integration.trouble.trouble_shop import Shop, running_shop


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop() -> AsyncIterator[Shop]:
    """One store for a whole file: its tests are one day, in their order."""
    async with running_shop() as running:
        yield running
