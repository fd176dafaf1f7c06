"""Explaining a till: every event that made what its drawer should hold, and what its counts found."""

from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from pydantic import AwareDatetime, Field

from tillday_contracts.ids import Hash, PersonId, SessionId, StoreCode, TerminalCode, TillCode
from tillday_contracts.messages import Done, Question
from tillday_contracts.model import Fact
from tillday_contracts.parts import TenderName
from tillday_contracts.rescue_messages import CountedTender

LINES_A_PAGE: Final = 500
MOST_LINES: Final = 10_000
"""A till session with more events than this is not explained line by line."""
ExplainedKind = Literal["sale", "refund", "paid_in", "paid_out", "loan", "pickup"]


class ExplainTill(Question):
    """Ask what made the expected amount of one tender of a till session.

    Without a tender the first one that was counted with a difference is explained, else the first of all.
    `until` is the number of the last line wanted; without it the newest lines are told.
    """

    subject: ClassVar[str] = "tillday.till.explain_till.v1"

    store: StoreCode
    session_id: SessionId
    tender: TenderName | None = None
    until: Annotated[int, Field(strict=True, ge=1)] | None = None


class ExplainedLine(Fact):
    """One event: what it brought (> 0) or took, and what the drawer should have held after it.

    `what` is a receipt's number, or why money moved. Lines are counted from 1.
    """

    number: int
    entry: Hash
    kind: ExplainedKind
    what: str
    terminal: TerminalCode
    by: PersonId
    at: AwareDatetime
    amount: int
    expected: int


class LateMoney(Fact):
    """Money that a count has although its session does not hold it: it came late, or corrects the count."""

    entry: Hash
    what: str
    amount: int


class ExplainedCount(Fact):
    """A count: what was recorded, what late money belongs to it, and what remains of the difference."""

    figures: CountedTender
    moved: int = 0
    late: tuple[LateMoney, ...] = ()


class ReportedCount(Fact):
    """What somebody told of a printed report, beside which the terminal's own close stands.

    `kept` is None where nobody told it.
    """

    counted: int
    kept: int | None = None


class TillExplained(Done):
    """A till session replayed in one tender, minor units of its currency.

    `begins` is what the session began with, `expected` what everything in it makes of that. Events stand as
    the clocks of their terminals had them; their sum does not depend on that. `curve` is the expected amount
    after each event of the session, thinned out where there are many.
    """

    store: StoreCode
    session_id: SessionId
    terminal: TerminalCode
    till: TillCode
    business_date: date
    tender: TenderName
    tenders: tuple[TenderName, ...]
    opening: ExplainedCount | None = None
    begins: int
    lines: tuple[ExplainedLine, ...]
    events: int
    expected: int
    curve: tuple[tuple[AwareDatetime, int], ...] = ()
    cash_up: ExplainedCount | None = None
    reported: ReportedCount | None = None
