"""Posting: how a closed session becomes stock moves and an entry of accounts, step by step."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from tillday_contracts.account_messages import EntryLine
from tillday_contracts.ids import PersonId, SessionId, StoreCode, TerminalCode, TillCode
from tillday_contracts.messages import Command, Done, Event, Question
from tillday_contracts.model import Fact
from tillday_contracts.parts import TenderName, Text
from tillday_contracts.stock_messages import Picking

PostingStepName = Literal["count", "stock", "ledger"]
PostingState = Literal["waiting", "failed", "posted"]
SESSIONS_A_PAGE = 200


class PostingStep(Fact):
    """One step of one revision. `owner` is the process that tried it last."""

    revision: int
    step: PostingStepName
    state: Literal["pending", "done", "failed"]
    reason: str | None = None
    attempts: int = 0
    owner: str
    at: AwareDatetime


class Posting(Fact):
    """How far a closed session is posted: `reason` says what it waits for, or what failed."""

    session_id: SessionId
    terminal: TerminalCode
    till: TillCode
    business_date: date
    kind: Literal["regular", "rescue"]
    state: PostingState
    revision: int = 0
    reason: str | None = None
    waived_by: PersonId | None = None
    waived_because: str | None = None


class Postings(Question):
    """Ask how far the closed sessions of a store are posted, newest first; at most 200."""

    subject: ClassVar[str] = "tillday.till.postings.v1"

    store: StoreCode
    state: PostingState | None = None
    business_date: date | None = None


class PostingList(Done):
    """The postings of a store; `waiting` and `failed` count all of them, whatever was asked for."""

    store: StoreCode
    postings: tuple[Posting, ...]
    waiting: int
    failed: int


class ShowPosting(Question):
    """Ask for everything of one session's posting."""

    subject: ClassVar[str] = "tillday.till.show_posting.v1"

    store: StoreCode
    session_id: SessionId


class PostedEntry(Fact):
    """An entry of accounts as it was posted; a later revision is linked by its session and number."""

    entry: int
    revision: int
    business_date: date
    entry_date: date
    date_reason: str | None = None
    lines: tuple[EntryLine, ...]


class PostingShown(Done):
    """A session's posting: its steps, its pickings and its entries, oldest first."""

    posting: Posting
    steps: tuple[PostingStep, ...]
    pickings: tuple[Picking, ...]
    entries: tuple[PostedEntry, ...]


class RetryPosting(Command):
    """Try what failed at once instead of at its next turn."""

    subject: ClassVar[str] = "tillday.till.retry_posting.v1"

    store: StoreCode
    session_id: SessionId


class WaivePosting(Command):
    """Post a session although entries that its count covers are missing, or its figures differ."""

    subject: ClassVar[str] = "tillday.till.waive_posting.v1"

    store: StoreCode
    session_id: SessionId
    reason: Text


class FinalTender(Fact):
    """A tender at its final count, minor units of its currency; nothing is counted where nobody counted."""

    tender: TenderName
    expected: int
    counted: int | None = None
    moved: int = 0


class CountFinal(Event):
    """A session's count is final: its sales are all there, or their absence was waived. Told once."""

    subject: ClassVar[str] = "tillday.event.till.count_final.v1"

    store: StoreCode
    terminal: TerminalCode
    till: TillCode
    session_id: SessionId
    business_date: date
    kind: Literal["regular", "rescue"]
    tenders: tuple[FinalTender, ...]


class SessionPosted(Event):
    """A session's entry of accounts; revision 1, or what came later as an entry of its own."""

    subject: ClassVar[str] = "tillday.event.till.session_posted.v1"

    store: StoreCode
    terminal: TerminalCode
    till: TillCode
    session_id: SessionId
    business_date: date
    kind: Literal["regular", "rescue"]
    revision: Annotated[int, Field(ge=1)]
    company: str
    entry: int
    entry_date: date
    date_reason: str | None = None
    lines: tuple[EntryLine, ...]


EVENTS: tuple[type[Event], ...] = (CountFinal, SessionPosted)
