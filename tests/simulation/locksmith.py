"""Who gives terminals their keys: codes of the back office, carried to terminals and redeemed there."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from simulation.memory_terminal import MemoryTerminal
from store_service.domain.admission import Code, JournalKey, lost_keys, may_redeem, needs_fresh_key, told_keys
from terminal_agent.enrolment import held_keys, with_former_keys
from tillday_contracts.enrolment import EnrolmentBundle
from tillday_contracts.topics import TerminalAddress

if TYPE_CHECKING:
    from simulation.schedule import Run

NOON, TONIGHT = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 2, 22, tzinfo=UTC)
NONCE = bytes(32)


class Locksmith:
    """The people who look after keys. What they declared they remember, also when the database goes back."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._declared: set[str] = set()
        self._carried: set[str] = set()
        """Terminals to which somebody carries a code."""
        self._looks = False
        self._changes = False
        """Whether any key was changed in this run."""

    def lets_in(self, terminal: MemoryTerminal) -> bool:
        """Say whether the broker lets a terminal in: what it was enrolled with last still counts.

        It was given once the ledger had the key; an answer that was lost is given with another password.
        """
        enrolment, tables = terminal.disk.enrolment, self._run.database.tables
        assert enrolment is not None
        given_up = {key.key_id for key in tables.keys[terminal.address] if key.compromised}
        if enrolment.key_id in tables.terminals[terminal.address].keys.keys() - given_up:
            return True
        self.look_after()
        return False

    def rotate(self, terminal: MemoryTerminal) -> None:
        """Give a terminal a new key: it redeems the code at its next start."""
        self._changes = True
        self._run.around.say("back office", f"rotates the key of {terminal.name}")
        self._carry(terminal, self._code(terminal.address, rotate=True))

    def declare(self, address: TerminalAddress) -> None:
        """Declare all keys of a terminal known to others: it is cut off, the ledger hears of it soon."""
        tables, self._changes = self._run.database.tables, True
        self._run.around.say("back office", f"declares the keys of {address.terminal} known to others")
        given_up = tuple(replace(key, compromised=True) for key in tables.keys[address])
        tables.keys[address] = given_up
        tables.codes = {name: code for name, code in tables.codes.items() if code.address != address}
        self._declared |= {key.key_id for key in given_up}
        self._run.parted.add(address.terminal)
        for terminal in self._run.terminals:
            if terminal.address == address:
                terminal.lose_link()
        self._later(self._chance.uniform(0.1, 20), self.tell_ledger)
        self.look_after()

    def tell_ledger(self) -> None:
        """The ledger hears of every key that the store service knows to be given up."""
        if self._run.wire.service_is_down:
            self._later(5.0, self.tell_ledger)
            return
        tables = self._run.database.tables
        for address, held in tables.keys.items():
            given_up = frozenset(key.key_id for key in held if key.compromised)
            known = tables.terminals[address]
            if given_up - known.compromised:
                self._cut(given_up - known.compromised)
                tables.terminals[address] = replace(known, compromised=known.compromised | given_up)

    def _cut(self, key_ids: frozenset[str]) -> None:
        tables = self._run.database.tables
        for key_id in key_ids:
            tables.cut[key_id] = frozenset(
                held.hash for (at, _), held in tables.positions.items() if tables.streams[at].key_id == key_id
            )

    def look_after(self) -> None:
        """Look after keys that were changed and terminals that are not let in, soon and until all are."""
        if self._changes and not self._looks:
            self._looks = True
            self._later(self._chance.uniform(1, 10), self._look)

    def _look(self) -> None:
        self._looks = False
        tables = self._run.database.tables
        for address, held in list(tables.keys.items()):
            if any(key.key_id in self._declared and not key.compromised for key in held):
                self.declare(address)  # the database went back: it is said again
        self.tell_ledger()
        for terminal in self._run.terminals:
            if not self.lets_in(terminal) and terminal.name not in self._carried:
                rotate = self._chance.random() < 0.3
                self._carry(terminal, self._code(terminal.address, rotate=rotate))

    def _carry(self, terminal: MemoryTerminal, code: Code) -> None:
        self._carried.add(terminal.name)
        self._later(self._chance.uniform(1, 30), partial(self._start, terminal, code))

    def _start(self, terminal: MemoryTerminal, code: Code) -> None:
        """A terminal is started, and redeems its code before anything else."""
        run = self._run
        if terminal not in run.terminals:
            return
        given = None if run.wire.service_is_down else self._redeem(terminal, code)
        if given is not None:
            enrolment = terminal.disk.enrolment
            assert enrolment is not None
            terminal.disk.enrolment = with_former_keys(given, enrolment)
            self._carried.discard(terminal.name)
            run.around.say(terminal.name, f"is enrolled with key {given.key_id[:4]}")
            self.look_after()  # it may have told keys that were declared before the database went back
        elif self._chance.random() < 0.5:
            self._later(self._chance.uniform(1, 10), partial(self._start, terminal, code))
        else:  # somebody brings another code later
            self._carried.discard(terminal.name)
            self.look_after()
        self.start(terminal)

    def start(self, terminal: MemoryTerminal) -> None:
        """A terminal is started, and again another day while its new key waits for the old one's end."""
        terminal.boot()
        self._run.lose_link(terminal, until=self._run.agenda.now + self._chance.uniform(0.1, 5))
        enrolment = terminal.disk.enrolment
        assert enrolment is not None
        if terminal.identity.key_id != enrolment.key_id and not self._run.wire.healed:
            self._later(self._chance.uniform(10, 90), partial(self.start, terminal))

    def _redeem(self, terminal: MemoryTerminal, code: Code) -> EnrolmentBundle | None:
        """Return what a code gives; None where the question or its answer is lost on the way."""
        run, address, before = self._run, terminal.address, terminal.disk.enrolment
        assert before is not None
        tables, told = run.database.tables, told_keys(code, held_keys(before))
        if not may_redeem(tables.codes.get(code.code_id), NONCE, at=NOON) or run.wire.strikes("drop"):
            return None
        held = tables.keys[address]
        held = (*reversed(lost_keys(held, told)), *held)
        drawn = any(key.key_id == code.code_id for key in held)
        if needs_fresh_key(code, held) and not drawn:  # a repeat is given the same
            held = (JournalKey(code.code_id, self._chance.randbytes(32)), *held)
        tables.keys[address] = held
        if run.wire.strikes("drop"):
            return None
        known = tables.terminals[address]
        learned = {key.key_id: key.key for key in held if key is held[0] or key.key_id in told}
        tables.terminals[address] = replace(known, keys={**known.keys, **learned})
        given_up = tuple(sorted(key.key_id for key in held if key.compromised))
        self._later(self._chance.uniform(0.1, 20), self.tell_ledger)
        return before.model_copy(
            update={
                "key_id": held[0].key_id,
                "journal_key": held[0].key.hex(),
                "former_keys": {},
                "compromised": len(held) > 1 and held[1].compromised,
                "given_up": given_up,
            }
        )

    def _code(self, address: TerminalAddress, *, rotate: bool) -> Code:
        code = Code(f"{self._chance.getrandbits(64):016x}", address, b"", TONIGHT, 0, rotate)
        self._run.database.tables.codes[code.code_id] = code
        return code

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        self._run.agenda.after(seconds, act)

    @property
    def _chance(self) -> random.Random:
        return self._run.chance


def first_enrolment(address: TerminalAddress, *, till: str, key_id: str, key: bytes) -> EnrolmentBundle:
    """Return what a terminal is given when it joins the store."""
    return EnrolmentBundle.model_construct(
        store=address.store,
        terminal=address.terminal,
        till=till,
        key_id=key_id,
        journal_key=key.hex(),
        former_keys={},
        compromised=False,
        given_up=(),
    )
