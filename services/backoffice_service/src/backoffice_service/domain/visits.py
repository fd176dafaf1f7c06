"""How long a visit lasts: until nobody used it for a while, and never longer than a working day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

IDLE: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=12)
NOTE_AFTER: Final = timedelta(seconds=30)
"""A visit's use is written down this often at most."""


@dataclass(frozen=True, slots=True)
class Visit:
    """When somebody signed in, and when that was last used."""

    began_at: datetime
    used_at: datetime

    def lasts(self, now: datetime) -> bool:
        """Whether the visitor is still in."""
        return now - self.used_at < IDLE and now - self.began_at < LONGEST

    def is_to_be_noted(self, now: datetime) -> bool:
        """Whether this use is worth writing down."""
        return now - self.used_at >= NOTE_AFTER
