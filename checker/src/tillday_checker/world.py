"""What the checker looks at: plain rows as they were found, nothing computed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from tillday_checker.posted_rows import Books
from tillday_checker.spoken import NoClose, ToldClose
from tillday_checker.store_rows import Stores

Placement = Literal["session", "rescue", "rejected", "parked", "desk", "none"]
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
    """A journal entry as the ledger stored it; `repaired` is what people put in its place at the desk."""

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
    repaired: bytes | None = None


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
    rescue_number: int | None = None


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
class MovementRow:
    """Where a movement of money is: paid in or out, loan, pickup."""

    hash: str
    session_id: str
    placement: Placement
    kind: str
    tender: str
    amount: int
    business_date: date


@dataclass(frozen=True, slots=True)
class SafeRow:
    """Money into a store's safe (> 0) or out of it, and the entry that moved it."""

    store: str
    kind: str
    tender: str
    amount: int
    session_id: str
    entry: str


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """What settles the difference of the session that it corrects."""

    hash: str
    session_id: str
    corrects: str
    tender: str
    amount: int


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What a person decided of a late entry; the last one on it holds. `data` is the entry as repaired.

    The named count is where a person says that the entry's money lay.
    """

    hash: str
    number: int
    session_id: str
    verdict: str
    by: str
    approved_by: str | None = None
    reason: str | None = None
    no_cash: bool = False
    data: bytes | None = None
    named_session: str | None = None
    named_kind: str | None = None


@dataclass(frozen=True, slots=True)
class EventMoney:
    """An amount of one tender that is kept under an entry's hash."""

    event: str
    tender: str
    amount: int
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """What was added to the recorded difference of a count."""

    session_id: str
    kind: str
    tender: str
    amount: int


@dataclass(frozen=True, slots=True)
class CloseRow:
    """A close as the ledger or a report shows it; `tenders` as it was recorded."""

    session_id: str
    number: str
    tenders: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The tables of the till service. `on_desk` are the hashes that its dead letters claim.

    `journal` stands in the order in which it was taken.
    `settlements` is None where none are worked out; `unsettled` are the tills, by store and code, of which
    something is known that is not worked out yet.
    """

    keys: Mapping[str, bytes] = field(default_factory=dict)
    journal: tuple[LedgerRow, ...] = ()
    positions: tuple[Position, ...] = ()
    streams: tuple[Stream, ...] = ()
    sessions: tuple[LedgerSession, ...] = ()
    tenders: tuple[TenderRow, ...] = ()
    products: tuple[ProductRow, ...] = ()
    sales: tuple[SaleRow, ...] = ()
    movements: tuple[MovementRow, ...] = ()
    safe: tuple[SafeRow, ...] = ()
    adjustments: tuple[AdjustmentRow, ...] = ()
    closes: tuple[CloseRow, ...] = ()
    no_closes: tuple[NoClose, ...] = ()
    told_closes: tuple[ToldClose, ...] = ()
    on_desk: frozenset[str] = frozenset()
    decisions: tuple[DecisionRow, ...] = ()
    back_numbers: tuple[tuple[str, str], ...] = ()
    unidentified: tuple[EventMoney, ...] = ()
    left: tuple[EventMoney, ...] = ()
    claims: tuple[EventMoney, ...] = ()
    settlements: tuple[SettlementRow, ...] | None = None
    unsettled: frozenset[tuple[str, str]] = frozenset()

    @property
    def placed(self) -> tuple[SaleRow | MovementRow, ...]:
        """Everything that is in a session, in its rescue session or parked."""
        return (*self.sales, *self.movements)


@dataclass(frozen=True, slots=True)
class ReportSession:
    """A till session on the board."""

    session_id: str
    status: str
    closed_from: str | None
    receipts: int
    total: int
    refunds: int = 0


@dataclass(frozen=True, slots=True)
class ReportReceipt:
    """A receipt as reports count it, by the hash of its entry."""

    entry: str
    session_id: str
    cashier: str
    total: int


@dataclass(frozen=True, slots=True)
class TerminalProduct:
    """What the flash report of a terminal shows of a product on a business date."""

    store: str
    terminal: str
    business_date: date
    sku: str
    quantity: int
    gross: int


@dataclass(frozen=True, slots=True)
class WorthRow:
    """What was taken in a tender of a session, in the store's currency."""

    session_id: str
    tender: str
    worth: int


@dataclass(frozen=True, slots=True)
class CopiesRow:
    """How many copies of a cash-up report are told to have been printed after the original."""

    session_id: str
    copies: int


@dataclass(frozen=True, slots=True)
class Reports:
    """The tables of the report service."""

    sessions: tuple[ReportSession, ...] = ()
    tenders: tuple[TenderRow, ...] = ()
    worths: tuple[WorthRow, ...] = ()
    products: tuple[ProductRow, ...] = ()
    receipts: tuple[ReportReceipt, ...] = ()
    terminal_products: tuple[TerminalProduct, ...] = ()
    copies: tuple[CopiesRow, ...] = ()
    cash_ups: tuple[CloseRow, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Everything that was found. A part that was not looked at is None.

    Each is itself and no other, so that what was read of it once is not read again.
    """

    terminals: tuple[Terminal, ...] = ()
    ledger: Ledger | None = None
    stores: Stores | None = None
    reports: Reports | None = None
    float_columns: tuple[str, ...] = ()
    books: Books | None = None
