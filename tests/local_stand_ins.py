"""A local system whose services and terminals are stand-ins; broker, database and supervision are real.

As a program: `local_stand_ins.py DATA READY_FILE` runs it like the demo does, until it is asked to stop.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tillday_contracts.topics import TerminalAddress
from tillday_local import parts
from tillday_local.children import Child
from tillday_local.folder import DataFolder, replace_private
from tillday_local.probes import http_probe
from tillday_local.signals import until_stopped
from tillday_local.system import LocalSystem, Plan, Watchers

ANSWERS_EVERYTHING = """
import http.server, signal, sys
if "stubborn" in sys.argv: signal.signal(signal.SIGTERM, signal.SIG_IGN)
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
TERMINAL = TerminalAddress("S1", "T1")


def stand_in(name: str, port: int, *arguments: str) -> Child:
    """A process that answers every HTTP question."""
    command = (sys.executable, "-c", ANSWERS_EVERYTHING, str(port), *arguments)
    return Child(name=name, command=command, answers=http_probe(port, "/readyz"))


def use_stand_ins(replace: Callable[[Any, str, Any], None], *arguments: str) -> None:
    """Replace what makes services and terminals."""
    replace(parts, "service_child", lambda name, _links, *, port, **_: stand_in(name, port, *arguments))
    replace(
        parts,
        "terminal_child",
        lambda code, _folder, *, port, **_: stand_in(f"terminal-{code}", port, *arguments),
    )
    replace(parts, "printer_child", lambda code, _folder, **_: stand_in_printer(code))


def stand_in_printer(code: str) -> Child:
    """A process that only lives."""

    async def answers() -> bool:
        return True

    command = (sys.executable, "-c", "import time; time.sleep(3600)")
    return Child(name=f"printer-{code}", command=command, answers=answers)


async def nothing_to_prepare(_system: LocalSystem) -> None:
    """The stand-ins know no store."""


def system_at(folder: Path, watchers: Watchers | None = None, **plan: Any) -> LocalSystem:
    """A system with one terminal."""
    return LocalSystem(
        DataFolder(folder), Plan(terminals=(TERMINAL,), prepare=nothing_to_prepare, **plan), watchers
    )


async def _run(data: Path, ready: Path) -> int:
    async with system_at(data) as system:
        replace_private(ready, json.dumps(system.pids))
        await asyncio.Event().wait()
    return 0


if __name__ == "__main__":
    use_stand_ins(setattr, *sys.argv[3:])
    sys.exit(asyncio.run(until_stopped(_run(Path(sys.argv[1]), Path(sys.argv[2])))))
