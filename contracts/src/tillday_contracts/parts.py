"""Pieces that several entries and messages are made of."""

from datetime import date
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tillday_contracts.ids import Epoch, Hash, PersonId, Sequence, SessionId, TerminalCode, TillCode
from tillday_contracts.model import Fact
from tillday_contracts.money import Minor

Text = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Sku = Annotated[str, StringConstraints(min_length=1, max_length=40)]
TenderName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,24}$")]
PrintedNumber = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9_-]{1,16}-[0-9A-Z]{5}-[0-9]{1,12}$")]

Count = Annotated[int, Field(strict=True, ge=0)]


class TenderAmount(Fact):
    """An amount of one tender."""

    tender: TenderName
    amount: Minor


@lru_cache(maxsize=2**12)
def tender_amount(tender: str, amount: int) -> TenderAmount:
    """Return an amount of one tender. The same few amounts are told again and again: with every HELLO."""
    return TenderAmount(tender=tender, amount=amount)


class Claim(Fact):
    """Late money that the next opening count of a till asks for."""

    event: Hash
    tender: TenderName
    amount: Minor
    session_id: SessionId


class Approval(Fact):
    """A supervisor's word on one difference; `subject` is approval_subject(...) of exactly that count."""

    by: PersonId
    reason: Text | None = None
    difference: Minor
    subject: Hash


class Position(Fact):
    """A place in a journal."""

    epoch: Epoch
    seq: Sequence
    hash: Hash


class ManifestMember(Fact):
    """Per terminal and epoch, the position that a count covers."""

    terminal: TerminalCode
    epoch: Epoch
    to_seq: Sequence
    to_hash: Hash


class TillState(Fact):
    """A view of a till, carried by a genesis entry, by HELLO and by verdicts.

    During an opening count `expected` is what that count asks for, `kept` what the last one left where a
    forced float makes that differ, `claims` the late money in `expected`.
    """

    till: TillCode
    session_id: SessionId | None = None
    status: Literal["none", "opening_count", "open", "closing_count", "closed_front", "closed_back"] = "none"
    business_date: date | None = None
    kept: tuple[TenderAmount, ...] = ()
    expected: tuple[TenderAmount, ...] = ()
    claims: tuple[Claim, ...] = ()
    last_receipt: Annotated[int, Field(strict=True, ge=0)] = 0
    last_cash_up: Annotated[int, Field(strict=True, ge=0)] = 0
