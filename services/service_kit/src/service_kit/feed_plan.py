"""What to do with events of a producer, decided from the cursor alone. No I/O."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID


@dataclass(frozen=True)
class Cursor:
    """How far a producer has been followed, and in which of its lives."""

    timeline: int
    position: int


@dataclass(frozen=True)
class FeedEvent:
    """One event of a producer with its place in the producer's sequence."""

    producer: str
    timeline: int
    position: int
    subject: str
    message_id: UUID
    body: bytes


class Doubt(Enum):
    """Why the producer has to be asked before anything else is folded."""

    NONE = "none"
    GAP = "gap"
    OTHER_LIFE = "unknown timeline"
    WENT_BACK = "a known position holds another message"


@dataclass(frozen=True)
class Plan:
    """Fold these, in this order; then ask the producer if there is a doubt."""

    fold: tuple[FeedEvent, ...]
    doubt: Doubt


def plan(cursor: Cursor, events: Sequence[FeedEvent], seen: Callable[[int], UUID | None]) -> Plan:
    """Duplicates are ignored; a gap, another timeline or a rewritten position raises a doubt.

    `seen` gives the message folded at a position at or below the cursor, or None when that is forgotten.
    """
    if any(event.timeline != cursor.timeline for event in events):
        doubt = Doubt.OTHER_LIFE
    elif any(_rewritten(cursor, event, seen) for event in events):
        return Plan((), Doubt.WENT_BACK)
    else:
        doubt = Doubt.NONE
    fold: list[FeedEvent] = []
    position = cursor.position
    for event in sorted(events, key=lambda event: event.position):
        if event.timeline != cursor.timeline or event.position <= position:
            continue
        if event.position > position + 1:
            return Plan(tuple(fold), doubt if doubt is not Doubt.NONE else Doubt.GAP)
        fold.append(event)
        position = event.position
    return Plan(tuple(fold), doubt)


def _rewritten(cursor: Cursor, event: FeedEvent, seen: Callable[[int], UUID | None]) -> bool:
    if event.position > cursor.position:
        return False
    known = seen(event.position)
    return known is not None and known != event.message_id
