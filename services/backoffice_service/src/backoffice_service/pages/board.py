"""The Terminals and Tills window as plain values: filtered, counted and worded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from urllib.parse import urlencode

from backoffice_service.pages.speech import Speech
from tillday_contracts.entries import TenderCount
from tillday_contracts.report_messages import Board, BoardTerminal, BoardTill, Presence, StatusBoard

Only = Literal["all", "open", "offline", "difference"]
ONLY: Final[tuple[Only, ...]] = ("all", "open", "offline", "difference")
A_PAGE: Final = 50
RUNNING: Final = ("Open in Front-office", "Opened in Terminal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What somebody wants to see of a store, as it stands in the address."""

    business_date: date | None = None
    find: str = ""
    only: Only = "all"
    page: int = 0

    def question(self, store: str, terminal: str | None = None) -> StatusBoard:
        """Return what the report service is asked: one page, and a terminal beside it."""
        return StatusBoard(
            store=store,
            business_date=self.business_date,
            only=self.only,
            find=self.find,
            skip=self.page * A_PAGE,
            most=A_PAGE,
            terminal=terminal or None,
        )

    def query(self, **changes: object) -> str:
        """Return the address's query, with some of it changed."""
        values = {
            "date": self.business_date.isoformat() if self.business_date else "",
            "find": self.find,
            "only": self.only if self.only != "all" else "",
            "page": self.page or "",
            **changes,
        }
        kept = {name: value for name, value in values.items() if value not in ("", None)}
        return f"?{urlencode(kept)}" if kept else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalRow:
    """One line of the window."""

    code: str
    name: str
    status: str
    is_open: bool
    business_date: date | None
    active: tuple[str, ...]
    seen: str
    presence: Presence
    waiting: int
    sales: str
    difference: int


def rows_of(board: Board, speech: Speech, names: Mapping[str, str], now: datetime) -> list[TerminalRow]:
    """Return the terminals of a board as lines."""
    return [_row(one, board, speech, names=names, now=now) for one in board.terminals]


def _row(
    one: BoardTerminal, board: Board, speech: Speech, *, names: Mapping[str, str], now: datetime
) -> TerminalRow:
    running = [session for session in one.sessions if session.status in RUNNING]
    return TerminalRow(
        code=one.terminal,
        name=one.name,
        status=one.status,
        is_open=one.business_date is not None,
        business_date=one.business_date,
        active=tuple(names.get(each.opened_by or "", each.opened_by or each.till) for each in running),
        seen=ago(one.last_seen, now, speech),
        presence=one.presence,
        waiting=one.waiting or 0,
        sales=speech.amount(sum(session.total for session in one.sessions), board.currency),
        difference=sum(difference_of(session, board) for session in one.sessions),
    )


def difference_of(session: BoardTill, board: Board) -> int:
    """Return what was missing or too much in the store's own currency."""
    own = (one for one in session.tenders if _currency(one, board) == board.currency)
    return sum(one.difference for one in own)


def _currency(tender: TenderCount, board: Board) -> str:
    return board.currencies.get(tender.tender, board.currency)


def ago(at: datetime | None, now: datetime, speech: Speech) -> str:
    """Return how long ago something was, in words that change seldom."""
    if at is None:
        return speech.text("never")
    seconds = max(0, int((now - at).total_seconds()))
    if seconds < 60:
        return speech.text("now")
    if seconds < 3600:
        return speech.text("%(n)s min ago", n=seconds // 60)
    if seconds < 2 * 86_400:
        return speech.text("%(n)s h ago", n=seconds // 3600)
    return speech.text("%(n)s d ago", n=seconds // 86_400)
