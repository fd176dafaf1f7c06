"""The JetStream streams, as data: whoever starts first makes them, whoever starts later repairs them."""

from dataclasses import dataclass
from typing import Final

from tillday_contracts.topics import JOURNAL_SUBJECT

DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class StreamDefinition:
    """A stream limited by age and bytes that drops its oldest messages: a pipe, never the record."""

    name: str
    subjects: tuple[str, ...]
    max_age_seconds: int
    max_bytes: int
    duplicate_window_seconds: int = 120


JOURNAL_STREAM: Final = StreamDefinition("POS_JOURNAL", (JOURNAL_SUBJECT,), 7 * DAY_SECONDS, 2 * 1024**3)
TILL_EVENTS: Final = StreamDefinition("TILL_EVENTS", ("tillday.event.till.>",), 7 * DAY_SECONDS, 1024**3)
STORE_EVENTS: Final = StreamDefinition(
    "STORE_EVENTS", ("tillday.event.store.>",), 7 * DAY_SECONDS, 256 * 1024**2
)
STREAMS: Final = (JOURNAL_STREAM, TILL_EVENTS, STORE_EVENTS)
