"""The till's own rules over a disk in memory: what the agent does between people and its journal."""

from __future__ import annotations

import random
from collections import Counter
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
from terminal_agent.core.guest import Here, again, comes_or_goes, gone_on, open_at_host
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
    evolve_terminal,
    members_of,
    moves_of,
    opening_amounts,
    opening_unnoticed,
    till_in,
)
from terminal_agent.core.terms import Terms, terms_of
from terminal_agent.core.till import (
    ClosingCount,
    Idle,
    Joined,
    Open,
    Till,
    evolve,
)
from tillday_contracts.business_dates import business_today
from tillday_contracts.entries import Attested, Boot, CloseHeard, EntryBody, Genesis, Position
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
    happened: Counter[str] = field(default_factory=Counter)
    """How often what came about, for whoever asks how tame a run was."""
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
        self.asks: list[bytes] = []
        """Questions to the back office that go out next."""
        self.asked = ""
        """The id of the newest one."""

    # --- the process --------------------------------------------------------------------------------

    def boot(self) -> None:
        """Start the process: examine the journal, then one entry, in a new epoch where there is a reason."""
        self.disk.boots += 1
        self.drain = Drain()
        self.asks, self.asked = [], ""
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
        self._new_epoch(found.state, (self._genesis(follows), boot, *again(self.till)))

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
            self.around.happened[f"entry: {entry.type}"] += 1
            self._say(f"writes {entry.epoch[:4]}/{entry.seq} {entry.type} {entry.hash[:8]}")
        self.anchor = self.disk.current.head

    def _new_epoch(self, reason: str, bodies: tuple[EntryBody, ...]) -> None:
        epoch = f"{self.around.chance.getrandbits(64):016x}"
        self.disk.journals[epoch] = Journal(epoch, reason)
        self._say(f"begins epoch {epoch[:4]} ({reason})")
        self.around.happened[f"epoch: {reason}"] += 1
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
        self.around.happened["receipt of a guest"] += isinstance(self.till.phase, Joined)

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
            members=members_of(self.till, known),
            asked=asked[0] if (asked := self.disk.terminal.asked) is not None else None,
            online=self.is_online,
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
        joined = till.phase if isinstance(till.phase, Joined) else None
        at_host = joined is not None and open_at_host(joined, desired)
        known = till_in(desired, till.session.till if till.session is not None else self.identity.till)
        zone, rollover = self.settings.time_zone, self.settings.rollover
        return outcome_of(
            Situation(
                online=self.is_online,
                set_up=True,
                bobd=desired.business_date if desired is not None else None,
                posbd=posbd,
                today=business_today(self._wall(), time_zone=zone, rollover=rollover),
                settled=isinstance(till.phase, Idle | Joined),
                till_open=isinstance(till.phase, Open | ClosingCount) or at_host,
                void=closed_in_back(till, known),
                close_wished=close_is_wished(till, known),
                opening_unnoticed=opening_unnoticed(self.disk.terminal, desired),
                host=joined.host if joined is not None else None,
            )
        )

    @property
    def has_guests(self) -> bool:
        """Whether other terminals sell into the session that runs here, as far as is known here."""
        return bool(members_of(self.till, till_in(self.disk.desired, self.identity.till)))

    @property
    def is_online(self) -> bool:
        """Whether the back office answers."""
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
        heard = close_to_say(self.till, till_in(desired, self.identity.till), {})
        if heard is not None and desired is not None:
            self.write((CloseHeard(session_id=heard, desired_rev=desired.rev),))
