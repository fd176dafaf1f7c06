"""A list of breached passwords that lies on this machine: nothing is asked of anybody else."""

import hashlib
import mmap
from pathlib import Path
from typing import Final

HEX: Final = 40


class BreachedList:
    """SHA-1 digests in hex, sorted, one a line, whatever follows on it: as such lists are downloaded."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def holds(self, password: str) -> bool:
        """Whether the list holds it; without a file, nothing. Raises OSError where the file went away."""
        if self._file is None or self._file.stat().st_size == 0:
            return False
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        with self._file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as lines:
            return _is_among(lines, wanted)


def _is_among(lines: mmap.mmap, wanted: bytes) -> bool:
    """Look in the middle of what is left, again and again."""
    low, high = 0, len(lines)
    while low < high:
        begin = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
        found = lines[begin : begin + HEX].upper()
        if found == wanted:
            return True
        end = lines.find(b"\n", begin, high)
        if found < wanted:
            low = high if end == -1 else end + 1
        else:
            high = begin
    return False
