"""Keys that change: by routine, and because somebody else has one, who forges with it before and after."""

from __future__ import annotations

from functools import partial
from typing import Final

from simulation.cashier import Cashier
from simulation.memory_terminal import MemoryTerminal
from simulation.schedule import SELLING_SECONDS, Run
from terminal_agent.core.chain import Entry
from terminal_agent.core.sending import fitting
from tillday_contracts.journal import JournalBatch

FORGERIES: Final = 6


def rotate(run: Run) -> None:
    """A terminal is given a new key."""
    run.locksmith.rotate(run.chance.choice(run.terminals))


def steal(run: Run, second: float) -> None:
    """Somebody has the keys of a terminal from now on; at the `second` it is declared."""
    victim = run.chance.choice(run.terminals)
    run.around.say("thief", f"has the key of {victim.name}")
    thief = Thief(run, victim)
    for _ in range(FORGERIES):
        run.agenda.at(run.chance.uniform(run.agenda.now, SELLING_SECONDS + 30), thief.forge)
    for seconds in (0.1, 25.0):  # right before and soon after the declaration
        run.agenda.at(second - 10.0 + seconds, thief.forge)
    run.agenda.at(second, partial(run.locksmith.declare, victim.address))


class Thief:
    """Sees all that a terminal writes, and has the keys that it has now, none of later."""

    def __init__(self, run: Run, victim: MemoryTerminal) -> None:
        self._run = run
        self._victim = victim
        run.parted.add(victim.identity.terminal)
        enrolment = victim.disk.enrolment
        assert enrolment is not None
        self._enrolment = enrolment
        self._identity = victim.identity
        self._stolen = {victim.identity.key_id, *victim.identity.former}

    def forge(self) -> None:
        """Write what the terminal might have written next, or a whole new epoch, and send it in its name."""
        run = self._run
        forger = self._disguised()
        if forger is None:
            return
        people, before = Cashier(forger, run.chance), set(run.around.printed)
        own = {entry.hash for entry in forger.disk.current.entries}
        if run.chance.random() < 0.4:
            forger.begin_epoch("forged")
        for _ in range(run.chance.randint(1, 4)):
            people.work()
        for hash_ in set(run.around.printed) - before:
            del run.around.printed[hash_]
        run.forged |= {entry.hash for entry in forger.disk.current.entries} - own
        self._send(forger)

    def _disguised(self) -> MemoryTerminal | None:
        """Return a copy of the terminal as it is now, writing in its newest epoch of a stolen key."""
        run, disk = self._run, self._victim.disk.copy()
        mine = [journal for journal in disk.journals.values() if journal.key_id in self._stolen]
        if not mine:
            return None
        disk.current = mine[-1]
        forger = type(self._victim)(self._enrolment, self._victim.settings, run.around, name="thief")
        forger.identity = self._identity
        if mine[-1].key_id != self._identity.key_id:
            forger.identity = self._identity.going_on_with(mine[-1].key_id)
        forger.disk = disk
        return forger

    def _send(self, forger: MemoryTerminal) -> None:
        run, address = self._run, self._victim.address
        if run.chance.random() < 0.3:
            run.wire.carry(partial(run.arrive, address, "hello", forger.hello()))
        own = forger.disk.current
        low = own.lowest()
        entries: list[Entry] = [] if low is None else own.from_(low.seq, 64, unacknowledged=False)
        if not entries:
            return
        quarantine = run.chance.random() < 0.2
        run.around.happened["forged: entries"] += len(entries)
        run.around.say("thief", f"sends {own.epoch[:4]}/{entries[0].seq}..{entries[-1].seq}")
        batch = JournalBatch.model_validate(
            {
                "boot_no": forger.disk.boots,
                "epoch": own.epoch,
                "quarantine": quarantine,
                "entries": [
                    {"seq": e.seq, "prev": e.prev, "hash": e.hash, "data": e.data} for e in fitting(entries)
                ],
            }
        )
        run.wire.carry(partial(run.arrive, address, "journal", batch.model_dump_json().encode()))
