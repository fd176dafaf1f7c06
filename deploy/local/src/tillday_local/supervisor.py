"""Keeps the children alive: starts them, starts them again when they die, stops them in time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tillday_local.children import Child, end, spawn

FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 5.0
STEADY_AFTER: Final = 10.0
DEATHS_BEFORE_READY: Final = 3
PROBE_PAUSE: Final = 0.05
# Together below the five seconds that stopping may take.
PART_ENDS_WITHIN: Final = 2.5
FOUNDATION_ENDS_WITHIN: Final = 1.5
LOG_TAIL_LINES: Final = 12


class ChildFailed(Exception):
    """A child did not come up; the text shows the end of its log."""


@dataclass(frozen=True)
class Incident:
    """A child that ended by itself and is started again after `pause` seconds."""

    name: str
    code: int
    pause: float


@dataclass
class _Kept:
    """A child under supervision."""

    child: Child
    log: Path
    process: asyncio.subprocess.Process | None = None
    keeper: asyncio.Task[None] | None = None
    deaths: int = 0


class Supervisor:
    """Runs children until `stop`. `on_incident` hears of each that died, `on_started` of each new process."""

    def __init__(
        self,
        logs: Path,
        *,
        on_incident: Callable[[Incident], None] = lambda _: None,
        on_started: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._logs = logs
        self._kept: dict[str, _Kept] = {}
        self._on_incident = on_incident
        self._on_started = on_started

    @property
    def pids(self) -> dict[str, int]:
        """The process of each child that runs right now."""
        alive = {name: kept.process for name, kept in self._kept.items() if kept.process is not None}
        return {name: process.pid for name, process in alive.items() if process.returncode is None}

    def has(self, name: str) -> bool:
        """True for a child that was launched and not stopped, whether it lives right now or not."""
        return name in self._kept

    @property
    def shown(self) -> tuple[str, ...]:
        """The children whose logs are for a person's eyes."""
        return tuple(name for name, kept in self._kept.items() if kept.child.shown)

    def log_of(self, name: str) -> Path:
        """Where a child's words go."""
        return self._logs / f"{name}.log"

    async def start(self, child: Child, *, time_limit: float = 30.0) -> None:
        """Start a child and wait until it answers; raises ChildFailed when it does not."""
        self.launch(child)
        await self.answered(child.name, time_limit=time_limit)

    def launch(self, child: Child) -> None:
        """Start a child without waiting for it."""
        if child.name in self._kept:
            raise ValueError(f"{child.name} runs already")
        kept = _Kept(child, self.log_of(child.name))
        kept.log.parent.mkdir(parents=True, exist_ok=True)
        if kept.log.exists():
            kept.log.replace(kept.log.with_suffix(".log.1"))
        kept.keeper = asyncio.create_task(self._keep(kept), name=f"keep {child.name}")
        self._kept[child.name] = kept

    async def answered(self, name: str, *, time_limit: float = 30.0) -> None:
        """Wait until a launched child answers; raises ChildFailed when it dies repeatedly or stays silent."""
        kept = self._kept[name]
        try:
            async with asyncio.timeout(time_limit):
                while not await kept.child.answers():
                    if kept.deaths >= DEATHS_BEFORE_READY:
                        raise ChildFailed(_failure(kept, "does not stay up"))
                    if kept.keeper is not None and kept.keeper.done():
                        raise ChildFailed(_failure(kept, f"cannot be started ({kept.keeper.exception()})"))
                    await asyncio.sleep(PROBE_PAUSE)
        except TimeoutError:
            raise ChildFailed(_failure(kept, f"did not answer within {time_limit:.0f} s")) from None

    async def run(self, child: Child, *, time_limit: float = 60.0) -> None:
        """Run a command to its end; raises ChildFailed unless it succeeds."""
        kept = _Kept(child, self.log_of(child.name))
        kept.log.parent.mkdir(parents=True, exist_ok=True)
        kept.process = await spawn(child, kept.log)
        try:
            async with asyncio.timeout(time_limit):
                code = await kept.process.wait()
        except TimeoutError:
            raise ChildFailed(_failure(kept, f"was not done within {time_limit:.0f} s")) from None
        finally:
            if kept.process.returncode is None:
                await end(kept.process, child.stop_signal, within=1.0)
        if code != 0:
            raise ChildFailed(_failure(kept, f"ended with code {code}"))

    async def stop_one(self, name: str) -> None:
        """Stop one child for good."""
        kept = self._kept.pop(name)
        await _retire(kept, PART_ENDS_WITHIN)

    async def stop(self, *, foundation_within: float = FOUNDATION_ENDS_WITHIN) -> None:
        """Stop everything: first the parts, then what they stand on. Under five seconds, whatever they do,
        where the foundation is given no more.
        """
        for foundation, within in ((False, PART_ENDS_WITHIN), (True, foundation_within)):
            stage = [kept for kept in self._kept.values() if kept.child.foundation is foundation]
            await asyncio.gather(*(_retire(kept, within) for kept in stage))
        self._kept.clear()

    async def _keep(self, kept: _Kept) -> None:
        clock = asyncio.get_running_loop().time
        pause = FIRST_PAUSE
        while True:
            kept.process = await spawn(kept.child, kept.log)
            born = clock()
            self._on_started(kept.child.name)
            code = await kept.process.wait()
            kept.deaths += 1
            if clock() - born > STEADY_AFTER:
                pause = FIRST_PAUSE
            self._on_incident(Incident(kept.child.name, code, pause))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


async def _retire(kept: _Kept, within: float) -> None:
    if kept.keeper is not None:
        await _cancel(kept.keeper)
    if kept.process is not None and kept.process.returncode is None:
        await end(kept.process, kept.child.stop_signal, within=within)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


def _failure(kept: _Kept, what: str) -> str:
    lines = log_tail(kept.log)
    words = "\n".join(f"    {line}" for line in lines) if lines else "    (it said nothing)"
    return f"{kept.child.name} {what}. The end of {kept.log}:\n{words}"


def log_tail(log: Path, count: int = LOG_TAIL_LINES) -> list[str]:
    """The last lines of a log; none when there is none."""
    try:
        return log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    except OSError:
        return []
