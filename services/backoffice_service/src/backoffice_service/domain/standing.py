"""How the system stands: what the broker, the database and the services tell of themselves, at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class ConsumerStanding:
    """A reader of a stream: what it has not read, what it has not confirmed, what was sent to it again."""

    name: str
    pending: int
    unconfirmed: int
    redelivered: int


@dataclass(frozen=True, slots=True)
class StreamStanding:
    """A stream of the broker with its readers."""

    name: str
    messages: int
    size: int
    limit: int
    consumers: tuple[ConsumerStanding, ...]


@dataclass(frozen=True, slots=True)
class BrokerStanding:
    """The broker: `clients` of both kinds, `size` of what it keeps in bytes, `slow` readers it gave up."""

    version: str
    started_at: datetime
    memory: int
    clients: int
    mqtt_clients: int
    slow: int
    size: int
    streams: tuple[StreamStanding, ...]


@dataclass(frozen=True, slots=True)
class DatabaseStanding:
    """The database; `oldest_seconds` of the longest transaction, None where others' may not be seen."""

    version: str
    size: int
    connections: int
    most_connections: int
    waiting_locks: int
    deadlocks: int
    oldest_seconds: float | None
    by_user: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ServiceStanding:
    """A service; `checks` by name, empty where it does not answer at all."""

    name: str
    answers: bool
    version: str
    checks: Mapping[str, bool]

    @property
    def is_ready(self) -> bool:
        """Whether it answers and every check holds."""
        return self.answers and all(self.checks.values())


@dataclass(frozen=True, slots=True)
class LedgerFigures:
    """What the ledger counted since it began: entries, letters, and entries by their delay in seconds.

    `delays` are how many entries took at most so long, by that bound, as Prometheus counts them.
    """

    entries: float = 0
    letters: float = 0
    delays: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """All of it; None is what could not be asked."""

    broker: BrokerStanding | None
    database: DatabaseStanding | None
    services: Sequence[ServiceStanding]
    ledger: LedgerFigures | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is kept of a moment, to be looked back at; None is what nobody could tell."""

    mqtt_clients: int | None = None
    clients: int | None = None
    pending: int | None = None
    redelivered: int | None = None
    stream_bytes: int | None = None
    database_bytes: int | None = None
    connections: int | None = None
    oldest_ms: int | None = None
    entries_a_minute: int | None = None
    letters: int | None = None
    delay_p50_ms: int | None = None
    delay_p99_ms: int | None = None


SHARES: Final = (0.5, 0.99)


def reading_of(now: Standing, before: LedgerFigures | None, *, seconds: float) -> Reading:
    """Return what is kept of a standing; `before` is what the ledger counted so many seconds ago."""
    broker, database = now.broker, now.database
    counted = None if broker is None else [one for stream in broker.streams for one in stream.consumers]
    grown = _grown(now.ledger, before)
    p50, p99 = (None, None) if grown is None else (_quantile(grown.delays, share) for share in SHARES)
    oldest = None if database is None else database.oldest_seconds
    return Reading(
        mqtt_clients=None if broker is None else broker.mqtt_clients,
        clients=None if broker is None else broker.clients,
        pending=None if counted is None else sum(one.pending + one.unconfirmed for one in counted),
        redelivered=None if counted is None else sum(one.redelivered for one in counted),
        stream_bytes=None if broker is None else broker.size,
        database_bytes=None if database is None else database.size,
        connections=None if database is None else database.connections,
        oldest_ms=None if oldest is None else round(oldest * 1000),
        entries_a_minute=None if grown is None else round(grown.entries * 60 / max(seconds, 1.0)),
        letters=None if grown is None else round(grown.letters),
        delay_p50_ms=p50,
        delay_p99_ms=p99,
    )


def _grown(now: LedgerFigures | None, before: LedgerFigures | None) -> LedgerFigures | None:
    """Return what was counted since; None where the ledger began anew, or nothing is known of before."""
    if now is None or before is None or now.entries < before.entries:
        return None
    earlier = dict(before.delays)
    return LedgerFigures(
        now.entries - before.entries,
        now.letters - before.letters,
        tuple((bound, count - earlier.get(bound, 0.0)) for bound, count in now.delays),
    )


def _quantile(delays: Sequence[tuple[float, float]], share: float) -> int | None:
    """Return the delay in milliseconds that this share of entries did not exceed, within its bound.

    Between two bounds entries are taken to lie evenly; beyond the last bound it is that bound.
    """
    total = delays[-1][1] if delays else 0.0
    if total <= 0:
        return None
    low, counted = 0.0, 0.0
    for bound, count in delays:
        if count >= share * total:
            if bound == float("inf"):
                return round(low * 1000)
            part = (share * total - counted) / (count - counted) if count > counted else 1.0
            return round((low + (bound - low) * part) * 1000)
        low, counted = bound, count
    return round(low * 1000)
