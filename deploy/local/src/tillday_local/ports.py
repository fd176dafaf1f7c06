"""The ports of one data folder: chosen once, kept while they stay free."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import Final

# Below what the system hands out to outgoing connections, so that none of those ever sits on a kept port.
FIRST: Final = 20_000
LAST: Final = 32_000
LOOPBACK: Final = "127.0.0.1"


class PortTaken(Exception):
    """A port that was asked for by name is in use; the text says which, and another choice."""


def is_free(port: int) -> bool:
    """True when a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port(taken: Iterable[int] = ()) -> int:
    """A free port outside `taken`."""
    avoided = set(taken)
    for _ in range(1_000):
        port = random.randint(FIRST, LAST)  # noqa: S311  no secret: it only spreads the choices
        if port not in avoided and is_free(port):
            return port
    raise PortTaken(f"no free port between {FIRST} and {LAST} on {LOOPBACK}")


def settle(kept: Path, names: Iterable[str], wanted: Mapping[str, int]) -> dict[str, int]:
    """A port for each name: the wanted one, else the one kept in the file, else a free one; kept for later.

    Raises PortTaken when a wanted port is in use.
    """
    before = _read(kept)
    ports: dict[str, int] = {}
    for name in names:
        taken = {*ports.values(), *wanted.values()}
        ports[name] = (
            _wanted(name, wanted[name]) if name in wanted else _kept_or_free(before.get(name), taken)
        )
    kept.write_text(json.dumps({**before, **ports}, indent=1) + "\n", encoding="utf-8")
    return ports


def _wanted(name: str, port: int) -> int:
    if is_free(port):
        return port
    raise PortTaken(f"port {port} for {name} is taken by another program; try --port {name}={free_port()}")


def _kept_or_free(kept: int | None, taken: Set[int]) -> int:
    if kept is not None and kept not in taken and is_free(kept):
        return kept
    return free_port(taken)


def _read(kept: Path) -> dict[str, int]:
    try:
        return {str(name): int(port) for name, port in json.loads(kept.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
