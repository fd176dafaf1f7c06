"""One agent per data folder."""

import fcntl
import os
from pathlib import Path
from typing import Final

from terminal_agent.journal.failures import JournalBroken, JournalInUse

LOCK_FILE: Final = "agent.lock"


class FolderLock:
    """Held until `release` or the end of the process, kill -9 included."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, folder: Path) -> "FolderLock":
        """Take the folder for this process. Raises JournalInUse naming the other one, JournalBroken without
        rights.
        """
        try:
            descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise JournalBroken(
                f"The data folder {folder} cannot be written ({error.strerror}): check its owner and rights."
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            other = os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(descriptor)
            raise JournalInUse(
                f"Another agent (process {other}) uses {folder}: stop it, or give this one another folder."
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        return cls(descriptor)

    def release(self) -> None:
        """Let the folder go."""
        os.close(self._descriptor)
