"""Passwords: kept as argon2id, compared in a thread because that is slow on purpose."""

import asyncio
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from backoffice_service.breached import BreachedList
from backoffice_service.domain.known_passwords import is_known

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_AT_ONCE: Final = 2
_NOBODY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$7pYyuPPzEIkRfBLq1eqVnDqTFRgKqTFc7hu2oX1XV7w"
)
"""Compared with where nobody has that name, so that the answer takes as long."""


class Passwords:
    """Hashes and compares; at most two at a time, whatever many people send.

    `breached` is a file of passwords that the world knows.
    """

    def __init__(self, breached: Path | None = None) -> None:
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._breached = BreachedList(breached)

    async def is_known(self, password: str) -> bool:
        """Whether guessers would try it. Raises OSError where the file went away."""
        return is_known(password) or await asyncio.to_thread(self._breached.holds, password)

    async def keep(self, password: str) -> str:
        """Return what is kept of a password."""
        async with self._turn:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def fits(self, password: str, kept: str | None) -> bool:
        """Whether it is the password; takes as long for a name that nobody has."""
        async with self._turn:
            right = await asyncio.to_thread(_verified, kept or _NOBODY, password)
        return right and kept is not None


def _verified(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
