"""Whether a terminal is there: a matter of what was heard, and of how long somebody has listened."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from tillday_contracts.report_messages import Presence

SILENT_AFTER: Final = timedelta(seconds=150)
FIRST_WORD_WITHIN: Final = timedelta(seconds=75)
"""Who is there says HELLO every minute: one who was not heard for so long is not there."""
DEAF_AFTER: Final = timedelta(seconds=30)
"""Nobody wrote down for so long that a HELLO may have been missed. Well above the pace of writing down."""


class Listening(NamedTuple):
    """Since when terminals are heard without a pause, and when that was last written down."""

    since: datetime
    until: datetime


def went_on(before: Listening | None, now: datetime) -> Listening:
    """Return how long somebody has listened by now; after a pause it begins anew."""
    if before is None or now - before.until > DEAF_AFTER:
        return Listening(now, now)
    return Listening(before.since, max(before.until, now))


def silent_before(listening: Listening | None, now: datetime) -> datetime | None:
    """Return the instant: who was heard last before it is silent. None: too early to say that of anybody."""
    still = listening is not None and now - listening.until <= DEAF_AFTER
    long = listening is not None and now - listening.since > FIRST_WORD_WITHIN
    return now - SILENT_AFTER if still and long else None


def presence_of(last_seen: datetime | None, listening: Listening | None, now: datetime) -> Presence:
    """Return whether a terminal was heard lately, is silent, or may have spoken when nobody listened."""
    if last_seen is not None and now - last_seen <= SILENT_AFTER:
        return "heard"
    return "unknown" if silent_before(listening, now) is None else "silent"
