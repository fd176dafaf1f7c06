"""The epochs of a till's terminals in the order in which they were lived."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tillday_contracts.entries import Genesis, read_body, read_envelope

EpochKey = tuple[str, str]
"""A terminal and one of its epochs."""


@dataclass(frozen=True, slots=True)
class BegunEpoch:
    """An epoch of which the ledger took entries in their turn, and the one it goes on from."""

    terminal: str
    epoch: str
    follows: str | None = None

    @property
    def key(self) -> EpochKey:
        """The terminal and the epoch."""
        return (self.terminal, self.epoch)


def begun_of(terminal: str, epoch: str, first: bytes | None) -> BegunEpoch:
    """Return an epoch and what it goes on from, read from its first entry, None where that was unreadable."""
    body = read_body(read_envelope(first)) if first is not None else None
    follows = body.follows if isinstance(body, Genesis) else None
    return BegunEpoch(terminal, epoch, follows.epoch if follows is not None else None)


def in_order(begun: Iterable[BegunEpoch]) -> tuple[EpochKey, ...]:
    """Return every epoch that is begun or followed, oldest first.

    `begun` stands in the order of arrival. An epoch never stands after one that goes on from it: both may
    have arrived at once, and one that was left before any of it arrived is known by its follower alone.
    """
    known = {one.key: one for one in begun}
    placed: dict[EpochKey, None] = {}
    for one in known.values():
        for key in reversed(tuple(_back(one, known))):
            placed.setdefault(key)
    return tuple(placed)


def _back(one: BegunEpoch, known: dict[EpochKey, BegunEpoch]) -> Iterator[EpochKey]:
    """Yield an epoch and what it goes on from, newest first; a circle ends where it began."""
    seen: set[EpochKey] = set()
    at: BegunEpoch | None = one
    while at is not None and at.key not in seen:
        seen.add(at.key)
        yield at.key
        if at.follows is None:
            return
        before = (at.terminal, at.follows)
        at = known.get(before)
        if at is None:
            yield before
