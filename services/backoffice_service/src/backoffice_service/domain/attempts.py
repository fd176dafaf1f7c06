"""Wrong passwords make whoever tries wait: ever longer, never for good."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

FREE: Final = 5
FIRST: Final = timedelta(seconds=30)
LONGEST: Final = timedelta(minutes=5)
FORGOTTEN_AFTER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often a password was wrong in a row, and when last."""

    wrong: int
    last: datetime

    def waits_until(self) -> datetime:
        """From when the next attempt counts."""
        if self.wrong < FREE:
            return self.last
        doubled: int = 2 ** min(self.wrong - FREE, 10)
        return self.last + min(LONGEST, FIRST * doubled)


def one_more(before: Attempts | None, now: datetime) -> Attempts:
    """Count a wrong password; what is long ago is forgotten."""
    if before is None or now - before.last > FORGOTTEN_AFTER:
        return Attempts(1, now)
    return Attempts(before.wrong + 1, now)
