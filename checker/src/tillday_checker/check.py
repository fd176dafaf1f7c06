"""Looking and judging: the one function that the command line and the tests call."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from tillday_checker.judge import judge
from tillday_checker.read_database import read_database
from tillday_checker.read_terminal import read_terminal
from tillday_checker.verdict import Verdict
from tillday_checker.world import World

_PAUSE_SECONDS: Final = 0.25


async def check(
    database: str | None, terminals: Sequence[Path], *, password: str | None = None, patience: float = 0.0
) -> Verdict:
    """Verify the invariants over a database (a DSN) and terminals' data folders; raises CannotRead.

    A running system is never looked at in one instant: reports follow the ledger. A violation counts when it
    is still there after `patience` seconds.
    """
    end = time.monotonic() + patience
    while True:
        verdict = judge(await look(database, terminals, password=password))
        if verdict.holds or time.monotonic() >= end:
            return verdict
        await asyncio.sleep(_PAUSE_SECONDS)


async def look(database: str | None, terminals: Sequence[Path], *, password: str | None = None) -> World:
    """Return everything there is to check."""
    # Terminals first: what they hold as acknowledged is then in any later snapshot of the ledger.
    folders = tuple([await asyncio.to_thread(read_terminal, folder) for folder in terminals])
    world = await read_database(database, password) if database is not None else World()
    return replace(world, terminals=folders)
