"""Selling into a till that another terminal hosts: asked, joined, left, and what the host counted of it."""

from datetime import date
from typing import Annotated

from pydantic import Field

from tillday_contracts.ids import PersonId, SessionId, TerminalCode, TillCode
from tillday_contracts.model import Fact
from tillday_contracts.money import Minor
from tillday_contracts.parts import Position, TenderName


class JoinAsked(Fact):
    """A person wants this terminal to sell into another one's till; the back office tells which session."""

    till: TillCode
    business_date: date
    by: PersonId


class TillJoined(Fact):
    """The terminal is a guest of a session. An epoch that goes on in one says so before its first sale."""

    session_id: SessionId
    till: TillCode
    host: TerminalCode
    business_date: date
    by: PersonId


class TillLeft(Fact):
    """The terminal is no guest any more, or asks no longer (no session); nobody left it where it ended."""

    session_id: SessionId | None
    till: TillCode
    by: PersonId | None = None


class GuestTender(Fact):
    """What a guest did to one tender of a session."""

    tender: TenderName
    sales: Minor = 0
    refunds: Minor = 0
    paid_in: Minor = 0
    paid_out: Minor = 0
    loans: Minor = 0
    pickups: Minor = 0


class GuestTotals(Fact):
    """What one guest brought into a session up to these positions of its journal, as the ledger holds it."""

    terminal: TerminalCode
    positions: Annotated[tuple[Position, ...], Field(min_length=1)]
    tenders: tuple[GuestTender, ...]


class GuestsTold(Fact):
    """The ledger told the host what its guests brought: from here on the closing count expects it."""

    session_id: SessionId
    by: PersonId
    guests: tuple[GuestTotals, ...]
