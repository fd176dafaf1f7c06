"""Closing a till from the back office, and what is known of a close there."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from tillday_contracts.ids import PersonId, SessionId, StoreCode, TerminalCode, TillCode
from tillday_contracts.messages import Command, Done, Event
from tillday_contracts.model import Fact
from tillday_contracts.money import Minor
from tillday_contracts.parts import TenderName, Text
from tillday_contracts.till_messages import SessionStatus

BackNumber = Annotated[str, StringConstraints(pattern=r"^B-[0-9]{1,12}$")]


class NoEvidence(Fact):
    """Nothing is known of a count."""

    kind: Literal["none"] = "none"


class TypedTender(Fact):
    """A tender as the printed report shows it; without `kept` all that was counted is taken to be kept."""

    tender: TenderName
    counted: Minor
    kept: Minor | None = None


class TypedMember(Fact):
    """A terminal that the printed report covers: its CODE and the 12 characters beside it."""

    terminal: TerminalCode
    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-HJKMNP-TV-Z]{5}$")]
    short_form: Annotated[str, StringConstraints(min_length=12, max_length=20)]


class TypedReport(Fact):
    """What a person typed from a printed report; without members nobody knows what the count covers."""

    kind: Literal["typed"] = "typed"
    tenders: Annotated[tuple[TypedTender, ...], Field(min_length=1, max_length=20)]
    members: Annotated[tuple[TypedMember, ...], Field(max_length=20)] = ()


class ScannedReport(Fact):
    """The code of a printed report."""

    kind: Literal["qr"] = "qr"
    payload: Annotated[str, StringConstraints(min_length=1, max_length=4000)]


Evidence = Annotated[NoEvidence | TypedReport | ScannedReport, Field(discriminator="kind")]


class CloseTill(Command):
    """Close a till. For a till closed here before, evidence is added.

    A terminal that answers hears of it first: it finishes its receipt and says so, which closes the till. The
    till of one that is out of reach is closed at once.
    """

    subject: ClassVar[str] = "tillday.till.close_till.v1"

    store: StoreCode
    session_id: SessionId
    reason: Text
    evidence: Evidence = NoEvidence()


class TillClosedInBack(Done):
    """The close's own number, and where the session stands: open until its terminal has heard of it."""

    number: BackNumber
    status: SessionStatus


class BackCloseTold(Event):
    """All that is known of a close from the back office; told again whenever somebody says more.

    `source`: where the `tenders` are from, the printed report typed or scanned; `told_by` told it.
    `no_close_by` said that the terminal's own close will never come.
    """

    subject: ClassVar[str] = "tillday.event.till.back_close_told.v1"

    store: StoreCode
    terminal: TerminalCode
    till: TillCode
    session_id: SessionId
    business_date: date
    number: BackNumber
    by: PersonId
    reason: Text
    closed_at: AwareDatetime
    source: Literal["none", "typed", "scanned"] = "none"
    told_by: PersonId | None = None
    told_at: AwareDatetime | None = None
    tenders: tuple[TypedTender, ...] = ()
    no_close_by: PersonId | None = None


class SayNoClose(Command):
    """Say that the terminal's own close will never come: what the ledger holds now is what was sold.

    Of a session whose opening count is not known: it will never come either. What is parked under the session
    goes to its rescue session.
    """

    subject: ClassVar[str] = "tillday.till.say_no_close.v1"

    store: StoreCode
    session_id: SessionId
    reason: Text


EVENTS: tuple[type[Event], ...] = (BackCloseTold,)
