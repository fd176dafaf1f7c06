"""The rows of the read models. Each belongs to one producer, so that one can be rebuilt without the other."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, NamedTuple

from tillday_contracts.arithmetic import ProductTotals, TenderTotals
from tillday_contracts.entries import TenderCount
from tillday_contracts.till_messages import SessionStatus

Origin = Literal["back_office", "front_office"]
ClosedFrom = Literal["Terminal", "Backoffice"]

FINAL: Final[frozenset[SessionStatus]] = frozenset({"closed_front", "closed_back", "posted"})


class TerminalKey(NamedTuple):
    """A terminal of a store."""

    store: str
    terminal: str


class SessionTender(NamedTuple):
    """A tender of a session."""

    session_id: str
    tender: str


class SessionProduct(NamedTuple):
    """A product sold in a session."""

    session_id: str
    sku: str


@dataclass(frozen=True, slots=True)
class Session:
    """One till session. `origin` is how its terminal was opened, `total` is minor units.

    A rescue session holds late sales of the session `rescue_of`: nobody opened it, and nobody sells in it.
    """

    session_id: str
    store: str
    terminal: str
    till: str
    business_date: date
    status: SessionStatus = "opening_count"
    late: bool = False
    origin: Origin = "back_office"
    opened_at: datetime | None = None
    opened_by: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    closed_from: ClosedFrom | None = None
    receipts: int = 0
    total: int = 0
    rescue_of: str | None = None

    @property
    def is_final(self) -> bool:
        """Say whether nobody sells in it any more."""
        return self.status in FINAL


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that was folded, by the hash of its entry, and the session that it counts in."""

    entry: str
    session_id: str
    number: str
    cashier: str
    at: datetime
    total: int


@dataclass(frozen=True, slots=True)
class CashUpRow:
    """What a cash-up report said when it was printed; it never changes."""

    session_id: str
    number: str
    closed_at: datetime
    closed_by: str
    closed_from: ClosedFrom
    tenders: tuple[TenderCount, ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """What of the rows a run of events can touch."""

    terminals: frozenset[TerminalKey]
    sessions: frozenset[str]
    receipts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Before:
    """The rows that were there before a run of events, as far as it needs them."""

    origins: dict[TerminalKey, Origin] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    """The session of each receipt already folded, by the hash of its entry."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a run of events changes: rows to write, and amounts to add to tenders and products."""

    origins: dict[TerminalKey, Origin] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    openings: dict[SessionTender, int] = field(default_factory=dict)
    tenders: dict[SessionTender, TenderTotals] = field(default_factory=dict)
    products: dict[SessionProduct, ProductTotals] = field(default_factory=dict)
    cash_ups: dict[str, CashUpRow] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A store as reports name it."""

    store: str
    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class TerminalRow:
    """A terminal of a store with its till."""

    store: str
    terminal: str
    till: str
    name: str


@dataclass(frozen=True, slots=True)
class WishRow:
    """What a terminal is wished to be; no date means closed. The highest revision counts."""

    store: str
    terminal: str
    business_date: date | None
    origin: Origin
    rev: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """When a terminal last said HELLO, and how many of its entries the ledger had not acknowledged then."""

    store: str
    terminal: str
    last_seen: datetime
    waiting: int
