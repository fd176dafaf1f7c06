"""The terminal's half of the link protocol, without I/O.

Whoever drives it (the agent over paho and SQLite, a simulation through memory) loads a `JournalView`, calls
one of these functions with the time and a random number, keeps the new `Drain` and carries out what is
returned. What is sent is decided in `sending`, what an answer means in `answers`: acks and verdicts arrive
late, twice, or at a clone, so each one is checked against the terminal's own journal before it counts.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from terminal_agent.core.chain import Head
from tillday_contracts.journal import MAX_BATCH_ENTRIES
from tillday_contracts.link import HELLO_SECONDS, OFFLINE_AFTER_SECONDS

ODD_HELLO_SECONDS: Final = 5.0


class JournalView(NamedTuple):
    """What one step must know of the journal, loaded before it: the current epoch, except where said.

    `low` is the lowest unacknowledged entry (`low_seq` = head + 1 and `low_hash` None when there is none);
    `first_held` the lowest one not purged; `left` the oldest epoch left behind that has unacknowledged
    entries; `pending` counts the unacknowledged entries of all epochs.
    """

    head: Head
    low_seq: int
    low_hash: str | None
    low_prev: str
    first_held: int = 1
    left: str | None = None
    pending: int = 0


class Flight(NamedTuple):
    """One message on its way. A quarantined one is done when each of `singly` is acknowledged by itself."""

    first: int
    last: int
    singly: frozenset[int] = frozenset()


class Lane(NamedTuple):
    """The messages of one epoch. `cursor` is the next entry to send, None the lowest unacknowledged.

    `careful`: one message, then wait for its ack (after a GAP or a silence).
    """

    epoch: str = ""
    flights: tuple[Flight, ...] = ()
    cursor: int | None = None
    attempt: int = 0
    resend_at: float | None = None
    careful: bool = False


class Drain(NamedTuple):
    """Where the link stands. Nothing of it must survive the process: everything is asked for again."""

    connected: bool = False
    current: Lane = Lane()
    left: Lane = Lane()
    window: int = MAX_BATCH_ENTRIES
    said: int = 0
    hello_due: float | None = None
    odd_hello_at: float | None = None
    heard_at: float | None = None
    stopped: str | None = None


def connected(drain: Drain, *, at: float) -> Drain:
    """A connection stands and its subscriptions are granted: say HELLO; nothing that was in flight counts."""
    return drain._replace(connected=True, current=Lane(), left=Lane(), hello_due=at, odd_hello_at=None)


def disconnected(drain: Drain) -> Drain:
    """The connection is gone, and with it everything in flight."""
    return drain._replace(connected=False, current=Lane(), left=Lane(), hello_due=None)


def online(drain: Drain, *, at: float) -> bool:
    """Say whether the back office answers: connected and heard within the last 150 s."""
    return drain.connected and drain.heard_at is not None and at - drain.heard_at < OFFLINE_AFTER_SECONDS


def heard(drain: Drain, *, at: float, stopped: str | None) -> Drain:
    """The back office said something."""
    # Each answer passes here, so the new value is not made by way of its field names.
    before = (drain.connected, drain.current, drain.left, drain.window, drain.said)
    return Drain(*before, drain.hello_due, drain.odd_hello_at, at, stopped)


def hello_is_due(drain: Drain, *, at: float) -> bool:
    """Say whether a HELLO must go out now."""
    return drain.connected and drain.hello_due is not None and drain.hello_due <= at


def hello_said(drain: Drain, *, at: float) -> Drain:
    """A HELLO with number `said` + 1 went out; the next one is due in 60 s."""
    return drain._replace(said=drain.said + 1, hello_due=at + HELLO_SECONDS)


def reported_stamps(drain: Drain, newest_first: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Return the stamps for the next HELLO: the 16 newest timelines and 16 of the others in turn."""
    others = newest_first[16:]
    turn = (drain.said * 16) % len(others) if others else 0
    return dict([*newest_first[:16], *[*others[turn:], *others[:turn]][:16]])


def next_due(drain: Drain) -> float | None:
    """Return when `overdue` or a HELLO will next have something to do, None while disconnected."""
    if not drain.connected:
        return None
    dues = (drain.hello_due, drain.current.resend_at, drain.left.resend_at)
    return min([due for due in dues if due is not None], default=None)


def ask_again(drain: Drain, *, at: float) -> Drain:
    """Something did not fit: say HELLO, at most once in 5 s."""
    earliest = at if drain.odd_hello_at is None else max(at, drain.odd_hello_at + ODD_HELLO_SECONDS)
    due = earliest if drain.hello_due is None else min(drain.hello_due, earliest)
    return drain._replace(hello_due=due, odd_hello_at=earliest)
