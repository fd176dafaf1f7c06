"""Commands of `./tillday`, each typed in a process of its own."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from read_before import begin

ENDS_WITHIN: Final = 60.0


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said on its two outputs."""

    code: int
    out: str
    err: str


async def typed(*arguments: str, environment: Mapping[str, str]) -> Ended:
    """Run a command to its end, with nothing to read and exactly these variables."""
    return await asyncio.to_thread(_run, arguments, environment)


def _run(arguments: Sequence[str], environment: Mapping[str, str]) -> Ended:
    with tempfile.TemporaryDirectory(prefix="tillday-typed-") as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = begin("tillday_local", *arguments, environment=environment, out=out, err=err)
        try:
            code = process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError((arguments, "does not end", out.read_text(), err.read_text())) from None
        return Ended(code, out.read_text("utf-8"), err.read_text("utf-8"))
