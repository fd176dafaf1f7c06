"""Questions about many days or many stores, which report_service answers: differences, calendar, overview."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from tillday_contracts.ids import SessionId, StoreCode, TerminalCode, TillCode
from tillday_contracts.messages import Done, Question
from tillday_contracts.model import Fact
from tillday_contracts.money import CurrencyCode
from tillday_contracts.store_messages import DayState

Trouble = Literal["alarms", "silent", "differences", "rescues", "tasks", "waiting"]


class DifferenceReport(Question):
    """Ask what was missing and what was too much when the tills of a store's dates were counted.

    `by` the terminal that hosted a session or the cashier who opened it; `only` that one of them.
    """

    subject: ClassVar[str] = "tillday.report.difference_report.v1"

    store: StoreCode
    first: date
    last: date
    by: Literal["terminal", "cashier"]
    only: Annotated[str, StringConstraints(max_length=80)] | None = None


class DifferenceDay(Fact):
    """One business date; `missing` and `surplus` are both amounts of the store's currency, 0 or more."""

    business_date: date
    sessions: int
    missing: int
    surplus: int


class DifferenceRow(Fact):
    """One terminal or cashier, in one currency; `off` of its counted `sessions` had a difference."""

    key: str
    name: str
    currency: CurrencyCode
    sessions: int
    off: int
    missing: int
    surplus: int


class DifferenceSession(Fact):
    """A session that was counted with a difference; `difference` in minor units of the tender's currency."""

    session_id: SessionId
    business_date: date
    terminal: TerminalCode
    till: TillCode
    cashier: str | None
    tender: str
    currency: CurrencyCode
    difference: int


class Differences(Done):
    """Differences of the days that were counted, of everybody with the worst first, and the worst sessions.

    `days` hold what is in the store's currency. `more`: there are more rows or sessions than told.
    """

    currency: CurrencyCode
    days: tuple[DifferenceDay, ...]
    rows: tuple[DifferenceRow, ...]
    sessions: tuple[DifferenceSession, ...]
    more: bool = False


class StoreCalendar(Question):
    """Ask how the business dates of a store went, from `first` to `last`."""

    subject: ClassVar[str] = "tillday.report.store_calendar.v1"

    store: StoreCode
    first: date
    last: date


class CalendarDay(Fact):
    """One business date of which something is known; amounts in the store's currency.

    `state` is None where only terminals opened themselves. `running`: tills that are not closed yet;
    `provisional`: those closed from the back office whose own close is not here.
    """

    business_date: date
    state: DayState | None = None
    sessions: int = 0
    running: int = 0
    provisional: int = 0
    receipts: int = 0
    total: int = 0
    missing: int = 0
    surplus: int = 0
    rescues: int = 0
    tasks: int = 0


class Calendar(Done):
    """The dates of which something is known, the oldest first."""

    store: StoreCode
    currency: CurrencyCode
    days: tuple[CalendarDay, ...]


class StoreOverviews(Question):
    """Ask how stores stand, those named or all, the one that needs somebody most first."""

    subject: ClassVar[str] = "tillday.report.store_overviews.v1"

    stores: Annotated[tuple[StoreCode, ...], Field(max_length=500)] | None = None


class StoreOverview(Fact):
    """How a store stands on its newest date; amounts in its currency.

    `silent` terminals are open and were not heard for 150 s; `waiting` entries have not been sent.
    `troubles` are the kinds of what needs somebody, the heaviest first.
    """

    store: StoreCode
    name: str
    currency: CurrencyCode
    business_date: date | None = None
    state: DayState | None = None
    terminals: int = 0
    open_terminals: int = 0
    open_tills: int = 0
    silent: int = 0
    waiting: int = 0
    total: int = 0
    missing: int = 0
    surplus: int = 0
    rescues: int = 0
    tasks: int = 0
    alarms: int = 0
    troubles: tuple[Trouble, ...] = ()


class Overview(Done):
    """The stores asked for, worst first; `more`: not every store is told."""

    stores: tuple[StoreOverview, ...]
    more: bool = False
