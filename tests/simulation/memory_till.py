"""The till's own rules over a disk in memory: what the agent does between people and its journal."""

from __future__ import annotations

from datetime import date

from simulation.memory_process import MemoryProcess
from terminal_agent.core import drain as rules
from terminal_agent.core.commands import Place, TillCommand
from terminal_agent.core.decide import decide
from terminal_agent.core.guest import Here, comes_or_goes, gone_on, open_at_host
from terminal_agent.core.held import (
    attestation_due,
    barred_by_attestation,
    receive_retained,
)
from terminal_agent.core.login import Outcome, Situation, outcome_of
from terminal_agent.core.refusal import Refusal
from terminal_agent.core.terminal import (
    claims_of,
    close_is_wished,
    close_to_say,
    closed_in_back,
    hosted_elsewhere,
    members_of,
    moves_of,
    opening_amounts,
    opening_unnoticed,
    till_in,
)
from terminal_agent.core.till import ClosingCount, Idle, Joined, Open
from tillday_contracts.business_dates import business_today
from tillday_contracts.entries import Attested, CloseHeard
from tillday_contracts.wishes import Desired

SLOT_SECONDS = 20.0
"""The run's night, and so every business date, begins with such a slot and lasts whole ones."""


class MemoryTill(MemoryProcess):
    """A terminal as far as people at it are concerned.

    What the table at login says, and what follows by itself, are functions of a few frozen values: neither is
    looked up again before one of them is another.
    """

    _slot: object = None
    _today: date = date.min
    _deciding: tuple[object, ...] = (None,) * 5
    _decided_by: tuple[object, ...] = ()
    _outcome: Outcome
    _settled_by: tuple[object, ...] = ()
    """What nothing followed from when it was last looked at."""

    def do(self, command: TillCommand) -> Refusal | None:
        """Decide a command by the rules and journal what follows; return why it was refused."""
        decision = decide(self.till, command, self._place())
        if decision.entries:
            self.write(decision.entries)
        if decision.refusal is not None and self.around.is_heard:
            self._say(f"refuses {type(command).__name__}: {decision.refusal.text}")
        return decision.refusal

    def print_last(self) -> None:
        """Print the receipt of the last entry."""
        self.around.printed[self.disk.current.head.hash] = self.name
        self.around.happened["receipt of a guest"] += isinstance(self.till.phase, Joined)

    def _place(self) -> Place:
        known = till_in(self.disk.desired, self.hosted)
        held = {entry.hash for entry in self.disk.entries} if claims_of(self.till, known) else ()
        opening = opening_amounts(self.till, known, self.settings, code=self.hosted, own=frozenset(held))
        return Place(
            terminal=self.identity.terminal,
            till=self.hosted,
            head=self.disk.current.head,
            business_date=self.disk.terminal.business_date,
            terms=self._terms,
            obstacle=self.obstacle(),
            opening=opening.expected,
            kept=opening.kept,
            claims=opening.claims,
            members=members_of(self.till, known),
            asked=asked[0] if (asked := self.disk.terminal.asked) is not None else None,
            online=self.is_online,
            turn=known.turn if known is not None else 0,
        )

    def obstacle(self) -> Refusal | None:
        """Return why nothing may be started or sold now."""
        if isinstance(self.till.phase, Idle):
            if self.drain.stopped is not None:
                return Refusal("stopped", self.drain.stopped)
            barred = barred_by_attestation(self.disk.desired, self.disk.terminal.attested)
            if barred is not None and barred == self.disk.terminal.business_date:
                return Refusal("date_closing", "The store is closing this date.")
        return self.outcome().obstacle

    def outcome(self) -> Outcome:
        """Return the row of the table at login that holds now."""
        decided_by = self._decides()
        if decided_by is not self._decided_by:
            self._outcome, self._decided_by = self._looked_up(), decided_by
        return self._outcome

    def _decides(self) -> tuple[object, ...]:
        """Return what decides now: the very same as before while no part of it is another."""
        disk, online, today = self.disk, self.is_online, self._date_today()
        till, terminal, desired, was_online, day = self._deciding
        changed = till is not disk.till or terminal is not disk.terminal or desired is not disk.desired
        if changed or online is not was_online or today is not day:
            self._deciding = (disk.till, disk.terminal, disk.desired, online, today)
        return self._deciding

    def _date_today(self) -> date:
        slot = (self.around.agenda.now + self.skew) // SLOT_SECONDS
        if slot != self._slot:
            zone, rollover = self.settings.time_zone, self.settings.rollover
            self._slot, today = slot, business_today(self._wall(), time_zone=zone, rollover=rollover)
            if today != self._today:
                self._today = today
        return self._today

    def _looked_up(self) -> Outcome:
        till, desired, posbd = self.till, self.disk.desired, self.disk.terminal.business_date
        joined = till.phase if isinstance(till.phase, Joined) else None
        at_host = joined is not None and open_at_host(joined, desired)
        known = till_in(desired, till.session.till if till.session is not None else self.hosted)
        return outcome_of(
            Situation(
                online=self.is_online,
                set_up=True,
                bobd=desired.business_date if desired is not None else None,
                posbd=posbd,
                today=self._date_today(),
                settled=isinstance(till.phase, Idle | Joined),
                till_open=isinstance(till.phase, Open | ClosingCount) or at_host,
                void=closed_in_back(till, known) or hosted_elsewhere(till, self.hosted),
                close_wished=close_is_wished(till, known),
                opening_unnoticed=opening_unnoticed(self.disk.terminal, desired),
                host=joined.host if joined is not None else None,
            )
        )

    @property
    def has_guests(self) -> bool:
        """Whether other terminals sell into the session that runs here, as far as is known here."""
        return bool(members_of(self.till, till_in(self.disk.desired, self.hosted)))

    @property
    def is_online(self) -> bool:
        """Whether the back office answers."""
        return rules.online(self.drain, at=self.around.agenda.now)

    def hold(self, offered: Desired) -> None:
        """Take a retained desired state as it arrives."""
        reception = receive_retained(self.disk.desired, offered)
        if reception.odd:
            self.drain = rules.ask_again(self.drain, at=self.around.agenda.now)
        if reception.hold:
            self.disk.desired = offered
            self.follow()

    def follow(self) -> None:
        """Write what the table and the desired state ask of the terminal itself."""
        decides = self._decides()
        if decides is self._settled_by:
            return
        self._follow()
        if decides is self._decides():
            self._settled_by = decides

    def _follow(self) -> None:
        here = Here(self.identity.terminal, self.is_online, pending=False)
        goes = comes_or_goes(self.till, self.disk.terminal, self.disk.desired, here)
        if not goes and self.outcome().move:
            goes = gone_on(self.till)
        if goes:
            self.write(goes)
        desired, terminal = self.disk.desired, self.disk.terminal
        moves = moves_of(terminal, self.outcome(), desired_rev=desired.rev if desired is not None else None)
        if moves:
            self.write(moves)
        if desired is not None and self.is_online and attestation_due(desired, self.disk.terminal.attested):
            assert desired.closing is not None
            self.write((Attested(business_date=desired.closing, revision=desired.rev),))
        heard = close_to_say(self.till, till_in(desired, self.hosted), {})
        if heard is not None and desired is not None:
            self.write((CloseHeard(session_id=heard, desired_rev=desired.rev),))
