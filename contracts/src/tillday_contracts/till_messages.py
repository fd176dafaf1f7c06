"""Requests that till_service answers and the events it announces."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from tillday_contracts.entries import TenderAmount
from tillday_contracts.ids import Epoch, Hash, KeyId, PersonId, SessionId, StoreCode, TerminalCode, TillCode
from tillday_contracts.messages import Command, Done, Event, Question
from tillday_contracts.model import Fact
from tillday_contracts.parts import Claim

SessionStatus = Literal["opening_count", "open", "closing_count", "closed_front", "closed_back", "posted"]
Placement = Literal["session", "rescue", "rejected", "parked", "desk", "none"]
TaskKind = Literal[
    "expected_differs", "evidence_differs", "short_form_differs", "posted_before_close", "parked_after_day"
]


class RegisterJournalKey(Command):
    """Hand over the key that a terminal's journal is chained with."""

    subject: ClassVar[str] = "tillday.till.register_journal_key.v1"

    store: StoreCode
    terminal: TerminalCode
    till: TillCode
    key_id: KeyId
    journal_key: Hash = Field(repr=False)


class OpenTill(Fact):
    """A till that stands in the way of opening or closing a store."""

    terminal: TerminalCode
    till: TillCode
    session_id: SessionId
    business_date: date
    status: SessionStatus
    opened_by: PersonId | None = None


class SealDay(Command):
    """Seal a store's date if it has no open till (`date`), or if no other date has one (`other_dates`).

    Idempotent: the answer to a repeat is `sealed` again. `other_dates` looks and seals nothing. `unused`
    seals the date only if no till was ever started for it, late sessions aside; `tills` names those started.
    """

    subject: ClassVar[str] = "tillday.till.seal_day.v1"

    store: StoreCode
    business_date: date
    scope: Literal["date", "other_dates", "unused"] = "date"


class Sealed(Done):
    """No open till stands in the way; nothing regular starts for the date any more (scope `date`)."""

    sealed: Literal[True] = True


class NotSealed(Done):
    """Open tills stand in the way."""

    sealed: Literal[False] = False
    tills: tuple[OpenTill, ...]


class ReleaseDay(Command):
    """Lift the seal of a cancelled date that is opened again. A date without a seal stays as it is."""

    subject: ClassVar[str] = "tillday.till.release_day.v1"

    store: StoreCode
    business_date: date


class DaySettled(Question):
    """Ask whether everything of a closed date is decided: nothing holds back its archive."""

    subject: ClassVar[str] = "tillday.till.day_settled.v1"

    store: StoreCode
    business_date: date


class DaySettlement(Done):
    """Whether the date is settled; `reasons` says what is not, a sentence each."""

    settled: bool
    reasons: tuple[str, ...] = ()


class SafeBalance(Question):
    """Ask what lies in a store's safe."""

    subject: ClassVar[str] = "tillday.till.safe_balance.v1"

    store: StoreCode


class SafeMovement(Fact):
    """Money into (> 0) or out of the safe, and the entry that moved it."""

    recorded_at: AwareDatetime
    terminal: TerminalCode
    kind: Literal["cash_up", "loan", "pickup", "float"]
    tender: str
    amount: int
    session_id: SessionId
    entry: Hash


class Safe(Done):
    """The balance per tender, minor units of its currency, and the newest movements first."""

    store: StoreCode
    balance: dict[str, int]
    movements: tuple[SafeMovement, ...]


class LedgerEntry(Fact):
    """One entry of a terminal's journal as the ledger took it, and where its effect went.

    One in `quarantine` comes from an epoch that was left: of it only sales and movements have an effect.
    """

    epoch: Epoch
    seq: int
    hash: Hash
    type: str
    at: AwareDatetime
    recorded_at: AwareDatetime
    body: dict[str, object]
    placement: Placement = "none"
    session_id: SessionId | None = None
    reason: str | None = None
    quarantine: bool = False


class EntriesRecorded(Event):
    """Consecutive entries of one terminal are in the ledger; readers fold them."""

    subject: ClassVar[str] = "tillday.event.till.entries_recorded.v1"

    store: StoreCode
    terminal: TerminalCode
    entries: Annotated[tuple[LedgerEntry, ...], Field(min_length=1)]


class TillSessionChanged(Event):
    """A session began or changed its status.

    `close_wished`: the back office wants it closed, and its terminal has not said yet that it heard so.
    """

    subject: ClassVar[str] = "tillday.event.till.till_session_changed.v1"

    store: StoreCode
    terminal: TerminalCode
    till: TillCode
    session_id: SessionId
    business_date: date
    status: SessionStatus
    late: bool = False
    close_wished: bool = False
    by: PersonId | None = None
    kept: tuple[TenderAmount, ...] = ()
    last_receipt: int = 0
    last_cash_up: int = 0


class TerminalAttested(Event):
    """The ledger holds a terminal's word that it starts no till for a date."""

    subject: ClassVar[str] = "tillday.event.till.terminal_attested.v1"

    store: StoreCode
    terminal: TerminalCode
    business_date: date
    revision: int


class TerminalOpenedItself(Event):
    """A supervisor opened a terminal at the front."""

    subject: ClassVar[str] = "tillday.event.till.terminal_opened_itself.v1"

    store: StoreCode
    terminal: TerminalCode
    business_date: date
    by: PersonId | None
    epoch: Epoch
    seq: int


class DeadLetterKept(Event):
    """An entry cannot be processed and waits for a person, its bytes intact."""

    subject: ClassVar[str] = "tillday.event.till.dead_letter_kept.v1"

    store: StoreCode
    terminal: TerminalCode
    digest: Hash
    reason: str


class TaskRaised(Event):
    """Something about a session waits for a person; `text` says what, and what to do. One per kind."""

    subject: ClassVar[str] = "tillday.event.till.task_raised.v1"

    store: StoreCode
    terminal: TerminalCode
    till: TillCode
    session_id: SessionId
    business_date: date | None = None
    kind: TaskKind
    text: str


class TillClaimsChanged(Event):
    """What the next opening count of a till asks for: all its claims, none when `claims` is empty."""

    subject: ClassVar[str] = "tillday.event.till.till_claims_changed.v1"

    store: StoreCode
    till: TillCode
    claims: tuple[Claim, ...]


EVENTS: tuple[type[Event], ...] = (
    EntriesRecorded,
    TillSessionChanged,
    TerminalAttested,
    TerminalOpenedItself,
    DeadLetterKept,
    TaskRaised,
    TillClaimsChanged,
)
