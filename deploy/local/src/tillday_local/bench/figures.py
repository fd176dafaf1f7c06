"""What a benchmark says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """Sales made one by one at a given rate: how long each waits for its ack, in milliseconds."""

    offered_per_second: float
    sales: int
    acknowledged: int
    ack_p50_ms: float
    ack_p99_ms: float
    ack_max_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every terminal sends a backlog as fast as it is taken."""

    sales: int
    entries: int
    seconds: float
    sales_per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The same bytes into the same database by one `INSERT … SELECT unnest` per batch, nothing else."""

    entries: int
    rows_per_batch: int
    seconds: float
    sales_per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A whole run. `ratio` = history ÷ limit. `odd_verdicts` and a ledger that differs mean a broken run."""

    terminals: int
    cpus: int
    live: Live
    history: History
    limit: Limit
    ratio: float
    memory_mib: dict[str, float]
    cores_used: dict[str, float]
    """Per part, how much of a core it worked during the history; the database's background work included."""
    ledger_sales: int
    acknowledged_sales: int
    odd_verdicts: int

    @property
    def is_sound(self) -> bool:
        """Say whether the ledger holds every acknowledged sale and nothing odd was said."""
        return self.ledger_sales >= self.acknowledged_sales and self.odd_verdicts == 0

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Curve:
    """What a plot shows: acknowledged sales over the history's seconds, and the sorted live latencies."""

    acknowledged: Sequence[tuple[float, int]]
    latencies_ms: Sequence[float]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` (0 to 1) of all do not exceed; 0 of nothing is 0."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]
