"""Room kept back on the disk, so that the sale under way can still be written when the disk is full."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

BALLAST_FILE: Final = "ballast"
BALLAST_BYTES: Final = 2 * 1024 * 1024


class Ballast:
    """A file of zeros in the data folder; really allocated, and given up once."""

    def __init__(self, folder: Path, *, size: int = BALLAST_BYTES) -> None:
        self._path = folder / BALLAST_FILE
        self._size = size

    def take(self, *, leave: int) -> None:
        """Keep the room back where `leave` bytes stay free beside it; without them there is none to keep."""
        if self._path.exists() or shutil.disk_usage(self._path.parent).free < self._size + leave:
            return
        try:
            with self._path.open("xb") as file:
                os.posix_fallocate(file.fileno(), 0, self._size)
        except OSError:
            self.release()

    def release(self) -> bool:
        """Give the room up; False where it was given up before."""
        with suppress(OSError):
            self._path.unlink()
            return True
        return False
