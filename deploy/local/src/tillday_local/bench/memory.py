"""How much memory each part takes at most."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import psutil

EVERY_SECONDS: Final = 1.0
MIB: Final = 1024 * 1024


class MemoryWatch:
    """Looks at the parts from time to time and keeps the most each one had, its children included."""

    def __init__(self, pids: Callable[[], Mapping[str, int]]) -> None:
        self._pids = pids
        self.most: dict[str, float] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.to_thread(self._look)
            await asyncio.sleep(EVERY_SECONDS)

    def _look(self) -> None:
        for name, pid in self._pids().items():
            self.most[name] = max(self.most.get(name, 0.0), _of_tree(pid) / MIB)


def _of_tree(pid: int) -> int:
    try:
        process = psutil.Process(pid)
        return sum(_of(one) for one in (process, *process.children(recursive=True)))
    except psutil.Error:
        return 0


def _of(process: psutil.Process) -> int:
    """Return a process's share: what several have together is divided among them, where that is known."""
    try:
        memory = process.memory_full_info()
    except (psutil.Error, OSError):
        return 0
    return int(getattr(memory, "pss", 0) or memory.rss)
