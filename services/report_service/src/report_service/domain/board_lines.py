"""All terminals of a store in few columns: what its filters, its search and its sums are made of."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from report_service.domain.board import RUNNING, till_status
from report_service.domain.lines import SessionLine, TerminalLine


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLines:
    """What is known of every terminal.

    `sessions` hold every running one besides those to be shown: those of `shown_date`, all when it is None.
    `off`: what was missing or too much in a session, minor units of the store's currency.
    """

    terminals: Sequence[TerminalLine]
    sessions: Sequence[SessionLine]
    off: Mapping[str, int]
    shown_date: date | None = None


class BoardLine(NamedTuple):
    """One terminal with its open tills among those to be shown, and what was missing or too much."""

    terminal: TerminalLine
    running: Sequence[SessionLine]
    off: int

    @property
    def code(self) -> str:
        """Return the terminal's code."""
        return self.terminal.terminal


def lines_of(rows: BoardLines) -> list[BoardLine]:
    """Return the terminals by code."""
    running: dict[str, list[SessionLine]] = defaultdict(list)
    off: Counter[str] = Counter()
    for session in rows.sessions:
        if rows.shown_date in (None, session.business_date):
            off[session.terminal] += rows.off.get(session.session_id, 0)
            if till_status(session) in RUNNING:
                running[session.terminal].append(session)
    return [
        BoardLine(one, running.get(one.terminal, ()), off[one.terminal])
        for one in sorted(rows.terminals, key=lambda row: row.terminal)
    ]
