"""What the checker looks at: plain rows as they were found, nothing computed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Placement = Literal["session", "rescue", "parked", "desk", "none"]
NOT_FINAL = frozenset({"opening_count", "open", "closing_count"})
FINAL = frozenset({"closed_front", "closed_back", "posted"})


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """A journal entry as a terminal's database holds it; hashes are hex."""

    epoch: str
    seq: int
    prev: str
    hash: str
    data: bytes
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A document on a paper tape: its visible rows, and whether it was cut off properly."""

    rows: tuple[str, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal's own folder. `paper` is None where no tape was found."""

    store: str
    terminal: str
    keys: Mapping[str, bytes]
    entries: tuple[HeldEntry, ...]
    paper: tuple[Paper, ...] | None = None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A journal entry as the ledger stored it."""

    store: str
    terminal: str
    epoch: str
    seq: int
    prev: str
    hash: str
    data: bytes
    recorded_at: datetime
    quarantine: bool = False
    placement: Placement = "none"
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A consumed position of a terminal's journal."""

    store: str
    terminal: str
    epoch: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Stream:
    """How far the ledger has an epoch."""

    store: str
    terminal: str
    epoch: str
    upto: int
    head_hash: str


@dataclass(frozen=True, slots=True)
class LedgerSession:
    """A till session, or a rescue session when `rescue_of` names its original."""

    session_id: str
    store: str
    terminal: str
    till: str
    business_date: date
    status: str
    late: bool = False
    recovered: bool = False
    rescue_of: str | None = None


@dataclass(frozen=True, slots=True)
class TenderRow:
    """Folded totals of one tender in one session."""

    session_id: str
    tender: str
    opening: int
    sales: int
    refunds: int
    paid_in: int = 0
    paid_out: int = 0
    loans: int = 0
    pickups: int = 0


@dataclass(frozen=True, slots=True)
class ProductRow:
    """Folded totals of one product in one session."""

    session_id: str
    sku: str
    quantity: int
    gross: int


@dataclass(frozen=True, slots=True)
class SaleRow:
    """Where a sale is."""

    hash: str
    session_id: str
    placement: Placement
    number: str
    business_date: date
    total: int


@dataclass(frozen=True, slots=True)
class CloseRow:
    """A close as the ledger or a report shows it; `tenders` as it was recorded."""

    session_id: str
    number: str
    tenders: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The tables of the till service. `on_desk` are the hashes that its dead letters claim."""

    keys: Mapping[str, bytes] = field(default_factory=dict)
    journal: tuple[LedgerRow, ...] = ()
    positions: tuple[Position, ...] = ()
    streams: tuple[Stream, ...] = ()
    sessions: tuple[LedgerSession, ...] = ()
    tenders: tuple[TenderRow, ...] = ()
    products: tuple[ProductRow, ...] = ()
    sales: tuple[SaleRow, ...] = ()
    closes: tuple[CloseRow, ...] = ()
    on_desk: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """A store's settings as far as the invariants ask for them."""

    denominations: frozenset[int] = frozenset()
    cash: frozenset[str] = frozenset()
    initial_tolerance: Mapping[str, int] = field(default_factory=dict)
    cash_up_tolerance: Mapping[str, int] = field(default_factory=dict)
    own_count_approval: str = "with_reason"


@dataclass(frozen=True, slots=True)
class Day:
    """A business date of a store."""

    store: str
    business_date: date
    state: str
    closed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A store was opened for a date; in the order in which it was decided."""

    store: str
    business_date: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """What a terminal is wished to be; no date means closed."""

    store: str
    terminal: str
    business_date: date | None


@dataclass(frozen=True, slots=True)
class Stores:
    """The tables of the store service."""

    terms: Mapping[str, Terms] = field(default_factory=dict)
    days: tuple[Day, ...] = ()
    openings: tuple[Opening, ...] = ()
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportSession:
    """A till session on the board."""

    session_id: str
    status: str
    closed_from: str | None
    receipts: int
    total: int


@dataclass(frozen=True, slots=True)
class Reports:
    """The tables of the report service."""

    sessions: tuple[ReportSession, ...] = ()
    tenders: tuple[TenderRow, ...] = ()
    products: tuple[ProductRow, ...] = ()
    cash_ups: tuple[CloseRow, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """Everything that was found. A part that was not looked at is None."""

    terminals: tuple[Terminal, ...] = ()
    ledger: Ledger | None = None
    stores: Stores | None = None
    reports: Reports | None = None
    float_columns: tuple[str, ...] = ()
