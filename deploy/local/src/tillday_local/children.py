"""A child process: what it is, how it is started, how it is ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

GUARD: Final = Path(__file__).with_name("guard.py")
OWN_PREFIX: Final = "TILLDAY_"


@dataclass(frozen=True)
class Account:
    """The operating system's user that a child runs as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, kw_only=True)
class Child:
    """A process to keep alive. `answers` says whether it does its work yet."""

    name: str
    command: tuple[str, ...]
    answers: Callable[[], Awaitable[bool]]
    environment: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    """What it gets when the launcher itself was killed."""
    foundation: bool = False
    """Others stand on it: it is stopped after them."""
    shown: bool = True
    """Its log is worth a person's eyes while it runs."""


async def spawn(child: Child, log: Path) -> asyncio.subprocess.Process:
    """Start it in a session of its own, with its words going straight into its log file.

    No pipe lies between: whoever reads the log slowly, or not at all, never holds the child up.
    """
    with log.open("ab") as target:
        return await asyncio.create_subprocess_exec(
            *_guarded(child),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=target,
            stderr=target,
            env=_environment(child.environment),
            cwd="/",
            start_new_session=True,
        )


def _guarded(child: Child) -> tuple[str, ...]:
    ids = f"{child.account.uid}:{child.account.gid}" if child.account else "-"
    guard = (sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), str(int(child.orphan_signal)), ids)
    return guard + child.command


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    """What the user's shell holds, but none of its settings of Tillday: those are the launcher's to give."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OWN_PREFIX)}
    return {**inherited, "PYTHONUNBUFFERED": "1", **own}


async def end(process: asyncio.subprocess.Process, number: signal.Signals, *, within: float) -> None:
    """Ask it to end, and kill it when it has not after `within` seconds."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(number)
    try:
        async with asyncio.timeout(within):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
