"""Terminals and sessions in few columns, as the board of a store with very many of them is made."""

from datetime import date, datetime
from typing import NamedTuple

from report_service.domain.rows import FINAL, ClosedFrom, Origin
from tillday_contracts.till_messages import SessionStatus


class TerminalLine(NamedTuple):
    """A terminal, what it is wished to be, and when it was heard last with how many entries unsent.

    Without a `business_date` it is closed; `origin` None: nobody has wished anything yet.
    """

    terminal: str
    name: str
    business_date: date | None = None
    origin: Origin | None = None
    last_seen: datetime | None = None
    waiting: int | None = None


class SessionLine(NamedTuple):
    """One till session, as far as filters, search and sums need it."""

    session_id: str
    terminal: str
    till: str
    business_date: date
    status: SessionStatus
    origin: Origin
    opened_by: str | None
    closed_from: ClosedFrom | None

    @property
    def is_final(self) -> bool:
        """Say whether nobody sells in it any more."""
        return self.status in FINAL
