"""Where the terminal stands: the table at login read with what is known now, and what follows from it by
itself.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from terminal_agent.core.guest import Here, close_wished_at_host, comes_or_goes, gone_on, open_at_host
from terminal_agent.core.held import attestation_due, barred_by_attestation
from terminal_agent.core.login import Outcome, Situation, outcome_of
from terminal_agent.core.refusal import Refusal
from terminal_agent.core.terminal import (
    close_is_wished,
    close_to_say,
    closed_in_back,
    hosted_elsewhere,
    moves_of,
    opening_unnoticed,
    till_in,
)
from terminal_agent.core.till import ClosingCount, Idle, Joined, Open
from terminal_agent.desk.book import Book
from tillday_contracts.business_dates import business_today
from tillday_contracts.entries import Attested, CloseHeard

WARN_BYTES: Final = 50 * 1024 * 1024
STOP_BYTES: Final = 20 * 1024 * 1024
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""How far a clock may be put back when it is corrected, without being taken for wrong."""


@dataclass(frozen=True, slots=True)
class Link:
    """What the table needs to know of the link."""

    online: Callable[[], bool]
    stopped: Callable[[], str | None]


class Standing:
    """Reads the table over the book's memory and writes what the terminal follows by itself."""

    def __init__(self, book: Book, link: Link, folder: Path) -> None:
        self._book = book
        self._link = link
        self._folder = folder

    def situation(self) -> Situation:
        """Return what the table looks at."""
        memory = self._book.memory
        till, settings, desired = memory.till, memory.settings, memory.desired
        now = self._book.world.now()
        joined = till.phase if isinstance(till.phase, Joined) else None
        at_host = joined is not None and open_at_host(joined, desired)
        known = till_in(desired, till.session.till if till.session is not None else self._book.till)
        zone, rollover = (settings.time_zone, settings.rollover) if settings else ("UTC", "04:00")
        return Situation(
            online=self._link.online(),
            set_up=settings is not None,
            bobd=desired.business_date if desired is not None else None,
            posbd=memory.business_date,
            today=business_today(now, time_zone=zone, rollover=rollover),
            settled=isinstance(till.phase, Idle) or (joined is not None and not memory.pending),
            till_open=isinstance(till.phase, Open | ClosingCount) or (joined is not None and at_host),
            void=closed_in_back(till, known) or hosted_elsewhere(till, self._book.till),
            close_wished=close_is_wished(till, known)
            or (joined is not None and close_wished_at_host(joined, desired)),
            opening_unnoticed=opening_unnoticed(memory.terminal, desired),
            alone_days=memory.alone_days(now),
            alone_limit=settings.policies.max_offline_days if settings else 7,
            clock_back=memory.heard_at is not None and now < memory.heard_at - CLOCK_TOLERANCE,
            host=joined.host if joined is not None else None,
        )

    def outcome(self) -> Outcome:
        """Return the row of the table that holds now."""
        return outcome_of(self.situation())

    @property
    def barred_date(self) -> date | None:
        """The date for which this terminal said that it starts no till."""
        memory = self._book.memory
        return barred_by_attestation(memory.desired, memory.terminal.attested)

    def fault(self) -> Refusal | None:
        """Return why nothing can be kept here any more, None where it can."""
        if self._book.broken is not None:
            return Refusal("journal", self._book.broken)
        if self._free_bytes() < STOP_BYTES:
            return Refusal("disk_full", "The disk is almost full: free some space before you sell on.")
        return None

    def obstacle(self) -> Refusal | None:
        """Return why no till may be started and nothing sold, None where both may."""
        fault = self.fault()
        if fault is not None:
            return fault
        stopped = self._link.stopped()
        memory = self._book.memory
        if isinstance(memory.till.phase, Idle):
            if stopped is not None:
                return Refusal("stopped", stopped)
            if self.barred_date is not None and self.barred_date == memory.business_date:
                return Refusal(
                    "date_closing", "The store is closing this date: no till is started for it any more."
                )
        return self.outcome().obstacle

    async def _come_or_go(self) -> None:
        book, memory = self._book, self._book.memory
        here = Here(book.identity.terminal, self._link.online(), bool(memory.pending))
        entries = comes_or_goes(memory.till, memory.terminal, memory.desired, here)
        if not entries and self.outcome().move:
            entries = gone_on(memory.till)
        if entries:
            await book.write(entries)

    def warning(self) -> str | None:
        """Return what somebody should look after soon."""
        return "The disk is almost full." if self._free_bytes() < WARN_BYTES else None

    def _free_bytes(self) -> int:
        return shutil.disk_usage(self._folder).free

    async def follow(self) -> None:
        """Write what the table and the desired state ask of the terminal itself: dates and attestations."""
        async with self._book.turn:
            await self._come_or_go()
            memory = self._book.memory
            revision = memory.desired.rev if memory.desired is not None else None
            moves = moves_of(memory.terminal, self.outcome(), desired_rev=revision)
            if moves:
                await self._book.write(moves)
            desired, attested = memory.desired, memory.terminal.attested
            if self._link.online() and desired is not None and attestation_due(desired, attested):
                assert desired.closing is not None
                await self._book.write((Attested(business_date=desired.closing, revision=desired.rev),))
            await self._say_close_heard()

    async def _say_close_heard(self) -> None:
        memory = self._book.memory
        known = till_in(memory.desired, self._book.till)
        session_id = close_to_say(memory.till, known, memory.pending)
        if session_id is not None and memory.desired is not None:
            heard = CloseHeard(session_id=session_id, desired_rev=memory.desired.rev)
            await self._book.write((heard,))
