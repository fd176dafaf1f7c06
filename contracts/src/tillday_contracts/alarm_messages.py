"""Alarms: what is wrong and does not mend itself. Each kind has a page in docs/runbooks."""

from typing import ClassVar, Final, Literal, get_args

from pydantic import AwareDatetime

from tillday_contracts.ids import StoreCode, TerminalCode
from tillday_contracts.messages import Done, Event, Question
from tillday_contracts.model import Fact

AlarmKind = Literal[
    "not_in_ledger",
    "oldest_unacknowledged",
    "clone_suspected",
    "journal_damaged",
    "server_behind",
    "clock_skew",
    "drawer_left_open",
    "pins_guessed",
    "stale_retained",
    "credential_misuse",
    "stream_filling",
]
ALARM_KINDS: Final[tuple[str, ...]] = get_args(AlarmKind)


class AlarmEvent(Event):
    """What an alarm's events say: about a terminal, a store, or everything where neither is named."""

    store: StoreCode | None = None
    terminal: TerminalCode | None = None
    kind: AlarmKind
    text: str


class AlarmRaised(AlarmEvent):
    """The ledger found something wrong. It is told once, until it is cleared."""

    subject: ClassVar[str] = "tillday.event.till.alarm_raised.v1"


class AlarmCleared(AlarmEvent):
    """What the ledger found wrong is over."""

    subject: ClassVar[str] = "tillday.event.till.alarm_cleared.v1"


class StoreAlarmRaised(AlarmEvent):
    """The store service found something wrong. It is told once, until it is cleared."""

    subject: ClassVar[str] = "tillday.event.store.alarm_raised.v1"


class StoreAlarmCleared(AlarmEvent):
    """What the store service found wrong is over."""

    subject: ClassVar[str] = "tillday.event.store.alarm_cleared.v1"


class Alarms(Question):
    """Ask for the alarms of a store, and those about everything; `cleared`: those that are over too."""

    subject: ClassVar[str] = "tillday.report.alarms.v1"

    store: StoreCode
    cleared: bool = False


class Alarm(Fact):
    """One alarm; `cleared_at` is None while it lasts. `page` is its runbook."""

    kind: AlarmKind
    store: StoreCode | None
    terminal: TerminalCode | None
    text: str
    raised_at: AwareDatetime
    cleared_at: AwareDatetime | None = None
    page: str


class AlarmList(Done):
    """The alarms asked for, the newest first."""

    store: StoreCode
    alarms: tuple[Alarm, ...]


EVENTS: tuple[type[Event], ...] = (AlarmRaised, AlarmCleared, StoreAlarmRaised, StoreAlarmCleared)


def runbook_of(kind: str) -> str:
    """Return the page of a kind of alarm."""
    return f"docs/runbooks/{kind.replace('_', '-')}.md"
