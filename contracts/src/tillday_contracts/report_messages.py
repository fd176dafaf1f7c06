"""Questions that report_service answers."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from tillday_contracts.entries import TenderCount
from tillday_contracts.ids import PersonId, SessionId, StoreCode, TerminalCode, TillCode
from tillday_contracts.messages import Done, Question
from tillday_contracts.model import Fact
from tillday_contracts.money import CurrencyCode
from tillday_contracts.store_messages import StoreTask

FiguresSource = Literal["terminal", "typed", "scanned", "none"]
Presence = Literal["heard", "silent", "unknown"]


class StatusBoard(Question):
    """Ask for the board of a store: its sessions of a date, or each terminal's newest when none is named.

    Of its terminals those that `only` means and `find` finds in code, name, status or who works there, `most`
    of them after `skip`: without `most` all, which is too long an answer for a store of very many. `terminal`
    is told beside them.
    """

    subject: ClassVar[str] = "tillday.report.status_board.v1"

    store: StoreCode
    business_date: date | None = None
    only: Literal["all", "open", "offline", "difference"] = "all"
    find: Annotated[str, StringConstraints(max_length=80)] = ""
    skip: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    most: Annotated[int, Field(ge=1, le=500)] | None = None
    terminal: TerminalCode | None = None


class BoardTill(Fact):
    """One till session on the board. `status` in the words of the back office; `tenders` of a counted one.

    `late`: it began after its day was closed, and stands in nobody's way. `source`: where the figures of a
    closed one are from; they are `provisional` until the terminal's own close is here or will never come.
    `guests`: the other terminals that sold into it.
    """

    session_id: SessionId
    till: TillCode
    business_date: date
    status: str
    opened_at: AwareDatetime | None = None
    opened_by: PersonId | None = None
    closed_at: AwareDatetime | None = None
    closed_by: PersonId | None = None
    closed_from: str | None = None
    receipts: int = 0
    total: int = 0
    late: bool = False
    tenders: tuple[TenderCount, ...] = ()
    number: str | None = None
    back_number: str | None = None
    source: FiguresSource | None = None
    provisional: bool = False
    guests: tuple[TerminalCode, ...] = ()


class BoardTerminal(Fact):
    """One terminal on the board. `business_date` is blank when it is closed.

    `presence`: heard within 150 s, or silent for longer; unknown while nobody has listened for long enough
    to say so, as after a start of the whole system. `guest_of`: the till of another terminal that it sells
    into now.
    """

    terminal: TerminalCode
    name: str
    status: str
    business_date: date | None = None
    active_tills: int = 0
    last_seen: AwareDatetime | None = None
    waiting: int | None = None
    sessions: tuple[BoardTill, ...] = ()
    guest_of: TillCode | None = None
    presence: Presence = "unknown"


class BoardRescue(Fact):
    """A rescue session that waits for its review or its close."""

    session_id: SessionId
    name: str
    till: TillCode
    business_date: date
    status: Literal["outstanding", "reviewed"]
    sales: int
    movements: int
    undecided: int


class BoardSummary(Fact):
    """The figures of a whole board, whatever part of it was asked for; differences in the store's currency.

    `open_tills` is how many terminals have one; of them and of the `silent` ones, which are open and were not
    heard for 150 s, the first are named; of the `unknown` ones nobody can say that yet. `with_difference`
    counts terminals.
    """

    terminals: int
    open_terminals: int
    open_tills: int
    open_tills_at: tuple[TerminalCode, ...] = ()
    silent: int
    silent_at: tuple[TerminalCode, ...] = ()
    unknown: int = 0
    waiting: int
    difference: int
    with_difference: int


class Board(Done):
    """The terminals of a store with the sessions that were asked for, by code.

    `found` of them fit what was asked; `shown` is the one that was named.

    `currencies` of the tenders in them; one that is not named is in the store's currency. `tasks` of the
    store that nobody has finished, by number. `rescues` of any date that are not closed yet.
    """

    store: StoreCode
    name: str
    currency: CurrencyCode
    currencies: dict[str, CurrencyCode] = Field(default_factory=dict)
    terminals: tuple[BoardTerminal, ...]
    tasks: tuple[StoreTask, ...] = ()
    rescues: tuple[BoardRescue, ...] = ()
    found: int | None = None
    summary: BoardSummary | None = None
    shown: BoardTerminal | None = None


class CashUpReport(Question):
    """Ask for the cash-up report of one session, or of every session of a date when session_id is None."""

    subject: ClassVar[str] = "tillday.report.cash_up_report.v1"

    store: StoreCode
    session_id: SessionId | None = None
    business_date: date | None = None


class TenderFigures(Fact):
    """What makes a tender's expected amount in one session, minor units of its `currency`."""

    tender: str
    name: str | None = None
    currency: CurrencyCode | None = None
    opening: int = 0
    sales: int = 0
    refunds: int = 0
    paid_in: int = 0
    paid_out: int = 0
    loans: int = 0
    pickups: int = 0
    expected: int = 0


