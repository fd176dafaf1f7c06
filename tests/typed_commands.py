"""Commands of `./tillday`, each a process of its own that begins where the programs are read already.

Reading them takes a second of each command's time, and is tried by the tests that type the README.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

READ_BEFORE: Final = (
    "pytest",
    "typed_commands",
    "tillday_local.cli",
    "tillday_local.command_end",
    "tillday_local.operator.connection",
    "tillday_local.operator.pos",
    "tillday_local.operator.tables",
    "tillday_local.servers",
    "tillday_checker.failures",
    "rich.table",
)
ENDS_WITHIN: Final = 60.0
_processes: Final = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(list(READ_BEFORE))


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said on its two outputs."""

    code: int
    out: str
    err: str


async def typed(*arguments: str, environment: Mapping[str, str]) -> Ended:
    """Run a command to its end, with nothing to read and exactly these variables."""
    return await asyncio.to_thread(_run, arguments, dict(environment))


def _run(arguments: Sequence[str], environment: dict[str, str]) -> Ended:
    with tempfile.TemporaryDirectory(prefix="tillday-typed-") as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = _processes.Process(target=_command, args=(tuple(arguments), environment, out, err))
        process.start()
        process.join(ENDS_WITHIN)
        late = process.exitcode is None
        if late:
            process.kill()
            process.join()
        ended = Ended(process.exitcode or 0, out.read_text("utf-8"), err.read_text("utf-8"))
        process.close()
    assert not late, (arguments, "did not end", ended)
    return ended


def _command(arguments: Sequence[str], environment: dict[str, str], out: Path, err: Path) -> None:
    """In the new process: become the command."""
    for number, path in ((1, out), (2, err)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), number)
    os.environ.clear()
    os.environ.update(environment)
    from tillday_local.cli import app  # noqa: PLC0415 - read before, and only here

    app(list(arguments), prog_name="./tillday")
