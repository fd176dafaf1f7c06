"""Everything that befalls a run beside bad messages: crashes, partitions, restores, clones, wrong clocks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from simulation.disk import Disk
from simulation.memory_terminal import MemoryTerminal
from simulation.schedule import SELLING_SECONDS, Run
from simulation.tables import Tables
from simulation.thief import rotate, steal
from simulation.wire import flipped
from terminal_agent.core.chain import Head

LATEST: Final = SELLING_SECONDS - 40


def plan_troubles(run: Run) -> None:
    """Plan the faults of a run's profile at random seconds."""
    assert run.faults is not None
    single: dict[str, Callable[[Run], None]] = {
        "kill": _kill,
        "cut": _cut,
        "outage": _outage,
        "wipe": _wipe,
        "restart": _restart,
        "clock": _clock,
        "rot": _rot,
        "rush": _rush,
        "purge": _purge,
        "rotate": rotate,
    }
    for name, strike in single.items():
        for _ in range(getattr(run.faults, name)):
            run.agenda.at(run.chance.uniform(15, LATEST), partial(_strike, run, name, strike))
    for name, begin in (
        ("restore_terminal", partial(_back_up_terminal, with_anchor=False)),
        ("restore_anchor", partial(_back_up_terminal, with_anchor=True)),
        ("clone", partial(_copy_disk, behind=False)),
        ("clone_behind", partial(_copy_disk, behind=True)),
        ("restore_database", _back_up_database),
        ("compromise", steal),
    ):
        for _ in range(getattr(run.faults, name)):
            first, second = sorted((run.chance.uniform(15, LATEST), run.chance.uniform(15, LATEST)))
            run.agenda.at(first, partial(begin, run, second))
            run.around.happened[f"fault: {name}"] += 1


def _strike(run: Run, name: str, strike: Callable[[Run], None]) -> None:
    run.around.happened[f"fault: {name}"] += 1
    strike(run)


def _any(run: Run) -> MemoryTerminal:
    return run.chance.choice(run.terminals)


def _kill(run: Run) -> None:
    terminal = _any(run)
    run.around.say(terminal.name, "is killed and starts again")
    terminal.boot()
    run.lose_link(terminal, until=run.agenda.now + run.chance.uniform(1, 5))


def _cut(run: Run) -> None:
    terminal, seconds = _any(run), run.chance.choice((5, 30, 100, 250)) * run.chance.random()
    run.around.say(terminal.name, f"loses the link for {seconds:.0f} s")
    run.lose_link(terminal, until=run.agenda.now + seconds)


def _outage(run: Run) -> None:
    seconds = run.chance.uniform(5, 90)
    run.around.say("world", f"no service answers for {seconds:.0f} s")
    run.wire.down_until = run.agenda.now + seconds


def _wipe(run: Run) -> None:
    run.around.say("world", f"the broker's store is wiped, {len(run.wire.queue)} messages with it")
    run.wire.queue = []
    for terminal in run.terminals:
        run.lose_link(terminal, until=run.agenda.now + run.chance.uniform(1, 10))


def _restart(run: Run) -> None:
    writer = run.chance.choice(run.writers)
    run.around.say("world", f"writer {writer.name} is started anew")
    writer.reborn()


def _clock(run: Run) -> None:
    terminal = _any(run)
    terminal.skew = run.chance.choice((-3600.0, 3600.0, -86_400.0, 86_400.0, 365 * 86_400.0, 0.0))
    run.around.say(terminal.name, f"has a clock that is {terminal.skew:.0f} s off")


def _rush(run: Run) -> None:
    terminal = _any(run)
    run.around.say(terminal.name, "has many customers")
    run.plan_rush(terminal, customers=12, seconds=20.0)


def _rot(run: Run) -> None:
    """One entry that nobody acknowledged yet goes bad on its disk."""
    if run.wire.healed:
        return
    terminal = _any(run)
    journal = terminal.disk.current
    waiting = [
        n for n, entry in enumerate(journal.entries) if entry.seq not in journal.acks and entry.seq > 1
    ]
    if not waiting:
        run.agenda.after(5.0, partial(_rot, run))
        return
    place = run.chance.choice(waiting)
    entry = journal.entries[place]
    if run.chance.random() < 0.5:
        bad = entry._replace(data=flipped(entry.data, run.chance))
    else:
        bad = entry._replace(prev=flipped(bytes.fromhex(entry.prev), run.chance).hex())
    journal.spoil(place, bad)
    run.rotten.add(entry.hash)
    run.parted.add(terminal.identity.terminal)
    run.around.say(terminal.name, f"has a bad entry {entry.epoch[:4]}/{entry.seq} on its disk")