class ProductLine(Fact):
    """Sales of one product, net of refunds, tax included."""

    sku: str
    name: str
    quantity: int
    total: int


class ToldTender(Fact):
    """A tender as somebody told it from the printed report; `kept` None: nobody said it.

    `own_counted` and `own_kept` are those of the terminal's own close once it is here; `differs` from it.
    """

    tender: str
    counted: int
    kept: int | None = None
    own_counted: int | None = None
    own_kept: int | None = None
    differs: bool = False


class BackOfficeClose(Fact):
    """A close from the back office: its number, who closed and why, and the printed report as it was told.

    `no_close_by` said that the terminal's own close will never come.
    """

    number: str
    by: PersonId
    at: AwareDatetime
    reason: str
    source: Literal["none", "typed", "scanned"]
    told_by: PersonId | None = None
    tenders: tuple[ToldTender, ...] = ()
    no_close_by: PersonId | None = None


class CashUp(Fact):
    """A closed session exactly as its report was printed, with what was sold in it.

    `refunds` of the `receipts` paid out. `figures` say what the expected amounts are made of. `copy_no`
    copies were printed after the original. `source` says where `tenders` are from: the terminal's own close,
    else the printed report as it was typed or scanned, else nothing: then nobody counted, and what is
    expected is kept. `back` is the close from the back office, beside the terminal's own or instead of it.
    """

    session_id: SessionId
    store_name: str
    terminal: TerminalCode
    till: TillCode
    business_date: date
    number: str
    opened_at: AwareDatetime | None = None
    opened_by: PersonId | None = None
    closed_at: AwareDatetime
    closed_by: PersonId
    closed_from: str
    currency: CurrencyCode
    tenders: tuple[TenderCount, ...]
    figures: tuple[TenderFigures, ...] = ()
    copy_no: int = 0
    receipts: int
    refunds: int = 0
    total: int
    products: tuple[ProductLine, ...]
    source: FiguresSource = "terminal"
    provisional: bool = False
    back: BackOfficeClose | None = None


class CashUps(Done):
    """The reports asked for, in the order in which the sessions were closed."""

    reports: tuple[CashUp, ...]


class XReport(Question):
    """Ask for a snapshot of a running session; nothing is closed by it."""

    subject: ClassVar[str] = "tillday.report.x_report.v1"

    store: StoreCode
    terminal: TerminalCode


class Snapshot(Done):
    """How a session stands, as far as the ledger knows it."""

    session_id: SessionId
    terminal: TerminalCode
    till: TillCode
    business_date: date
    status: str
    opened_at: AwareDatetime | None = None
    opened_by: PersonId | None = None
    currency: CurrencyCode
    receipts: int
    refunds: int
    total: int
    figures: tuple[TenderFigures, ...]


class FlashReport(Question):
    """Ask for the sales per product of one terminal on its current business date."""

    subject: ClassVar[str] = "tillday.report.flash_report.v1"

    store: StoreCode
    terminal: TerminalCode


class Flash(Done):
    """Sales per product by SKU, net of refunds, late and rescue sales included; up to a journal position."""

    store_name: str
    terminal: TerminalCode
    business_date: date
    currency: CurrencyCode
    head_seq: int
    lines: tuple[ProductLine, ...]
    total: int


class SalesReport(Question):
    """Ask for the sales of a store's business dates, grouped."""

    subject: ClassVar[str] = "tillday.report.sales_report.v1"

    store: StoreCode
    first: date
    last: date
    by: Literal["product", "hour", "cashier", "tender"]


class SalesRow(Fact):
    """One group: `key` is the SKU, hour (00 to 23, store time), person or tender; `total` net of refunds.

    `quantity` counts pieces and is 0 for a tender; foreign cash is told by its value.
    """

    key: str
    name: str
    receipts: int
    quantity: int
    total: int


class Sales(Done):
    """The groups by key, and their sum. Σ of tenders is what was paid, rounding included."""

    currency: CurrencyCode
    rows: tuple[SalesRow, ...]
    total: int
