"""What goes on with late money between two looks of the back office: settled, reviewed, posted, told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from simulation.around import Around
from simulation.bookkeeper import post_sessions
from simulation.memory_ledger import Database
from simulation.reviewer import Reviewer
from simulation.settler import settle_tills

CLOSES: float = 0.5
"""How often a reviewer closes what is decided at once; what comes later finds the next rescue session."""


class OfficeMoney:
    """Settles tills, has rescue sessions reviewed, posts what is closed. `tell` publishes what follows."""

    def __init__(self, database: Database, around: Around, tell: Callable[[], None]) -> None:
        self._database = database
        self._around = around
        self._tell = tell
        self._reviewer = Reviewer(database, around)

    def go_on(self, now: datetime) -> None:
        """Do what is due now; people look into a rescue session now and then."""
        chance = self._around.office_chance
        if chance.random() < 0.3:
            self._reviewer.look(now, closes=chance.random() < CLOSES)
        self._keep_books(now)

    def finish(self, now: datetime) -> None:
        """Come to an end: everything is settled and posted, and mostly everything reviewed as well."""
        if self._around.office_chance.random() < 0.7:
            self._reviewer.finish(now)
        self._keep_books(now)

    def _keep_books(self, now: datetime) -> None:
        happened = self._around.happened
        happened["office: till settled"] += settle_tills(self._database.tables)
        happened["office: session posted"] += post_sessions(self._database.tables, now)
        self._tell()
