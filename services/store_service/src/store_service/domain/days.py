"""A store's days: one business date in each of its states, and the book that holds those that matter now."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from tillday_contracts.day_messages import CancelDay
from tillday_contracts.ids import PersonId, StoreCode, TerminalCode
from tillday_contracts.store_messages import CloseStore, DayState, OpenStore


@dataclass(frozen=True, slots=True)
class NoDay:
    """The date was never opened, or its opening was withdrawn."""

    business_date: date


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Opened by mistake and taken back; the date may be opened again."""

    business_date: date
    reason: str
    cancelled_by: PersonId


@dataclass(frozen=True, slots=True)
class Opening:
    """The command is accepted; whether open tills stand in the way is still being asked.

    `again` is the cancelled day that the date was before, to which it goes back when the opening fails.
    """

    business_date: date
    command: OpenStore
    again: Cancelled | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """The date is open. `reason` says why a closing was abandoned, if one was.

    `cancelling` is a command to take the day back, while it is asked whether a till was started for it.
    """

    business_date: date
    opened_by: PersonId
    automatically_closed: date | None = None
    reason: str | None = None
    cancelling: CancelDay | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """Terminals attest that they start no till for the date; `opened` is what to go back to.

    `command` is the one that began the closing, or the later one that waived the terminals not heard.
    """

    opened: Open
    command: CloseStore
    since: datetime
    attested: frozenset[TerminalCode] = frozenset()
    waived: str | None = None

    @property
    def business_date(self) -> date:
        return self.opened.business_date


@dataclass(frozen=True, slots=True)
class Closed:
    """Closed for good."""

    business_date: date
    closed_by: PersonId
    automatic: bool = False
    unattested: tuple[TerminalCode, ...] = ()
    waived: str | None = None


@dataclass(frozen=True, slots=True)
class Archived:
    """Everything of the closed date is decided and old enough."""

    closed: Closed

    @property
    def business_date(self) -> date:
        return self.closed.business_date


StoreDay = NoDay | Opening | Open | Closing | Closed | Cancelled | Archived


WORDS: Final[Mapping[type[StoreDay], DayState]] = {
    NoDay: "none",
    Opening: "opening",
    Open: "open",
    Closing: "closing",
    Closed: "closed",
    Cancelled: "cancelled",
    Archived: "archived",
}


@dataclass(frozen=True, slots=True)
class StoreBook:
    """What deciding needs: the store's days under way, the one asked for, and the last date closed.

    Every day up to `archived_through` is archived or was cancelled.
    """

    store: StoreCode
    name: str
    time_zone: str
    rollover: str
    terminals: tuple[TerminalCode, ...] = ()
    last_closed: date | None = None
    archived_through: date | None = None
    days: Mapping[date, StoreDay] = field(default_factory=dict)

    def day(self, business_date: date) -> StoreDay:
        """Return one date's day."""
        return self.days.get(business_date, NoDay(business_date))

    @property
    def current(self) -> Open | Closing | None:
        """The open day, also while it is closing; there is at most one."""
        return next((day for day in self.days.values() if isinstance(day, Open | Closing)), None)

    @property
    def opening(self) -> Opening | None:
        """The day that is being opened, if any."""
        return next((day for day in self.days.values() if isinstance(day, Opening)), None)

    @property
    def cancelling(self) -> Open | None:
        """The open day that is being taken back, if any."""
        day = self.current
        return day if isinstance(day, Open) and day.cancelling is not None else None

    @property
    def closing(self) -> Closing | None:
        """The day that terminals are asked to attest, if any."""
        return self.current if isinstance(self.current, Closing) else None

    def with_day(self, day: StoreDay) -> "StoreBook":
        """Return the book with one day replaced."""
        closed = day.business_date if isinstance(day, Closed | Archived) else None
        newest = max((d for d in (self.last_closed, closed) if d is not None), default=None)
        return replace(self, days={**self.days, day.business_date: day}, last_closed=newest)


def state_of(day: StoreDay) -> DayState:
    """Return the word for a day's state."""
    return WORDS[type(day)]


def awaited(day: StoreDay, terminals: tuple[TerminalCode, ...]) -> tuple[TerminalCode, ...]:
    """Return the terminals whose attestation a day still waits for."""
    if not isinstance(day, Closing) or day.waived is not None:
        return ()
    return tuple(code for code in terminals if code not in day.attested)
