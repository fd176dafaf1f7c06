"""The running store that the tests of this folder share."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest_asyncio

from integration.sharing.shared_shop import Shop
from tillday_contracts.topics import TerminalAddress
from tillday_local.demo_store import STORE
from tillday_local.folder import DataFolder
from tillday_local.preparation import demo_terminals, prepare_demo
from tillday_local.system import LocalSystem, Plan
from tillday_local.terminal_client import TerminalClient


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def shop() -> AsyncIterator[Shop]:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(
            TemporaryDirectory(prefix="tillday-sharing-", ignore_cleanup_errors=True)
        )
        plan = Plan(terminals=demo_terminals(2), prepare=prepare_demo)
        system = await stack.enter_async_context(LocalSystem(DataFolder(Path(folder) / "data"), plan))
        terminals = {}
        for name in ("T1", "T2"):
            at = TerminalAddress(STORE, name)
            terminals[name] = TerminalClient(
                system.terminal_url(at), system.folder.terminal(name), patience=15
            )
            stack.push_async_callback(terminals[name].close)
        yield Shop(system, terminals)
