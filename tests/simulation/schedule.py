"""A seeded day of terminals and a ledger over a wire that drops, doubles, delays and reorders."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from simulation.cashier import Cashier
from simulation.memory_ledger import MemoryLedger
from simulation.memory_terminal import MemoryTerminal, instant
from terminal_agent.core.chain import Identity
from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.denominations import STANDARD
from tillday_contracts.topics import TerminalAddress
from tillday_contracts.wishes import SettingsContent, Tender

CASH = Tender(
    tender="cash", name="Cash", kind="cash", currency="EUR", keep=KeepRule(mode="fixed", amount=15000)
)
CARD = Tender(tender="card", name="Card", kind="card", currency="EUR", keep=KeepRule(mode="move_all"))
VOUCHER = Tender(
    tender="voucher", name="Voucher", kind="voucher", currency="EUR", keep=KeepRule(mode="move_all")
)
DOLLARS = Tender(
    tender="cash_usd",
    name="US dollars",
    kind="foreign_cash",
    currency="USD",
    rate=920_000,
    denominations=STANDARD["USD"],
    keep=KeepRule(mode="move_all"),
)
SETTINGS = SettingsContent(
    store="S1",
    name="Simulated",
    currency="EUR",
    time_zone="Europe/Madrid",
    denominations=STANDARD["EUR"],
    floats={"T1": 15_000, "T2": 15_000},
    tenders=(CASH, CARD, VOUCHER, DOLLARS),
)
SELLING_SECONDS = 600.0
NOON_SECONDS = 280.0
PATIENCE_SECONDS = 4000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How bad the wire and the machines are; each a chance per message, commit or second."""

    drop: float = 0.0
    double: float = 0.0
    late: float = 0.0
    crash: float = 0.0
    kill: float = 0.0
    cut: float = 0.0


def faults_of(chance: random.Random) -> Faults:
    """Return a profile in which each class of faults is on in half of the seeds."""

    def half(rate: float) -> float:
        return rate if chance.random() < 0.5 else 0.0

    return Faults(
        drop=half(0.3), double=half(0.3), late=half(0.4), crash=half(0.2), kill=half(0.05), cut=half(0.1)
    )


@dataclass(slots=True)
class Day:
    """One schedule. `play` runs it to the end; then everything is to be found in `ledger`."""

    seed: int
    sales: int = 40
    terminal_count: int = 2
    terminal_kind: type[MemoryTerminal] = MemoryTerminal
    ledger_kind: type[MemoryLedger] = MemoryLedger
    faults: Faults | None = None
    now: float = 0.0
    ledger: MemoryLedger = field(init=False)
    terminals: dict[TerminalAddress, MemoryTerminal] = field(init=False)
    people: dict[TerminalAddress, Cashier] = field(init=False)
    _queue: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)
    _healed: bool = False
    _chance: random.Random = field(init=False)
    _faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._faults = self.faults or faults_of(self._chance)
        self.ledger = self.ledger_kind(self._chance, crash=self._crash)
        self.terminals, self.people = {}, {}
        for n in range(1, self.terminal_count + 1):
            address = TerminalAddress("S1", f"T{n}")
            key = self._chance.randbytes(32)
            identity = Identity("S1", address.terminal, address.terminal, f"{n:016x}", key)
            self.ledger.register(address, key_id=identity.key_id, key=key)
            terminal = self.terminal_kind(identity, SETTINGS, self._chance)
            self.terminals[address], self.people[address] = terminal, Cashier(terminal, self._chance)

    def play(self) -> None:
        """Sell under faults, then heal the wire and wait until every journal is acknowledged."""
        for address, terminal in self.terminals.items():
            self._plan(address, terminal)
        self._at(SELLING_SECONDS, self._heal)
        while self._queue and self.now < PATIENCE_SECONDS:
            self.now, _, act = heapq.heappop(self._queue)
            act()
            if self._healed and not self.pending:
                return

    @property
    def pending(self) -> int:
        """How many entries wait at all terminals together."""
        return sum(terminal.pending for terminal in self.terminals.values())

    def _plan(self, address: TerminalAddress, terminal: MemoryTerminal) -> None:
        people = self.people[address]
        self._at(0.0, lambda: terminal.connect(at=self.now))
        self._at(0.1, lambda: people.open_day(at=self.now))
        for _ in range(self.sales // self.terminal_count):
            self._at(self._chance.uniform(1, SELLING_SECONDS - 60), lambda: people.work(at=self.now))
        noon, evening = (self._chance.choice((0, 0, 100)) for _ in range(2))
        self._at(NOON_SECONDS, lambda: self._change_shifts(people, missing=noon))
        self._at(SELLING_SECONDS - 50, lambda: people.cash_up(missing=evening, at=self.now))
        self._at(0.5, lambda: self._tick(address, terminal))

    def _change_shifts(self, people: Cashier, *, missing: int) -> None:
        """The back office may force another float; it counts from the next session on."""
        wanted = self._chance.choice((None, 12_000, 20_000))
        floats = {} if wanted is None else {people.terminal.identity.till: wanted}
        people.terminal.settings = SETTINGS.model_copy(update={"floats": floats})
        people.change_shifts(missing=missing, at=self.now)

    def _tick(self, address: TerminalAddress, terminal: MemoryTerminal) -> None:
        """One second of a terminal's process: perhaps it dies or loses its link; else it speaks."""
        if self._happens(self._faults.kill):
            terminal.boot(at=self.now)
        elif self._happens(self._faults.cut):
            terminal.lose_link()
        if not terminal.drain.connected and (self._healed or self._chance.random() < 0.3):
            terminal.connect(at=self.now)
        for kind, data in terminal.speak(at=self.now):
            self._carry(partial(self._arrive, address, kind, data))
        self._at(self.now + 1.0, lambda: self._tick(address, terminal))

    def _arrive(self, address: TerminalAddress, kind: str, data: bytes) -> None:
        if kind == "hello":
            answer = self.ledger.hello(address, data)
        else:
            answer = self.ledger.journal(address, data, now=instant(self.now))
        if answer is not None:
            self._carry(lambda: self.terminals[address].hear(answer, at=self.now))

    def _carry(self, deliver: Callable[[], None]) -> None:
        if self._happens(self._faults.drop):
            return
        copies = 2 if self._happens(self._faults.double) else 1
        for _ in range(copies):
            delay = self._chance.uniform(0.01, 0.2)
            if self._happens(self._faults.late):
                delay += self._chance.uniform(1, 90)
            self._at(self.now + delay, deliver)

    def _crash(self) -> str:
        return (
            self._chance.choice(("before commit", "after commit"))
            if self._happens(self._faults.crash)
            else ""
        )

    def _happens(self, chance: float) -> bool:
        return not self._healed and self._chance.random() < chance

    def _heal(self) -> None:
        self._healed = True

    def _at(self, when: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (when, next(self._order), act))
