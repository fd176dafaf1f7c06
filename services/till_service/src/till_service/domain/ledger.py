"""What one batch finds in the ledger and what it leaves there."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

from till_service.domain.closes import BackClose, Close, Evidence, GuestWord, NoClose
from till_service.domain.incoming import JournalEntry
from till_service.domain.money import AdjustmentRow, CountRow, LeftMoney, SafeRow, Task, Unidentified
from till_service.domain.posting_sums import PostingSums
from till_service.domain.routing import Placed, Rescue
from till_service.domain.sessions import TillSession
from till_service.domain.streams import Held, Stamp, Stream, StreamId, Terminal
from tillday_contracts.arithmetic import ProductTotals, TenderTotals
from tillday_contracts.link import Verdict
from tillday_contracts.messages import Event
from tillday_contracts.till_messages import Placement
from tillday_contracts.topics import TerminalAddress

NONE: Final[Mapping[Any, Any]] = MappingProxyType({})

GuestKey = tuple[str, StreamId]
"""A session, and the journal of a terminal that joined it."""


class Loaded(NamedTuple):
    """The part of the ledger that a batch may touch, locked for it.

    `rows` are the stamps of the journal rows whose hashes the batch names. `placed` are the entries parked
    under a session that the batch may confirm, those that a close in the batch does not cover, and those that
    an earlier word on that close took out of it. `awaited` are the closed sessions whose manifest was not
    complete before the batch and names one of its streams; `tenders` are the totals of these, of the sessions
    that a close in the batch names, and of those whose kept amounts are provisional. `guests` says from which
    position of a journal on its terminal may sell into a session; `turns` who hosts a starting till, and how
    often it changed hands.
    """

    terminals: Mapping[TerminalAddress, Terminal] = NONE
    streams: Mapping[StreamId, Stream] = NONE
    positions: Mapping[tuple[StreamId, int], Held] = NONE
    rows: Mapping[str, Stamp] = NONE
    sealed: frozenset[tuple[str, date]] = frozenset()
    sessions: Mapping[str, TillSession] = NONE
    rescues: Mapping[str, tuple[Rescue, ...]] = NONE
    placed: tuple[Placed, ...] = ()
    awaited: frozenset[str] = frozenset()
    tenders: Mapping[tuple[str, str], TenderTotals] = NONE
    guests: Mapping[GuestKey, int] = NONE
    turns: Mapping[tuple[str, str], int] = NONE


class Moment(NamedTuple):
    """Everything that is not in the messages or the ledger: time, chance, the stamp, and what went before.

    `gaps` says when a terminal was last told of a gap; `condemned` are hashes of entries that the database
    refused when they were tried alone, with the reason.
    """

    now: datetime
    stamp: Stamp
    new_id: Callable[[], UUID]
    window: int = 256
    gaps: Mapping[TerminalAddress, datetime] = NONE
    condemned: Mapping[str, str] = NONE


class PositionRow(NamedTuple):
    """A position that this transaction consumes."""

    stream: StreamId
    seq: int
    hash: str


class CloseMember(NamedTuple):
    """How far a close counts in one journal."""

    session_id: str
    stream: StreamId
    to_seq: int


class JournalRow(NamedTuple):
    """An entry that enters the ledger, with the place its effect went to."""

    address: TerminalAddress
    entry: JournalEntry
    placement: Placement
    session_id: str | None
    reason: str | None


class Letter(NamedTuple):
    """Bytes for the dead-letter desk. A `proven` one took its position without an effect."""

    address: TerminalAddress
    entry: JournalEntry
    reason: str
    proven: bool = False


class Taken(NamedTuple):
    """The answers to send after the COMMIT, and everything to store in one transaction before it."""

    answers: Mapping[TerminalAddress, tuple[Verdict, ...]]
    gaps: Mapping[TerminalAddress, datetime]
    sums: PostingSums
    streams: tuple[Stream, ...] = ()
    current_epochs: Mapping[TerminalAddress, str] = NONE
    positions: tuple[PositionRow, ...] = ()
    rows: tuple[JournalRow, ...] = ()
    new_sessions: tuple[TillSession, ...] = ()
    changed_sessions: tuple[TillSession, ...] = ()
    rescues: tuple[Rescue, ...] = ()
    closes: Mapping[str, Close] = NONE
    back_closes: Mapping[str, BackClose] = NONE
    evidence: Mapping[str, Evidence] = NONE
    no_closes: Mapping[str, NoClose] = NONE
    guest_words: Mapping[str, tuple[GuestWord, ...]] = NONE
    guests: Mapping[GuestKey, int] = NONE
    close_members: tuple[CloseMember, ...] = ()
    placed: tuple[Placed, ...] = ()
    tenders: Mapping[tuple[str, str], TenderTotals] = NONE
    guest_tenders: Mapping[tuple[str, str, str], TenderTotals] = NONE
    products: Mapping[tuple[str, str], ProductTotals] = NONE
    members: Mapping[tuple[str, str, str], int] = NONE
    safe: tuple[SafeRow, ...] = ()
    adjustments: tuple[AdjustmentRow, ...] = ()
    counts: tuple[CountRow, ...] = ()
    left_money: tuple[LeftMoney, ...] = ()
    unidentified: tuple[Unidentified, ...] = ()
    touched_rescues: tuple[str, ...] = ()
    to_settle: tuple[tuple[str, str], ...] = ()
    to_post: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    letters: tuple[Letter, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def writes(self) -> bool:
        """Say whether the ledger changes; a batch of duplicates alone needs no transaction of its own."""
        decided = self.back_closes or self.evidence or self.no_closes or self.guest_words
        return bool(self.positions or self.rows or self.letters or decided)