def _purge(run: Run) -> None:
    """Months pass: what the ledger acknowledged leaves the disk, from the beginning of the epoch on."""
    terminal = _any(run)
    journal = terminal.disk.current
    before, gone = journal.first, set[str]()
    while len(journal.entries) > 1 and journal.first in journal.acks:
        gone.add(journal.purge_first().hash)
    excuse(run, gone)
    run.parted.add(terminal.identity.terminal)
    run.around.say(terminal.name, f"no longer holds {journal.epoch[:4]}/{before}..{journal.first - 1}")


# --- copies -------------------------------------------------------------------------------------------


def _back_up_terminal(run: Run, second: float, *, with_anchor: bool) -> None:
    terminal = _any(run)
    run.around.say(terminal.name, "is backed up")
    anchor = terminal.anchor if with_anchor else None
    run.agenda.at(second, partial(_restore_terminal, run, terminal, (terminal.disk.copy(), anchor)))


def _restore_terminal(run: Run, terminal: MemoryTerminal, backup: tuple[Disk, Head | None]) -> None:
    disk, anchor = backup
    lost = {entry.hash for entry in terminal.disk.entries}
    enrolment = terminal.disk.enrolment
    run.around.say(terminal.name, f"is restored from its backup{' with its anchor' if anchor else ''}")
    terminal.disk = disk.copy()
    terminal.anchor = anchor or terminal.anchor
    run.parted.add(terminal.identity.terminal)
    excuse(run, lost)
    if terminal.disk.enrolment is not enrolment and run.chance.random() < 0.5:  # it lies beside the journal
        terminal.disk.enrolment = enrolment
    terminal.boot()
    run.lose_link(terminal, until=run.agenda.now + run.chance.uniform(1, 30))


def _copy_disk(run: Run, second: float, *, behind: bool) -> None:
    terminal = _any(run)
    run.around.say(terminal.name, "has its disk copied")
    image = terminal.disk.copy(), None if behind else terminal.anchor
    if behind:
        second = min(second, run.agenda.now + run.chance.uniform(2, 40))
    run.agenda.at(second, partial(_start_clone, run, terminal, image))


def _start_clone(run: Run, original: MemoryTerminal, image: tuple[Disk, Head | None]) -> None:
    clone = start_clone(run, original, image)
    run.agenda.after(run.chance.uniform(1, 60), partial(run.connect, clone))
    run.plan_work(clone, first=run.agenda.now + 1, times=max(3, run.sales // 8))


def start_clone(run: Run, original: MemoryTerminal, image: tuple[Disk, Head | None]) -> MemoryTerminal:
    """Start a copy of a terminal's disk as a second process of the same name, without a link."""
    enrolment = image[0].enrolment
    assert enrolment is not None
    clone = type(original)(
        enrolment, original.settings, run.around, name=f"{original.name}-clone{len(run.terminals)}"
    )
    clone.disk, clone.anchor = image[0].copy(), image[1] or original.anchor
    run.add(clone)
    run.parted.add(original.identity.terminal)
    run.around.say(clone.name, f"starts from a copy of {original.name}'s disk")
    clone.boot()
    return clone


def _back_up_database(run: Run, second: float) -> None:
    run.around.say("world", "the database is backed up")
    run.agenda.at(second, partial(_restore_database, run, run.database.tables.copied()))


def _restore_database(run: Run, backup: Tables) -> None:
    back_in_time(run, backup)
    if run.faults is not None and run.faults.rush and run.chance.random() < 0.6:
        _rush(run)  # as the shop was closed while that was done


def back_in_time(run: Run, backup: Tables) -> None:
    """Put the database back to a backup."""
    lost = run.database.tables.rows.keys() - backup.rows.keys()
    run.around.say("world", f"the database goes back to its backup; {len(lost)} entries are lost there")
    run.database.restore(backup)
    run.locksmith.look_after()
    run.restored = True
    excuse(run, lost)


def excuse(run: Run, lost: set[str]) -> None:
    """Note which of these entries are now nowhere at all: no protocol brings them back."""
    held = {entry.hash for terminal in run.terminals for entry in terminal.disk.entries}
    gone = lost - held - run.database.tables.rows.keys()
    if gone:
        run.around.say("world", f"{len(gone)} entries were nowhere else")
    run.excused |= gone
