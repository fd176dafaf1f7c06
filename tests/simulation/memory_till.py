"""The till's own rules over a disk in memory: what the agent does between people and its journal."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from simulation.disk import Disk, Journal
from terminal_agent.core import drain as rules
from terminal_agent.core.chain import Head, Identity, Moment, extend, first_break
from terminal_agent.core.commands import Place, TillCommand
from terminal_agent.core.condition import Condition, against_anchor, broken_at
from terminal_agent.core.decide import decide
from terminal_agent.core.drain import Drain
from terminal_agent.core.epochs import genesis
from terminal_agent.core.held import (
    attestation_due,
    barred_by_attestation,
    receive_retained,
)
from terminal_agent.core.login import Outcome, Situation, outcome_of
from terminal_agent.core.refusal import Refusal
from terminal_agent.core.terminal import (
    claims_of,
    closed_in_back,
    evolve_terminal,
    moves_of,
    opening_amounts,
    opening_unnoticed,
    till_in,
)
from terminal_agent.core.terms import Terms, terms_of
from terminal_agent.core.till import (
    ClosingCount,
    Idle,
    Open,
    Till,
    evolve,
)
from tillday_contracts.business_dates import business_today
from tillday_contracts.entries import Attested, Boot, EntryBody, Genesis, Position
from tillday_contracts.topics import TerminalAddress
from tillday_contracts.wishes import Desired, SettingsContent


@dataclass
class Around:
    """What all terminals of a run share: chance, time, and the witness of what was written and printed."""

    chance: random.Random
    now: Callable[[], float]
    wall: Callable[[float], datetime]
    say: Callable[[str, str], None] = lambda _who, _what: None
    is_heard: bool = False
    bodies: dict[str, EntryBody] = field(default_factory=dict)
    """Every entry ever written anywhere, by hash."""
    printed: dict[str, str] = field(default_factory=dict)
    """The hash of every sale whose receipt was printed, and by whom: nobody may lose these."""


class MemoryTill:
    """A terminal's process and its disk, as far as people at it are concerned."""

    def __init__(
        self, identity: Identity, settings: SettingsContent, around: Around, *, name: str = ""
    ) -> None:
        self.identity = identity
        self.address = TerminalAddress(identity.store, identity.terminal)
        self.name = name or identity.terminal
        self.settings = settings
        self._terms_made = settings, terms_of(settings)
        self.around = around
        self.disk = Disk()
        self.anchor: Head | None = None
        self.drain = Drain()
        self.skew = 0.0
        """How far this terminal's wall clock is off, in seconds."""
        self.calm = 0
        """HELLOs in a row that were answered with nothing to do."""
        self.alarms: list[str] = []

    # --- the process --------------------------------------------------------------------------------

    def boot(self) -> None:
        """Start the process: examine the journal, then one entry, in a new epoch where there is a reason."""
        self.disk.boots += 1
        self.drain = Drain()
        boot = Boot(nonce=f"{self.around.chance.getrandbits(128):032x}", version="simulated")
        if not self.disk.journals:
            self._new_epoch("enrolled", (self._genesis(None), boot))
            return
        found = self._examined()
        if found.state == "sound":
            self.write((boot,))
            return
        self._say(f"finds its journal {found.state}: {found.text}")
        if found.suspect is not None:
            epoch, seq = found.suspect
            self.disk.journals[epoch].clear_from(seq)
        follows = found.head.position if found.head is not None else None
        self._new_epoch(found.state, (self._genesis(follows), boot))

    def _examined(self) -> Condition:
        names = list(self.disk.journals)
        since = max((n for n, e in enumerate(names) if self.disk.journals[e].reason == "damaged"), default=0)
        for epoch in names[since:]:
            journal = self.disk.journals[epoch]
            after = (
                Head(epoch, journal.first - 1, journal.entries[0].prev) if journal.first > 1 else Head(epoch)
            )
            broken = first_break(self.identity.key, journal.entries, after=after)
            if broken is not None:
                before = journal.at(broken.seq - 1)
                return broken_at(before.head if before is not None else after, broken)
        own = self.disk.entry(self.anchor.epoch, self.anchor.seq) if self.anchor is not None else None
        return against_anchor(self.disk.current.head, self.anchor, own.hash if own is not None else None)

    def write(self, bodies: tuple[EntryBody, ...]) -> None:
        """Append entries to the journal and let the till follow."""
        at = self._wall()
        moment = Moment(at, int(self.around.now() * 1000), self.disk.boots)
        entries = extend(self.identity, self.disk.current.head, bodies, moment)
        for entry, body in zip(entries, bodies, strict=True):
            place = Position(epoch=entry.epoch, seq=entry.seq, hash=entry.hash)
            self.disk.current.entries.append(entry)
            self.disk.till = evolve(self.disk.till, body, terms=self._terms, at=at)
            self.disk.terminal = evolve_terminal(self.disk.terminal, body, place)
            self.around.bodies[entry.hash] = body
            self._say(f"writes {entry.epoch[:4]}/{entry.seq} {entry.type} {entry.hash[:8]}")
        self.anchor = self.disk.current.head

    def _new_epoch(self, reason: str, bodies: tuple[EntryBody, ...]) -> None:
        epoch = f"{self.around.chance.getrandbits(64):016x}"
        self.disk.journals[epoch] = Journal(epoch, reason)
        self._say(f"begins epoch {epoch[:4]} ({reason})")
        self.write(bodies)

    def _genesis(self, follows: Position | None) -> Genesis:
        return genesis(self.identity, follows, self.disk.till, code=self.identity.till)

    @property
    def _terms(self) -> Terms:
        if self._terms_made[0] is not self.settings:
            self._terms_made = self.settings, terms_of(self.settings)
        return self._terms_made[1]

    def _wall(self) -> datetime:
        return self.around.wall(self.around.now() + self.skew)

    def _say(self, what: str) -> None:
        self.around.say(self.name, what)

    # --- the till -----------------------------------------------------------------------------------

    @property
    def till(self) -> Till:
        """The till as it stands."""
        return self.disk.till

    def do(self, command: TillCommand) -> Refusal | None:
        """Decide a command by the rules and journal what follows; return why it was refused."""
        decision = decide(self.till, command, self._place())
        if decision.entries:
            self.write(decision.entries)
        if decision.refusal is not None:
            self._say(f"refuses {type(command).__name__}: {decision.refusal.text}")
        return decision.refusal

    def print_last(self) -> None:
        """Print the receipt of the last entry."""
        self.around.printed[self.disk.current.head.hash] = self.name

    def _place(self) -> Place:
        known = till_in(self.disk.desired, self.identity.till)
        held = {entry.hash for entry in self.disk.entries} if claims_of(self.till, known) else set()
        opening = opening_amounts(
            self.till, known, self.settings, code=self.identity.till, own=frozenset(held)
        )
        return Place(
            terminal=self.identity.terminal,
            till=self.identity.till,
            head=self.disk.current.head,
            business_date=self.disk.terminal.business_date,
            terms=self._terms,
            obstacle=self.obstacle(),
            opening=opening.expected,
            kept=opening.kept,
            claims=opening.claims,
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
        till, desired, posbd = self.till, self.disk.desired, self.disk.terminal.business_date
        zone, rollover = self.settings.time_zone, self.settings.rollover
        return outcome_of(
            Situation(
                online=self._online,
                set_up=True,
                bobd=desired.business_date if desired is not None else None,
                posbd=posbd,
                today=business_today(self._wall(), time_zone=zone, rollover=rollover),
                settled=isinstance(till.phase, Idle),
                till_open=isinstance(till.phase, Open | ClosingCount),
                void=closed_in_back(till, till_in(desired, self.identity.till)),
                opening_unnoticed=opening_unnoticed(self.disk.terminal, desired),
            )
        )

    @property
    def _online(self) -> bool:
        return rules.online(self.drain, at=self.around.now())

    def hold(self, offered: Desired) -> None:
        """Take a retained desired state as it arrives."""
        reception = receive_retained(self.disk.desired, offered)
        if reception.odd:
            self.drain = rules.ask_again(self.drain, at=self.around.now())
        if reception.hold:
            self.disk.desired = offered
            self.follow()

    def follow(self) -> None:
        """Write what the table and the desired state ask of the terminal itself."""
        desired, terminal = self.disk.desired, self.disk.terminal
        moves = moves_of(terminal, self.outcome(), desired_rev=desired.rev if desired is not None else None)
        if moves:
            self.write(moves)
        if desired is not None and self._online and attestation_due(desired, self.disk.terminal.attested):
            assert desired.closing is not None
            self.write((Attested(business_date=desired.closing, revision=desired.rev),))
