"""The rows of the read models. Each belongs to one producer, so that one can be rebuilt without the other."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, NamedTuple

from tillday_contracts.arithmetic import NO_TOTALS, TenderTotals
from tillday_contracts.close_messages import TypedTender
from tillday_contracts.entries import Movement, TenderCount
from tillday_contracts.rescue_messages import RescueStatus
from tillday_contracts.till_messages import SessionStatus

Origin = Literal["back_office", "front_office"]
ClosedFrom = Literal["Terminal", "Backoffice"]

FINAL: Final[frozenset[SessionStatus]] = frozenset({"closed_front", "closed_back", "posted"})


class TerminalKey(NamedTuple):
    """A terminal of a store."""

    store: str
    terminal: str


class SessionGuest(NamedTuple):
    """A terminal that sells, or sold, into a session which another terminal hosts."""

    session_id: str
    terminal: str


class SessionTender(NamedTuple):
    """A tender of a session."""

    session_id: str
    tender: str


class SessionProduct(NamedTuple):
    """A product sold in a session."""

    session_id: str
    sku: str


class TerminalProduct(NamedTuple):
    """A product that a terminal sold on a business date."""

    store: str
    terminal: str
    business_date: date
    sku: str


class JournalKey(NamedTuple):
    """One epoch of a terminal's journal."""

    store: str
    terminal: str
    epoch: str


class TenderKey(NamedTuple):
    """A tender of a store."""

    store: str
    tender: str


class TaskKey(NamedTuple):
    """Something of a store that waits for a person."""

    store: str
    number: int


class DayKey(NamedTuple):
    """A business date of a store."""

    store: str
    business_date: date


class PersonKey(NamedTuple):
    """A person of a store."""

    store: str
    person: str


@dataclass(frozen=True, slots=True)
class Opening:
    """How a terminal was opened last, and for which business date."""

    origin: Origin
    business_date: date


@dataclass(frozen=True, slots=True)
class Position:
    """The last entry of an epoch that is folded, and when its first one was recorded."""

    seq: int
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Takings:
    """What receipts and movements add to a tender of a session.

    `worth` is sales less refunds in the store's currency, `receipts` how many were paid with it.
    """

    totals: TenderTotals = field(default_factory=TenderTotals)
    receipts: int = 0
    worth: int = 0

    def plus(self, other: "Takings") -> "Takings":
        """Return the sum of both."""
        return Takings(
            self.totals.plus(other.totals), self.receipts + other.receipts, self.worth + other.worth
        )

    def taken_back(self) -> "Takings":
        """Return what takes these back."""
        totals = NO_TOTALS.minus(self.totals)
        return Takings(totals, -self.receipts, -self.worth)


@dataclass(frozen=True, slots=True)
class Sold:
    """What was sold of a product, net of refunds, tax included, by so many receipts."""

    name: str
    quantity: int = 0
    gross: int = 0
    receipts: int = 0

    def plus(self, other: "Sold") -> "Sold":
        """Return the sum of both under the other's name, the newer one."""
        return Sold(
            other.name,
            self.quantity + other.quantity,
            self.gross + other.gross,
            self.receipts + other.receipts,
        )

    def taken_back(self) -> "Sold":
        """Return what takes this back."""
        return Sold(self.name, -self.quantity, -self.gross, -self.receipts)


@dataclass(frozen=True, slots=True)
class Session:
    """One till session. `origin` is how its terminal was opened, `total` is minor units.

    `refunds` of its `receipts` paid out.
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
    refunds: int = 0

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
    quantity: int


@dataclass(frozen=True, slots=True)
class PlacedMovement:
    """A movement that was folded, by the hash of its entry, and the session that it counts in."""

    entry: str
    session_id: str
    movement: Movement


@dataclass(frozen=True, slots=True)
class CashUpRow:
    """What a cash-up report said when it was printed; it never changes. `copies` came out after it."""

    session_id: str
    number: str
    closed_at: datetime
    closed_by: str
    closed_from: ClosedFrom
    tenders: tuple[TenderCount, ...]
    entry: str = ""
    copies: int = 0


@dataclass(frozen=True, slots=True)
class BackCloseRow:
    """All that is known of a close from the back office, as it was told last."""

    session_id: str
    number: str
    closed_by: str
    reason: str
    closed_at: datetime
    source: Literal["none", "typed", "scanned"]
    tenders: tuple[TypedTender, ...] = ()
    told_by: str | None = None
    no_close_by: str | None = None


@dataclass(frozen=True, slots=True)
class RescueRow:
    """How a rescue session stands, as it was told last."""

    session_id: str
    store: str
    terminal: str
    till: str
    business_date: date
    original: str
    name: str
    status: RescueStatus
    sales: int
    movements: int
    undecided: int
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """What of the rows a run of events can touch; `entries` are those that count in a session."""

    terminals: frozenset[TerminalKey]
    sessions: frozenset[str]
    entries: frozenset[str]


@dataclass(frozen=True, slots=True)
class Before:
    """The rows that were there before a run of events, as far as it needs them."""

    openings: dict[TerminalKey, Opening] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    """The session of each receipt and movement already folded, by the hash of its entry."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a run of events changes: rows to write, and amounts to add to tenders and products."""

    openings: dict[TerminalKey, Opening] = field(default_factory=dict)
    positions: dict[JournalKey, Position] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    movements: dict[str, PlacedMovement] = field(default_factory=dict)
    counted: dict[SessionTender, int] = field(default_factory=dict)
    takings: dict[SessionTender, Takings] = field(default_factory=dict)
    products: dict[SessionProduct, Sold] = field(default_factory=dict)
    terminal_products: dict[TerminalProduct, Sold] = field(default_factory=dict)
    cash_ups: dict[str, CashUpRow] = field(default_factory=dict)
    guests: dict[SessionGuest, bool] = field(default_factory=dict)
    """Whether a guest is one still, or has left."""
    back_closes: dict[str, BackCloseRow] = field(default_factory=dict)
    rescues: dict[str, RescueRow] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    """Receipts and movements that count no more, or with another content now: removed before any is saved."""
    copies: dict[str, int] = field(default_factory=dict)
    """The highest copy of a cash-up report that was printed, by the entry of the close."""


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A store as reports name it."""

    store: str
    name: str
    currency: str
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class TenderRow:
    """A tender of a store; reports show them by `place`."""

    place: int
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
