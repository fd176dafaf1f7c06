"""The broker between terminals and writers: a queue that may be wiped, and messages that go astray."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from itertools import count

from simulation.faults import Faults
from tillday_contracts.journal import JournalBatch
from tillday_contracts.topics import TerminalAddress


@dataclass(slots=True)
class Agenda:
    """Virtual time: what happens, in its order."""

    now: float = 0.0
    happened: int = 0
    _queue: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)

    def at(self, when: float, act: Callable[[], None]) -> None:
        """Let something happen at a second, or as soon as possible."""
        heapq.heappush(self._queue, (when if when > self.now else self.now, next(self._order), act))

    def after(self, delay: float, act: Callable[[], None]) -> None:
        """Let something happen a while from now."""
        self.at(self.now + delay, act)

    def next(self) -> bool:
        """Do the next thing; False when nothing is left."""
        if not self._queue:
            return False
        self.now, _, act = heapq.heappop(self._queue)
        self.happened += 1
        act()
        return True


class Wire:
    """Carries messages under faults until it is healed."""

    def __init__(self, agenda: Agenda, chance: random.Random, faults: Faults, happened: Counter[str]) -> None:
        self.queue: list[tuple[TerminalAddress, bytes]] = []
        """The journal stream: what the broker took and no writer has confirmed."""
        self.down_until = 0.0
        """Until then no service answers."""
        self.healed = False
        self._agenda = agenda
        self._chance = chance
        self._chances = {part.name: float(getattr(faults, part.name)) for part in fields(faults)}
        self._happened = happened

    def happens(self, chance: float) -> bool:
        """Throw the dice of a fault."""
        return not self.healed and chance > 0 and self._chance.random() < chance

    def strikes(self, name: str) -> bool:
        """Throw the dice of one of the run's own faults, and count it."""
        chance = self._chances[name]
        if self.healed or chance <= 0 or self._chance.random() >= chance:
            return False
        self._happened[f"fault: {name}"] += 1
        return True

    @property
    def service_is_down(self) -> bool:
        """Whether nobody listens now."""
        return self._agenda.now < self.down_until

    def carry(self, deliver: Callable[[], None]) -> None:
        """Deliver something after a while: perhaps never, twice, or long after what was sent later."""
        if self.healed:
            self._agenda.after(self._chance.uniform(0.01, 0.2), deliver)
            return
        if self.strikes("drop"):
            return
        for _ in range(2 if self.strikes("double") else 1):
            late = self._chance.uniform(1, 90) if self.strikes("late") else 0.0
            self._agenda.after(self._chance.uniform(0.01, 0.2) + late, deliver)

    def damaged(self, data: bytes) -> bytes:
        """Return a journal message, with one byte of an entry changed where that happens."""
        if not self.strikes("damage"):
            return data
        batch = JournalBatch.model_validate_json(data)
        hit = self._chance.randrange(len(batch.entries))
        entries = [
            entry.model_copy(update={"data": flipped(entry.data, self._chance)}) if n == hit else entry
            for n, entry in enumerate(batch.entries)
        ]
        return batch.model_copy(update={"entries": tuple(entries)}).model_dump_json().encode()


def flipped(data: bytes, chance: random.Random) -> bytes:
    """Return bytes of which one is another."""
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
