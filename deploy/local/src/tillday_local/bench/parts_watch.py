"""How much memory each part takes at most, and how much of a core it works."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from typing import Final

import psutil

EVERY_SECONDS: Final = 1.0
MIB: Final = 1024 * 1024


class PartsWatch:
    """Looks at the parts from time to time; a part is a process with its children."""

    def __init__(self, pids: Callable[[], Mapping[str, int]]) -> None:
        self._pids = pids
        self.most_mib: dict[str, float] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.to_thread(self._look)
            await asyncio.sleep(EVERY_SECONDS)

    def _look(self) -> None:
        for name, pid in self._pids().items():
            self.most_mib[name] = max(self.most_mib.get(name, 0.0), sum(map(_memory, _tree(pid))) / MIB)

    def cpu_seconds(self) -> dict[str, float]:
        """Return the processor time that each part has used so far."""
        return {name: sum(map(_cpu, _tree(pid))) for name, pid in self._pids().items()}


def _tree(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        # Ours has all the other parts as children: it stands for itself alone.
        return [process] if pid == os.getpid() else [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system


def _memory(process: psutil.Process) -> int:
    """Return a process's share: what several have together is divided among them, where that is known."""
    try:
        memory = process.memory_full_info()
    except (psutil.Error, OSError):
        return 0
    return int(getattr(memory, "pss", 0) or memory.rss)
