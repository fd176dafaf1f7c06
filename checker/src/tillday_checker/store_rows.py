"""The tables of the store service, as the checker looks at them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """One revision of a store's settings as far as the invariants ask for it.

    `pieces` are the coins and notes of each tender that is counted in them; `cash` is the store's own.
    """

    rev: int = 1
    since: datetime | None = None
    cash: str | None = None
    pieces: Mapping[str, frozenset[int]] = field(default_factory=dict)
    initial_tolerance: Mapping[str, int] = field(default_factory=dict)
    cash_up_tolerance: Mapping[str, int] = field(default_factory=dict)
    own_count_approval: str = "with_reason"
    cash_rounding: int = 0
    floats: Mapping[str, int] = field(default_factory=dict)
    uncounted_opening: bool = False
    blind_count: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A business date of a store."""

    store: str
    business_date: date
    state: str
    closed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A store was opened for a date; in the order in which it was decided. `cancelled`: taken back later."""

    store: str
    business_date: date
    at: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What a terminal is wished to be; no date means closed."""

    store: str
    terminal: str
    business_date: date | None


@dataclass(frozen=True, slots=True)
class Stores:
    """The tables of the store service; `terms` are the revisions of each store's settings, oldest first."""

    terms: Mapping[str, tuple[Terms, ...]] = field(default_factory=dict)
    days: tuple[Day, ...] = ()
    openings: tuple[Opening, ...] = ()
    wishes: tuple[Wish, ...] = ()
