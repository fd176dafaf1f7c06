"""The writer's timeline: the stamp by which terminals notice that the database was put back."""

from typing import NamedTuple

from till_service.domain.streams import Stamp


class Timeline(NamedTuple):
    """A writer's life in the ledger; `tried` is the highest count it ever tried to commit."""

    name: str
    tried: int = 0

    def next(self) -> Stamp:
        """Return the stamp of the next transaction."""
        return Stamp(self.name, self.tried + 1)

    def trying(self, stamp: Stamp) -> "Timeline":
        """Remember an attempt before it is made. One of an earlier life changes nothing."""
        if stamp.timeline != self.name:
            return self
        return self._replace(tried=max(self.tried, stamp.c))


def renewed(timeline: Timeline | None, *, row: int | None, fresh: str) -> Timeline:
    """Return the timeline to go on with, given the count in its own row of this database (None: no row).

    A database that does not know the writer, or knows less than the writer tried, may have lost transactions
    that terminals hold acks of: only a new name lets them see which.
    """
    if timeline is None or row is None or row < timeline.tried:
        return Timeline(fresh)
    return timeline
