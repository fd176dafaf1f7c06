"""How long entries stay at the terminal: until nobody may ask for them again, and not a day less."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Aged:
    """An entry as far as its age matters: since when it is acknowledged, and the business date it names."""

    seq: int
    acked_at: datetime | None
    named_date: date | None


@dataclass(frozen=True, slots=True)
class Limit:
    """What may go: acknowledged before this instant, and of a date that the back office has archived."""

    before: datetime
    archived_through: date | None


def removable(entries: Sequence[Aged], limit: Limit) -> int:
    """Return the last seq of an epoch's beginning that may go, 0 where nothing may.

    `entries` are consecutive, from the first one held. An entry that names no date belongs to the one named
    last before it. The last of them always stays: what follows must have something to follow.
    """
    last, date_of = 0, None
    if limit.archived_through is None:
        return last
    for entry, _ in pairwise(entries):
        date_of = entry.named_date or date_of
        young = entry.acked_at is None or entry.acked_at >= limit.before
        if young or (date_of is not None and date_of > limit.archived_through):
            return last
        last = entry.seq
    return last
