"""How this process holds memory: what a PIN needed for a moment goes back to the system at once, and nobody
looks for waste among what stays.
"""

import ctypes
import gc
from contextlib import suppress
from typing import Final

_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
_BLOCK_BYTES: Final = 1024 * 1024
_ARENAS: Final = 2


def give_back_what_is_large() -> None:
    """Ask the C library to map blocks of a megabyte and more for themselves, always.

    Checking a PIN needs 19 MiB for a moment. Left alone glibc keeps such blocks for the next one after the
    first of them was freed, one in each thread that ever checked a PIN. Other C libraries do not; there
    nothing happens.
    """
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_MMAP_THRESHOLD, _BLOCK_BYTES)
        mallopt(_ARENA_MAX, _ARENAS)


def look_for_no_waste() -> None:
    """While everything is brought in that stays, nothing of it is waste: looking costs a fifth of a start."""
    gc.disable()


def look_only_among_what_is_new() -> None:
    """From now on the search for waste passes over everything that exists: a tap never waits for a look
    through all of it.
    """
    gc.freeze()
    gc.enable()
