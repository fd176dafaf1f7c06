"""A word to the supervisor that started the agent (systemd): ready, still alive, stopping.

Says nothing where nobody asked: without NOTIFY_SOCKET, as in a demo or a test.
"""

import asyncio
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

READY: Final = "READY=1"
ALIVE: Final = "WATCHDOG=1"
STOPPING: Final = "STOPPING=1"


class Supervision:
    """The supervisor as the environment names it."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        pid = environment.get("WATCHDOG_PID", str(os.getpid()))
        patience = environment.get("WATCHDOG_USEC", "") if pid == str(os.getpid()) else ""
        self.patience = int(patience) / 1_000_000 if patience.isdigit() else None
        """Seconds of silence after which the supervisor starts the agent anew; None: it does not."""

    def tell(self, word: str) -> None:
        """Say a word; a supervisor that does not hear is no reason to stop."""
        if not self._address:
            return
        name = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.setblocking(False)
            line.connect(name)
            line.send(word.encode())

    async def keep_telling(self) -> None:
        """Say that the agent is alive, from its own loop: one that hangs falls silent."""
        while self.patience is not None:
            self.tell(ALIVE)
            await asyncio.sleep(self.patience / 3)
