"""Rescue sessions: what came late to a closed session, what people decide of it, and its close."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, JsonValue

from tillday_contracts.close_messages import BackNumber
from tillday_contracts.desk_messages import Change
from tillday_contracts.ids import Epoch, Hash, PersonId, SessionId, StoreCode, TerminalCode, TillCode
from tillday_contracts.messages import Command, Done, Event, Question
from tillday_contracts.model import Fact
from tillday_contracts.parts import Count, TenderName, Text

RescueStatus = Literal["outstanding", "reviewed", "closed", "posted"]
"""Reviewed: everything in it is decided. Closed: what comes after that finds the next rescue session."""
RescueVerdict = Literal["accepted", "repaired", "rejected"]
ENTRIES_AT_ONCE: int = 200


class RescueSessions(Question):
    """Ask for the rescue sessions of a store that hold anything: those that wait, those closed, or all."""

    subject: ClassVar[str] = "tillday.till.rescue_sessions.v1"

    store: StoreCode
    state: Literal["open", "closed", "all"] = "open"


class RescueTender(Fact):
    """What came late in one tender, net."""

    tender: TenderName
    amount: int


class RescueSession(Fact):
    """A container of what came late to one closed session; `name` is what people call it.

    `undecided` of its entries wait for a person; `unidentified` was paid for those rejected, which are not in
    `tenders`. `number` is that of its close.
    """

    session_id: SessionId
    name: str
    original: SessionId
    terminal: TerminalCode
    till: TillCode
    business_date: date
    created_by: PersonId | None
    status: RescueStatus = "outstanding"
    sales: int
    movements: int
    oldest: AwareDatetime
    tenders: tuple[RescueTender, ...]
    unidentified: tuple[RescueTender, ...] = ()
    reasons: tuple[str, ...]
    undecided: int = 0
    number: BackNumber | None = None
    closed_by: PersonId | None = None
    closed_at: AwareDatetime | None = None


class RescueSessionList(Done):
    """The rescue sessions of a store, by business date and name."""

    store: StoreCode
    sessions: tuple[RescueSession, ...]


class NamedCount(Fact):
    """A confirmed count of a till."""

    session_id: SessionId
    kind: Literal["opening", "cash_up"]


class RescueDecision(Fact):
    """One decision on one entry; `number` counts them, and the last one holds.

    `no_cash`: nobody paid for the rejected entry. `count`: where its money lay when it was counted.
    """

    entry: Hash
    number: int
    verdict: RescueVerdict
    by: PersonId
    approved_by: PersonId | None = None
    reason: str | None = None
    at: AwareDatetime
    no_cash: bool = False
    count: NamedCount | None = None
    changes: tuple[Change, ...] = ()


class RescuePlace(Fact):
    """The count to which the money of an entry belongs in one tender; None: the next one asks for it."""

    tender: TenderName
    amount: int
    count: NamedCount | None = None


class RescueEntry(Fact):
    """One entry of a rescue session. `body` is as it counts now: repaired, where it was repaired.

    A `count` is what a journal that was left moved at a count of its own: seen from the drawer.
    """

    entry: Hash
    kind: Literal["sale", "movement", "count"]
    terminal: TerminalCode
    epoch: Epoch
    seq: int
    quarantine: bool
    at: AwareDatetime
    recorded_at: AwareDatetime
    by: PersonId
    reason: str | None
    body: dict[str, JsonValue]
    tenders: tuple[RescueTender, ...]
    places: tuple[RescuePlace, ...] = ()
    decision: RescueDecision | None = None


class ShowRescue(Question):
    """Ask what a rescue session holds, a page after the entry `after`."""

    subject: ClassVar[str] = "tillday.till.show_rescue.v1"

    store: StoreCode
    session_id: SessionId
    after: Hash | None = None


class RescueShown(Done):
    """A rescue session, a page of its entries, and every decision on these, oldest first."""

    session: RescueSession
    entries: tuple[RescueEntry, ...]
    more: bool = False
    history: tuple[RescueDecision, ...] = ()


class RescueJournals(Question):
    """Ask for what tells where the money of an entry lay: the counts of the till, and both journals."""

    subject: ClassVar[str] = "tillday.till.rescue_journals.v1"

    store: StoreCode
    session_id: SessionId
    entry: Hash


class CountedTender(Fact):
    """A count of the till in one tender. `settled` is what remains of its difference now.

    `has_it`: the entry's money belongs to it.
    """

    count: NamedCount
    tender: TenderName
    business_date: date
    expected: int
    counted: int
    difference: int
    settled: int
    has_it: bool = False


class JournalLine(Fact):
    """One entry of a journal: where it stands, and its content."""

    epoch: Epoch
    seq: int
    hash: Hash
    type: str
    at: AwareDatetime
    quarantine: bool = False
    body: dict[str, JsonValue]


class JournalPart(Fact):
    """A part of a terminal's journal, in its order."""

    terminal: TerminalCode
    lines: tuple[JournalLine, ...]


