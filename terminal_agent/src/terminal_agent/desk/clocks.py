"""The clocks and the random source, injected once at the composition root."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class World:
    """`now` is the wall clock (aware UTC), `monotonic` seconds that no clock change moves."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    random_bytes: Callable[[int], bytes]

    def fraction(self) -> float:
        """Return a random number in [0, 1)."""
        return int.from_bytes(self.random_bytes(4), "big") / 2**32
