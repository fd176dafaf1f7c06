"""Counting a till: every attempt, what an opening found, what a cash-up confirmed and what it left."""

from datetime import date
from typing import Literal

from tillday_contracts.denominations import DenominationCount
from tillday_contracts.ids import PersonId, SessionId
from tillday_contracts.model import Fact
from tillday_contracts.money import Minor
from tillday_contracts.parts import Approval, TenderName


class CountAttempted(Fact):
    """Every attempt of a count is kept, the rejected ones too."""

    session_id: SessionId
    count: Literal["initial", "cash_up"]
    tender: TenderName
    by: PersonId
    expected: Minor
    counted: Minor
    denominations: tuple[DenominationCount, ...] = ()


class OpeningTender(Fact):
    """One tender's opening: the counted amount is the session's opening amount."""

    tender: TenderName
    expected: Minor
    counted: Minor
    difference: Minor
    denominations: tuple[DenominationCount, ...] = ()
    approval: Approval | None = None


class InitialCountConfirmed(Fact):
    """The till is open. `uncounted`: the store does not count its floats, the expected amounts stand."""

    session_id: SessionId
    business_date: date
    by: PersonId
    tenders: tuple[OpeningTender, ...]
    uncounted: bool = False


class CashUpStarted(Fact):
    """The closing count began; sales are refused until it is cancelled."""

    session_id: SessionId
    by: PersonId


class CashUpCancelled(Fact):
    """The closing count was given up before anything was confirmed."""

    session_id: SessionId
    by: PersonId


class CloseHeard(Fact):
    """The terminal heard that the back office wants this session closed; no receipt of it is open.

    From here on nothing is sold or moved in the session: it is cashed up. `desired_rev` is the revision that
    said so.
    """

    session_id: SessionId
    desired_rev: int


class TenderConfirmed(Fact):
    """One tender of the cash-up was confirmed, a difference approved at this step."""

    session_id: SessionId
    tender: TenderName
    by: PersonId
    expected: Minor
    counted: Minor
    difference: Minor
    denominations: tuple[DenominationCount, ...] = ()
    approval: Approval | None = None


class TenderCount(Fact):
    """A tender's figures at a close: difference = counted − expected, counted = kept + moved."""

    tender: TenderName
    opening: Minor
    expected: Minor
    counted: Minor
    difference: Minor
    kept: Minor
    moved: Minor
    denominations: tuple[DenominationCount, ...] = ()
    approval: Approval | None = None
