"""The anchor: a second memory of the journal's head, outside the database, that a restored copy cannot know.

It is written after each commit and synced at least every second; it may lag by any number, it must never be
ahead.
"""

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from terminal_agent.core.chain import Head
from terminal_agent.journal.failures import JournalBroken

ROTATE_BYTES: Final = 256 * 1024
_WORDS: Final = 3


class Anchor:
    """An open anchor file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._dirty = False
        self._changing = threading.Lock()
        self._size = 0
        self._descriptor = self._open(os.O_APPEND)

    def _open(self, mode: int) -> int:
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | mode, 0o600)
        except OSError as error:
            raise JournalBroken(f"The anchor {self._path} cannot be written ({error.strerror}).") from error
        self._size = os.fstat(descriptor).st_size
        return descriptor

    def note(self, head: Head) -> None:
        """Append a head that is committed. Raises JournalBroken."""
        line = f"{head.epoch} {head.seq} {head.hash}\n".encode("ascii")
        try:
            self._size += os.write(self._descriptor, line)
            if self._size > ROTATE_BYTES:
                self._rotate(line)
        except OSError as error:
            raise JournalBroken(
                f"The anchor cannot be written ({error.strerror}): free some space."
            ) from error
        self._dirty = True

    def _rotate(self, line: bytes) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_bytes(line)
        fresh.chmod(0o600)
        fresh.replace(self._path)
        with self._changing:
            os.close(self._descriptor)
            self._descriptor = self._open(os.O_APPEND)

    def sync(self) -> None:
        """Put what was noted on the disk, if anything was. Any thread may call it. Raises JournalBroken."""
        with self._changing:
            if self._dirty:
                self._dirty = False
                try:
                    os.fsync(self._descriptor)
                except OSError as error:
                    raise JournalBroken(
                        f"The disk does not keep what is written ({error.strerror}): call support."
                    ) from error

    def close(self) -> None:
        """Sync and close; an anchor that lags stops nobody."""
        with suppress(JournalBroken):
            self.sync()
        with suppress(OSError):
            os.close(self._descriptor)


def anchored_head(path: Path) -> Head | None:
    """Return the last head that was noted whole, None where none was; a torn last line does not count."""
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return None
    for line in reversed(lines):
        words = line.decode("ascii", "replace").split()
        if len(words) == _WORDS and words[1].isdigit():
            return Head(words[0], int(words[1]), words[2])
    return None
