"""A terminal's process over a disk in memory: it examines its journal when it starts, and appends to it."""

from __future__ import annotations

from datetime import datetime

from simulation.around import Around
from simulation.disk import Disk
from terminal_agent.core.chain import Head, Moment, extend, first_break
from terminal_agent.core.condition import Condition, against_anchor, broken_at
from terminal_agent.core.drain import Drain
from terminal_agent.core.epochs import genesis
from terminal_agent.core.guest import again
from terminal_agent.core.keys import turning
from terminal_agent.core.terminal import evolve_terminal, till_hosted
from terminal_agent.core.terms import Terms, terms_of
from terminal_agent.core.till import Till, evolve
from terminal_agent.enrolment import given_up_keys, identity_of
from tillday_contracts.enrolment import EnrolmentBundle
from tillday_contracts.entries import Boot, EntryBody, Genesis, Position, TillClosed
from tillday_contracts.topics import TerminalAddress
from tillday_contracts.wishes import Desired, SettingsContent


class MemoryProcess:
    """The process of one terminal: how it begins, and how it writes."""

    def __init__(
        self, enrolment: EnrolmentBundle, settings: SettingsContent, around: Around, *, name: str = ""
    ) -> None:
        self.identity = identity = identity_of(enrolment)
        self.address = TerminalAddress(identity.store, identity.terminal)
        self.name = name or identity.terminal
        self.settings = settings
        self._terms_made = settings, terms_of(settings)
        self._hosted: tuple[Desired | None, str] = None, identity.till
        self.around = around
        self.disk = Disk(enrolment=enrolment)
        self.anchor: Head | None = None
        self.drain = Drain()
        self.skew = 0.0
        """How far this terminal's wall clock is off, in seconds."""
        self.calm = 0
        """HELLOs in a row that told all there was to tell and were answered with nothing to do."""
        self.alarms: list[str] = []
        self.asks: list[bytes] = []
        """Questions to the back office that go out next."""
        self.asked = ""
        """The id of the newest one."""

    def boot(self) -> None:
        """Start the process: examine the journal, then one entry, in a new epoch where there is a reason."""
        self.disk.boots += 1
        self.drain = Drain()
        self.asks, self.asked = [], ""
        boot = Boot(nonce=f"{self.around.chance.getrandbits(128):032x}", version="simulated")
        turns = self._turn_the_key()
        if not self.disk.journals:
            self._new_epoch("enrolled", (self._genesis(None), boot))
            return
        found = self._examined()
        if found.state == "sound":
            if turns:
                follows = self.disk.current.head.position
                self._new_epoch("key_rotated", (self._genesis(follows), boot, *again(self.till)))
            else:
                self.write((boot,))
            return
        self._say(f"finds its journal {found.state}: {found.text}")
        if found.suspect is not None:
            epoch, seq = found.suspect
            self.disk.journals[epoch].clear_from(seq)
        follows = found.head.position if found.head is not None else None
        self._new_epoch(found.state, (self._genesis(follows), boot, *again(self.till)))

    def _turn_the_key(self) -> bool:
        """Take the key to write with; say whether it begins a new epoch."""
        enrolment = self.disk.enrolment
        assert enrolment is not None
        self.identity = identity_of(enrolment)
        if not self.disk.journals:
            return False
        held, given_up = self.disk.current.key_id, given_up_keys(enrolment)
        self.identity, turns = turning(self.identity, held, pending=self.disk.pending, given_up=given_up)
        return turns

    def key_of(self, epoch: str) -> bytes:
        """Return the key that an epoch is chained with."""
        return self.identity.key_named(self.disk.journals[epoch].key_id)

    def _examined(self) -> Condition:
        names = list(self.disk.journals)
        since = max((n for n, e in enumerate(names) if self.disk.journals[e].reason == "damaged"), default=0)
        for epoch in names[since:]:
            journal = self.disk.journals[epoch]
            after = (
                Head(epoch, journal.first - 1, journal.entries[0].prev) if journal.first > 1 else Head(epoch)
            )
            broken = first_break(self.key_of(epoch), journal.entries, after=after)
            if broken is not None:
                before = journal.at(broken.seq - 1)
                return broken_at(before.head if before is not None else after, broken)
        own = self.disk.entry(self.anchor.epoch, self.anchor.seq) if self.anchor is not None else None
        return against_anchor(self.disk.current.head, self.anchor, own.hash if own is not None else None)

    def write(self, bodies: tuple[EntryBody, ...]) -> None:
        """Append entries to the journal and let the till follow."""
        at = self._wall()
        moment = Moment(at, int(self.around.agenda.now * 1000), self.disk.boots)
        entries = extend(self.identity, self.disk.current.head, bodies, moment)
        for entry, body in zip(entries, bodies, strict=True):
            self.disk.current.append(entry)
            self.disk.till = evolve(self.disk.till, body, terms=self._terms, at=at)
            self.disk.terminal = evolve_terminal(self.disk.terminal, body, entry.head)
            self.around.bodies[entry.hash] = body
            self.around.happened[f"entry: {entry.type}"] += 1
            if isinstance(body, TillClosed):
                self.around.happened["guest not counted"] += bool(body.not_counted)
            if self.around.is_heard:
                self._say(f"writes {entry.epoch[:4]}/{entry.seq} {entry.type} {entry.hash[:8]}")
        self.anchor = self.disk.current.head

    def _new_epoch(self, reason: str, bodies: tuple[EntryBody, ...]) -> None:
        epoch = f"{self.around.chance.getrandbits(64):016x}"
        self.disk.begin(epoch, reason, self.identity.key_id)
        self.calm = 0
        self._say(f"begins epoch {epoch[:4]} ({reason})")
        self.around.happened[f"epoch: {reason}"] += 1
        self.write(bodies)

    def begin_epoch(self, reason: str) -> None:
        """Go on in a new epoch."""
        self._new_epoch(reason, (self._genesis(self.disk.current.head.position), *again(self.till)))

    def _genesis(self, follows: Position | None) -> Genesis:
        return genesis(self.identity, follows, self.disk.till, code=self.hosted)

    @property
    def hosted(self) -> str:
        """The till that this terminal has now."""
        desired, who = self.disk.desired, self.identity
        if desired is not self._hosted[0]:
            self._hosted = desired, till_hosted(desired, terminal=who.terminal, enrolled=who.till)
        return self._hosted[1]

    @property
    def till(self) -> Till:
        """The till as it stands."""
        return self.disk.till

    @property
    def _terms(self) -> Terms:
        if self._terms_made[0] is not self.settings:
            self._terms_made = self.settings, terms_of(self.settings)
        return self._terms_made[1]

    def _wall(self) -> datetime:
        return self.around.wall(self.around.agenda.now + self.skew)

    def _say(self, what: str) -> None:
        self.around.say(self.name, what)
