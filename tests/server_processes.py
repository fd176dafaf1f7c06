"""Child processes of tests: ports, waiting until they listen, ending them."""

import itertools
import os
import random
import socket
import subprocess
import time
from typing import Final

import pytest

READY_WITHIN: Final = 20.0
# Below the ports that a system gives to outgoing connections, so that a server which is stopped for a while
# finds its port free again; a run's workers draw from slices of their own.
FIRST_PORT: Final = 12_000
PORTS_A_WORKER: Final = 4_000
WORKERS: Final = 5


def _ports_of_this_worker() -> "itertools.cycle[int]":
    slot = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    first = FIRST_PORT + slot * PORTS_A_WORKER
    begin = random.randrange(PORTS_A_WORKER)  # another run beside this one begins elsewhere
    return itertools.cycle([first + (begin + step) % PORTS_A_WORKER for step in range(PORTS_A_WORKER)])


_ports: Final = _ports_of_this_worker()


def free_port() -> int:
    """A port of the loopback interface that nobody listens on; each call gives another one."""
    for port in itertools.islice(_ports, PORTS_A_WORKER):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port is free for the tests' servers")


def wait_for_port(port: int, process: subprocess.Popen[bytes], name: str) -> None:
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended with {process.returncode} before it listened")
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"{name} does not listen on port {port}")


def end(process: subprocess.Popen[bytes] | None, *, kill: bool = False) -> None:
    if process is None or process.poll() is not None:
        return
    process.kill() if kill else process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


def missing(text: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(text)
    pytest.skip(text)
