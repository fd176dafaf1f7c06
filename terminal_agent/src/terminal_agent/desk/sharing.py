"""A till that several terminals share: a guest joins and leaves, the host asks what its guests brought."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from terminal_agent.core.commands import Actor, JoinTill, LeaveTill, TakeGuests
from terminal_agent.core.counted_guests import not_counted
from terminal_agent.core.guest import Here, comes_or_goes, is_answered, why_not_joined
from terminal_agent.core.terminal import Terminal, members_of, till_in
from terminal_agent.core.till import ClosingCount, Joined
from terminal_agent.desk.answers import Figures
from terminal_agent.desk.book import Book
from terminal_agent.desk.desk import Desk, Request
from terminal_agent.desk.refused import Refused, refused
from tillday_contracts.asks import TillTotals
from tillday_contracts.sharing_entries import GuestTotals
from tillday_contracts.wishes import Desired

JOIN_SECONDS: Final = 8.0
AskTotals = Callable[[str], Awaitable[TillTotals]]
"""Asks what guests brought into a session. Raises Refused."""


class Sharing:
    """What a guest and a host do about each other."""

    def __init__(self, book: Book, desk: Desk, ask_totals: AskTotals) -> None:
        self._book = book
        self._desk = desk
        self._ask_totals = ask_totals
        self._changed = asyncio.Event()
        book.on_change(self._changed.set)

    async def join(self, by: Actor, till: str, request: Request | None) -> Figures:
        """Ask to sell into another terminal's till, and wait a moment for it. Raises Refused."""
        await self._desk.act(JoinTill(by, till), request)
        try:
            async with asyncio.timeout(JOIN_SECONDS):
                while not (isinstance(self._book.memory.till.phase, Joined) or self._is_told_why()):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            pass  # the terminal joins by itself as soon as it may
        return self.account()

    def _is_told_why(self) -> bool:
        """Say whether the till is known by now and cannot be joined as it stands."""
        here = Here(self._book.identity.terminal, online=True, pending=False)
        memory = self._book.memory
        waits = comes_or_goes(memory.till, memory.terminal, memory.desired, here)
        return is_answered(memory.terminal, memory.desired) and not waits

    async def leave(self, by: Actor, request: Request | None) -> Figures:
        """Sell into the other till no longer. Raises Refused."""
        await self._desk.act(LeaveTill(by), request)
        return self.account()

    def account(self) -> Figures:
        """Return where this terminal stands as a guest."""
        phase = self._book.memory.till.phase
        if isinstance(phase, Joined):
            session = phase.session
            return {
                "status": "joined",
                "till": session.till,
                "host": phase.host,
                "session_id": session.session_id,
            }
        asked = self._terminal.asked
        if asked is None:
            return {"status": "none"}
        return {"status": "asked", "till": asked[0], "text": self._why_not()}

    def _why_not(self) -> str:
        return why_not_joined(self._terminal, self._desired, self._book.identity.terminal)

    async def count_guests(self, by: Actor) -> Figures:
        """Expect in the closing count what guests brought, as the ledger holds it now. Raises Refused."""
        session = self._book.memory.till.session
        if session is None:
            raise refused("no_cash_up", "No cash-up is under way: start it first.")
        told = await self._ask_totals(session.session_id)
        await self._desk.act(TakeGuests(by, told.guests))
        return self.guests()

    async def try_to_count_guests(self, by: Actor) -> Figures:
        """Count the guests where there are any; a host that cannot ask may go on alone."""
        if not self._members:
            return {}
        try:
            return await self.count_guests(by)
        except Refused:
            return self.guests()

    def guests(self) -> Figures:
        """Return what of the guests is in the closing count, and who is not counted."""
        phase = self._book.memory.till.phase
        if not isinstance(phase, ClosingCount):
            return {"guests": [], "not_counted": list(self._members)}
        return {
            "guests": [_guest(guest) for guest in phase.guests or ()],
            "not_counted": list(not_counted(phase, self._members)),
        }

    @property
    def _members(self) -> tuple[str, ...]:
        memory = self._book.memory
        return members_of(memory.till, till_in(memory.desired, self._book.till))

    @property
    def _terminal(self) -> Terminal:
        return self._book.memory.terminal

    @property
    def _desired(self) -> Desired | None:
        return self._book.memory.desired


def _guest(guest: GuestTotals) -> Figures:
    return {
        "terminal": guest.terminal,
        "tenders": [part.model_dump(mode="json") for part in guest.tenders],
    }
