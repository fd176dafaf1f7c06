"""Questions that report_service answers."""

from datetime import date
from typing import ClassVar

from pydantic import AwareDatetime

from tillday_contracts.entries import TenderCount
from tillday_contracts.ids import PersonId, SessionId, StoreCode, TerminalCode, TillCode
from tillday_contracts.messages import Done, Question
from tillday_contracts.model import Fact
from tillday_contracts.money import CurrencyCode


class StatusBoard(Question):
    """Ask for the board of a store."""

    subject: ClassVar[str] = "tillday.report.status_board.v1"

    store: StoreCode


class BoardTill(Fact):
    """One till session on the board. `status` in the words of the back office."""

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


class BoardTerminal(Fact):
    """One terminal on the board. `business_date` is blank when it is closed."""

    terminal: TerminalCode
    name: str
    status: str
    business_date: date | None = None
    active_tills: int = 0
    last_seen: AwareDatetime | None = None
    waiting: int | None = None
    sessions: tuple[BoardTill, ...] = ()


class Board(Done):
    """The terminals of a store with their newest sessions, by code."""

    store: StoreCode
    name: str
    currency: CurrencyCode
    terminals: tuple[BoardTerminal, ...]


class CashUpReport(Question):
    """Ask for the cash-up report of one session, or of every session of a date when session_id is None."""

    subject: ClassVar[str] = "tillday.report.cash_up_report.v1"

    store: StoreCode
    session_id: SessionId | None = None
    business_date: date | None = None


class ProductLine(Fact):
    """Sales of one product, net of refunds, tax included."""

    sku: str
    name: str
    quantity: int
    total: int


class CashUp(Fact):
    """A closed session exactly as its report was printed, with what was sold in it.

    `refunds` of the `receipts` paid out.
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
    receipts: int
    refunds: int = 0
    total: int
    products: tuple[ProductLine, ...]


class CashUps(Done):
    """The reports asked for, in the order in which the sessions were closed."""

    reports: tuple[CashUp, ...]
