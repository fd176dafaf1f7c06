"""A seeded run: terminals, two writers and a back office over a wire, under faults, until all is told."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial

from simulation.around import Around
from simulation.back_office import BackOffice
from simulation.cashier import Cashier
from simulation.faults import Faults, faults_of
from simulation.locksmith import Locksmith, first_enrolment
from simulation.memory_ledger import Database, Said, Writer, forget_what_was_read, read_hello
from simulation.memory_terminal import MemoryTerminal
from simulation.office_money import OfficeMoney
from simulation.settings import FLOATS, SETTINGS
from simulation.till_moves import TillMoves
from simulation.wire import Agenda, Wire
from terminal_agent.core.drain import next_due
from tillday_contracts.link import Answers, Hello
from tillday_contracts.topics import TerminalAddress
from tillday_contracts.wishes import Desired

Say = Callable[[float, str, str], None]
"""Told what happens: the second, who, what."""
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SELLING_SECONDS = 360.0
EVENING_SECONDS = 160.0
NIGHT = timedelta(hours=18)
LAST_SECOND = SELLING_SECONDS + 900.0
"""When a run ends that does not come to rest."""
OFFICE_SECONDS = 20.0
"""How often the back office looks at its store."""
MOST_HAPPENINGS = 2_000
"""Several times what a run of the right rules needs; a broken rule may keep a run busy for ever."""
BATCH = 8


@lru_cache(maxsize=2**7)
def wall(at: float) -> datetime:
    """Return the wall clock at a virtual second: a night lies between the two halves of a run."""
    return (NOON if at < EVENING_SECONDS else NOON + NIGHT) + timedelta(seconds=at)


@dataclass
class Run:
    """One schedule. `play` runs it to the end; then everything is to be found in its parts."""

    seed: int
    sales: int = 40
    faults: Faults | None = None
    terminal_kind: type[MemoryTerminal] = MemoryTerminal
    writer_kind: type[Writer] = Writer
    plan: Callable[[Run], None] | None = None
    """Plans what befalls the run; by default the troubles of its profile at random seconds."""
    say: Say | None = None
    reviewed: float = 0.5
    """The chance that late money is settled, reviewed and posted in the run."""
    agenda: Agenda = field(default_factory=Agenda)
    database: Database = field(default_factory=Database)
    terminals: list[MemoryTerminal] = field(default_factory=list)
    people: dict[str, Cashier] = field(default_factory=dict)
    parted: set[str] = field(default_factory=set)
    """Codes of terminals whose journals were restored, cloned or damaged."""
    rotten: set[str] = field(default_factory=set)
    """Entries whose bytes went bad on their disk."""
    excused: set[str] = field(default_factory=set)
    """Entries that were on one disk alone, which was overwritten."""
    forged: set[str] = field(default_factory=set)
    """Entries that somebody else wrote with a terminal's key."""
    restored: bool = False
    _pokes: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.faults = self.faults or faults_of(self.chance)
        office_chance = random.Random(f"office {self.seed}")
        self.around = Around(self.chance, office_chance, self.agenda, wall)
        self.wire = Wire(self.agenda, self.chance, self.faults, self.around.happened)
        if self.say is not None:
            told = self.say
            self.around.say = lambda who, what: told(self.agenda.now, who, what)
            self.around.is_heard = True
        self.writers = [self.writer_kind(name, self.database, self.chance, self._crash) for name in "AB"]
        self.office = BackOffice(self.database, self.around, self._publish)
        self.money = OfficeMoney(self.database, self.around, self.office.tell)
        self.moves = TillMoves(self.database, self.around, self.office.tell)
        self.locksmith = Locksmith(self)
        self.reviews = office_chance.random() < self.reviewed
        self.exchanges = self.reviews and office_chance.random() < 0.3
        self.shares = self.chance.random() < 0.5
        for n in range(1, self.chance.choice((2, 2, 3)) + 1):
            self._enrol(n)

    def _enrol(self, n: int) -> None:
        address, key = TerminalAddress("S1", f"T{n}"), self.chance.randbytes(32)
        enrolment = first_enrolment(address, till=f"TILL{n}", key_id=f"{n:016x}", key=key)
        self.database.register(address, till=enrolment.till, key_id=enrolment.key_id, key=key)
        self.office.register(address, till=enrolment.till)
        self.add(self.terminal_kind(enrolment, SETTINGS, self.around))

    def add(self, terminal: MemoryTerminal) -> None:
        """A terminal process begins its life in the run."""
        self.terminals.append(terminal)
        others = range(1, int(terminal.identity.terminal[1:])) if self.shares else ()
        self.people[terminal.name] = Cashier(terminal, self.chance, tuple(f"TILL{n}" for n in others))

    # --- the course -----------------------------------------------------------------------------------

    def play(self) -> None:
        """Sell under faults, then heal everything and wait until each journal and timeline was reported."""
        from simulation.troubles import plan_troubles  # noqa: PLC0415 - troubles know the run they befall

        each = self.sales // len(self.terminals)
        for terminal in list(self.terminals):
            terminal.boot()
            self.agenda.at(0.1, partial(self.connect, terminal))
            self.plan_work(terminal, first=3.0, times=each + each * 2 // 3 + 2)
        for n in range(1, int(SELLING_SECONDS / OFFICE_SECONDS) + 2):
            self.agenda.at(n * OFFICE_SECONDS, self._office_hour)
        self.agenda.at(0.5, self._office_hour)
        (self.plan or plan_troubles)(self)
        self.agenda.at(SELLING_SECONDS, self._heal)
        most = MOST_HAPPENINGS + 60 * self.sales
        while self.agenda.next():
            if self.wire.healed and (self._all_is_told() or self.agenda.now >= LAST_SECOND):
                break
            if self.agenda.happened >= most:
                break
        if self.reviews:
            self.money.finish(wall(self.agenda.now))

    def end(self) -> None:
        """Let go of everything. What refers to itself does so through its run, so nothing is left over."""
        forget_what_was_read()
        vars(self).clear()

    def plan_work(self, terminal: MemoryTerminal, *, first: float, times: int) -> None:
        """Plan what people do at a terminal: customers as they come, the cash-ups when it is time."""
        people = self.people[terminal.name]
        for _ in range(times):
            self._person(terminal, self.chance.uniform(first, SELLING_SECONDS - 60), people.work)
        for when in (EVENING_SECONDS / 2, EVENING_SECONDS - 10, SELLING_SECONDS - 50):
            if when > first and (when != EVENING_SECONDS / 2 or self.chance.random() < 0.5):
                missing = self.chance.choice((0, 0, 100))
                self._person(terminal, when, partial(self._cash_up, people, missing=missing))

    def plan_rush(self, terminal: MemoryTerminal, *, customers: int, seconds: float) -> None:
        """Plan many customers within a short while."""
        end = min(self.agenda.now + seconds, SELLING_SECONDS - 60)
        for _ in range(customers):
            self._person(terminal, self.chance.uniform(self.agenda.now, end), self.people[terminal.name].work)

    def _person(self, terminal: MemoryTerminal, when: float, act: Callable[[], None]) -> None:
        def acts() -> None:
            act()
            self.touch(terminal)

        self.agenda.at(when, acts)

    def _cash_up(self, people: Cashier, *, missing: int) -> None:
        """The back office may force another float; it counts from the next session on."""
        wanted = self.chance.choice((None, *FLOATS[1:]))
        floats = {} if wanted is None else {people.terminal.hosted: wanted}
        people.terminal.settings = SETTINGS.model_copy(update={"floats": floats})
        people.cash_up(missing=missing)
        if people.terminal.asks:  # what the guests brought is being asked; then somebody counts on
            later = self.agenda.now + self.chance.uniform(2, 20)
            self._person(people.terminal, later, partial(people.cash_up, missing=missing))

    def _office_hour(self) -> None:
        if not self.wire.service_is_down:
            self.office.step(wall(self.agenda.now), evening=self.agenda.now > EVENING_SECONDS)
            if self.wire.happens(0.1):
                self.office.decide_undecided(wall(self.agenda.now))
            if self.reviews:
                self.money.go_on(wall(self.agenda.now))
            if self.exchanges and self.around.office_chance.random() < 0.2:
                self.moves.exchange()

    def _heal(self) -> None:
        self.wire.healed, self.wire.down_until = True, 0.0
        self.around.say("world", "everything is healed; from here on nothing fails")
        for terminal in self.terminals:
            terminal.skew = 0.0
            terminal.calm = 0
            self.connect(terminal)

    def _all_is_told(self) -> bool:
        return all(terminal.is_settled for terminal in self.terminals) and not self.pending

    @property
    def pending(self) -> int:
        """How many entries wait at all terminals together."""
        return sum(terminal.pending for terminal in self.terminals)

    # --- the link -------------------------------------------------------------------------------------

    def connect(self, terminal: MemoryTerminal) -> None:
        """A terminal reaches the broker: it hears what is retained for it and says HELLO."""
        if not self.locksmith.lets_in(terminal):
            return
        terminal.connect()
        desired = self.database.tables.desired.get(terminal.address)
        if desired is not None:
            self.wire.carry(partial(self._retained, terminal, desired))
        self.touch(terminal)

    def lose_link(self, terminal: MemoryTerminal, *, until: float) -> None:
        """A terminal loses the broker for a while."""
        terminal.lose_link()

        def returns() -> None:
            if not terminal.drain.connected:
                self.connect(terminal)

        self.agenda.at(until, returns)

    def touch(self, terminal: MemoryTerminal) -> None:
        """Something happened at a terminal: send what is due, and look again when something else will be."""
        for kind, data in terminal.speak():
            sent = self.wire.damaged(data) if kind == "journal" else data
            self.wire.carry(partial(self.arrive, terminal.address, kind, sent))
        due = next_due(terminal.drain)
        if due is not None and due != self._pokes.get(terminal.name):
            self._pokes[terminal.name] = due
            self.agenda.at(max(due, self.agenda.now + 0.01), partial(self._poke, terminal, due))

    def _poke(self, terminal: MemoryTerminal, due: float) -> None:
        if self._pokes.get(terminal.name) == due:
            del self._pokes[terminal.name]
            self.touch(terminal)

    def arrive(self, address: TerminalAddress, kind: str, data: bytes) -> None:
        """Something reaches the services in a terminal's name."""
        if kind == "journal":
            self.wire.queue.append((address, data))
            self.agenda.after(self.chance.uniform(0.001, 0.1), self._pull)
        elif self.wire.service_is_down:
            return
        elif kind == "ask":
            reply = self.chance.choice(self.writers).totals(address, data).model_dump_json().encode()
            self._to_all(address, lambda terminal: terminal.hear_reply(reply))
        else:
            said, hello = self.chance.choice(self.writers).hello(address, data), read_hello(data)[1]
            self._answer({address: said}, hello)
            if said:
                self.office.greet(address, hello, wall(self.agenda.now))

    def _pull(self) -> None:
        if self.wire.service_is_down:
            self.agenda.at(self.wire.down_until + 0.01, self._pull)
            return
        batch, self.wire.queue = self.wire.queue[:BATCH], self.wire.queue[BATCH:]
        if not batch:
            return
        writer = self.chance.choice(self.writers)
        if self.wire.strikes("churn"):
            writer.reborn()
        said = writer.journal(batch, now=wall(self.agenda.now))
        if said is None:  # the broker was not told either: it brings them again
            self.wire.queue += batch
            self.agenda.after(self.chance.uniform(0.5, 5.0), self._pull)
        else:
            self._answer(said)
            self.office.tell_news()

    def _answer(self, said: Said, hello: Hello | None = None) -> None:
        for address, items in said.items():
            if items:
                data = Answers(items=tuple(items)).model_dump_json().encode()
                self._to_all(address, partial(self._hears, data, hello))

    @staticmethod
    def _hears(data: bytes, hello: Hello | None, terminal: MemoryTerminal) -> None:
        terminal.hear(data, hello)

    def _publish(self, address: TerminalAddress, desired: Desired) -> None:
        self._to_all(address, lambda terminal: terminal.hold(desired))

    def _to_all(self, address: TerminalAddress, tell: Callable[[MemoryTerminal], None]) -> None:
        for terminal in self.terminals:
            if terminal.address == address:
                self.wire.carry(partial(self._reach, terminal, tell))

    def _retained(self, terminal: MemoryTerminal, desired: Desired) -> None:
        self._reach(terminal, lambda reached: reached.hold(desired))

    def _reach(self, terminal: MemoryTerminal, tell: Callable[[MemoryTerminal], None]) -> None:
        if terminal.drain.connected:
            tell(terminal)
            self.touch(terminal)

    def _crash(self) -> str:
        assert self.faults is not None
        if not self.wire.happens(self.faults.crash):
            return ""
        ends = ("before commit", "after commit", "aborted", "unknown: kept", "unknown: lost")
        end = self.chance.choice(ends)
        self.around.happened[f"fault: crash, {end}"] += 1
        return end
