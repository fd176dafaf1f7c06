"""The children's logs as one stream for a person: followed in their files, each line behind a name."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAUSE: Final = 0.1


@dataclass
class _Followed:
    path: Path
    inode: int = 0
    offset: int = 0
    rest: bytes = b""


class LogView:
    """Follows log files in a thread of its own until `stop`. A slow reader of `write` delays nobody else."""

    def __init__(self, write: Callable[[str, str], None]) -> None:
        self._write = write
        self._followed: dict[str, _Followed] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log view", daemon=True)

    def start(self) -> None:
        """Begin; what the files hold already is not shown."""
        self._thread.start()

    def follow(self, name: str, path: Path) -> None:
        """Show a file from its beginning; a second call for the same name changes nothing."""
        self._followed.setdefault(name, _Followed(path))

    def stop(self) -> None:
        """Show what is left, for at most half a second, and end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=0.5)

    def _run(self) -> None:
        while not self._stop.wait(PAUSE):
            self._show_all()
        self._show_all()

    def _show_all(self) -> None:
        for name, followed in list(self._followed.items()):
            for line in _new_lines(followed):
                self._write(name, line)


def _new_lines(followed: _Followed) -> list[str]:
    try:
        with followed.path.open("rb") as log:
            inode = followed.path.stat().st_ino
            if inode != followed.inode:
                followed.inode, followed.offset, followed.rest = inode, 0, b""
            log.seek(followed.offset)
            fresh = log.read()
    except OSError:
        return []
    followed.offset += len(fresh)
    *whole, followed.rest = (followed.rest + fresh).split(b"\n")
    return [line.decode("utf-8", "replace") for line in whole]
