"""Money that moves without a sale, and the drawer that opens without a transaction."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tillday_contracts.ids import PersonId, SessionId, TillCode
from tillday_contracts.model import Fact
from tillday_contracts.money import Minor
from tillday_contracts.parts import TenderName, Text

MovementKind = Literal["paid_in", "paid_out", "loan", "pickup"]
Positive = Annotated[int, Field(strict=True, gt=0, le=10**12)]


class Movement(Fact):
    """Money into or out of an open till: from or to somebody (paid in, paid out), the safe (loan, pickup)."""

    session_id: SessionId
    till: TillCode
    business_date: date
    kind: MovementKind
    tender: TenderName
    amount: Positive
    reason: Text
    by: PersonId
    allowed_by: PersonId | None = None


class FloatMoved(Fact):
    """Before an opening count: brought from the safe (> 0) or put away (< 0) to reach a forced float.

    It changes what that count expects and the safe; it is none of the session's loans and pickups.
    """

    session_id: SessionId
    till: TillCode
    business_date: date
    tender: TenderName
    kept: Minor
    wanted: Minor
    amount: Minor
    by: PersonId


class Adjustment(Fact):
    """Settles the difference of a closed session that was counted or keyed wrongly; moves no money here.

    Written in `session_id`, whose expected amounts it leaves alone; `corrects` is the wrong session.
    """

    session_id: SessionId
    till: TillCode
    business_date: date
    corrects: SessionId
    tender: TenderName
    amount: Minor
    reason: Text
    by: PersonId
    allowed_by: PersonId


class DrawerLeftOpen(Fact):
    """The drawer's sensor has said "open" for longer than the terminal tolerates; said once per opening."""

    session_id: SessionId | None = None
    seconds: Annotated[int, Field(strict=True, ge=0)]


class NoSale(Fact):
    """The drawer was opened without a transaction."""

    session_id: SessionId | None = None
    reason: Text
    by: PersonId