class RescueJournalsShown(Done):
    """The till's counts in order, the host's journal around its cash-up, the other one around the entry."""

    entry: RescueEntry
    counts: tuple[CountedTender, ...]
    host: JournalPart
    other: JournalPart


class SeenEntry(Fact):
    """An entry and the number of the decision on it that the person saw; 0: nobody had decided."""

    entry: Hash
    decision: Count = 0


SeenEntries = Annotated[tuple[SeenEntry, ...], Field(min_length=1, max_length=ENTRIES_AT_ONCE)]


class AcceptRescued(Command):
    """Let late entries count as they are. `count` names where their money lay when it was counted."""

    subject: ClassVar[str] = "tillday.till.accept_rescued.v1"

    store: StoreCode
    session_id: SessionId
    entries: SeenEntries
    reason: Text | None = None
    count: NamedCount | None = None


class RejectRescued(Command):
    """Decide that late entries are no sales; what was paid is an unidentified receipt, or nothing came."""

    subject: ClassVar[str] = "tillday.till.reject_rescued.v1"

    store: StoreCode
    session_id: SessionId
    entries: SeenEntries
    reason: Text
    no_cash: bool = False
    count: NamedCount | None = None


class RepairRescued(Command):
    """Let a late entry count with another body. Its bytes stay; somebody else than `by` approves."""

    subject: ClassVar[str] = "tillday.till.repair_rescued.v1"

    store: StoreCode
    session_id: SessionId
    entry: SeenEntry
    reason: Text
    approved_by: PersonId
    body: Annotated[dict[str, JsonValue], Field(min_length=1)]
    count: NamedCount | None = None


class CloseRescue(Command):
    """Close a rescue session in which everything is decided; stock and accounts follow."""

    subject: ClassVar[str] = "tillday.till.close_rescue.v1"

    store: StoreCode
    session_id: SessionId


class RescueDecided(Done):
    """Where the rescue session stands now; `changes` are those of a repair."""

    session_id: SessionId
    status: RescueStatus
    undecided: int
    changes: tuple[Change, ...] = ()


class RescueClosed(Done):
    """The number of the close."""

    session_id: SessionId
    number: BackNumber


class RescueEntryDecided(Event):
    """A person decided about a late entry."""

    subject: ClassVar[str] = "tillday.event.till.rescue_entry_decided.v1"

    store: StoreCode
    terminal: TerminalCode
    till: TillCode
    session_id: SessionId
    original: SessionId
    business_date: date
    decision: RescueDecision


class RescueSessionChanged(Event):
    """Something joined or left a rescue session, was decided, or it was closed; the last telling counts.

    `movements` are what is in it beside sales. Nothing joins a closed one any more: it can be posted.
    """

    subject: ClassVar[str] = "tillday.event.till.rescue_session_changed.v1"

    store: StoreCode
    terminal: TerminalCode
    till: TillCode
    session_id: SessionId
    original: SessionId
    business_date: date
    name: str
    status: RescueStatus
    sales: int
    movements: int
    undecided: int
    number: BackNumber | None = None


EVENTS: tuple[type[Event], ...] = (RescueEntryDecided, RescueSessionChanged)
