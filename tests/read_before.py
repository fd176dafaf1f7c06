"""Programs of Tillday as processes of their own that begin where the programs are read already.

Reading them takes most of a start's time. What a start from nothing is like is tried by the tests that start
whole systems, and by those that type what the README says.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

READ: Final = (
    "read_before",
    "rich.table",
    "store_service.__main__",
    "report_service.__main__",
    "terminal_agent.__main__",
    "terminal_agent.agent",
    "terminal_agent.hardware.virtual",
    "till_service.__main__",
    "tillday_checker.failures",
    "tillday_local.cli",
    "tillday_local.command_end",
    "tillday_local.operator.connection",
    "tillday_local.operator.pos",
    "tillday_local.operator.tables",
    "tillday_local.servers",
    "tillday_local.service_client",
)
OF_THE_INTERPRETER: Final = ("PYTHON", "LC_", "LANG", "LOCPATH", "TZ")
"""How the variables begin that are looked at when Python itself starts."""
_processes: Final = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(list(READ))


class Begun:
    """A process that was begun; it is waited for and signalled as one of `subprocess` is."""

    def __init__(self, process: multiprocessing.context.ForkServerProcess) -> None:
        self._process = process
        assert process.pid is not None
        self.pid: int = process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code, the negative number of the signal that ended it, or None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code once it has ended; raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        code = self.returncode
        if code is None:
            raise subprocess.TimeoutExpired("a program of Tillday", timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


Program = Begun | subprocess.Popen[bytes]


def begin(
    program: str,
    *arguments: str,
    environment: Mapping[str, str],
    out: Path = Path(os.devnull),
    err: Path = Path(os.devnull),
) -> Program:
    """Do what `python -m program arguments` does, with these variables. What it says goes into files.

    Where a variable concerns Python itself, nothing is read before.
    """
    if any(os.environ.get(name) != value for name, value in environment.items() if _of_python(name)):
        command = [sys.executable, "-m", program, *arguments]
        with out.open("ab") as told, err.open("ab") as complained:
            return subprocess.Popen(command, env=environment, stdout=told, stderr=complained)
    asked = (program, arguments, dict(environment), (out, err))
    process = _processes.Process(target=_become, args=asked, daemon=True)  # it never outlives the tests
    process.start()
    return Begun(process)


def _of_python(name: str) -> bool:
    return name.startswith(OF_THE_INTERPRETER)


def _become(
    program: str, arguments: tuple[str, ...], environment: dict[str, str], outputs: tuple[Path, Path]
) -> None:
    for number, path in enumerate(outputs, 1):
        with path.open("ab") as file:
            os.dup2(file.fileno(), number)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [program, *arguments]
    runpy.run_module(program, run_name="__main__", alter_sys=True)
