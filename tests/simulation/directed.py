"""Schedules of which chance would need a million seeds: what befalls a run is fixed, only the dice differ."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from simulation.memory_terminal import MemoryTerminal
from simulation.schedule import Run
from simulation.troubles import back_in_time, excuse, plan_troubles, start_clone
from tillday_contracts.entries import Sale

BEGIN: Final = 60.0
LIVES: Final = 24
BLINK: Final = 0.004
"""Shorter than any message takes."""


def plan_of(profile: str) -> Callable[[Run], None]:
    """Return what plans the troubles of a profile."""
    scene = SCENES.get(profile)
    return plan_troubles if scene is None else lambda run: scene(run).begin()


class Scene:
    """What befalls one terminal of a run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._terminal = run.terminals[0]

    def begin(self) -> None:
        """Plan the scene."""
        self._run.agenda.at(BEGIN, self._back_up)

    def _back_up(self) -> None:
        """Back the database up, then sell what will be lost there."""
        self._backup = self._run.database.tables.copied()
        self._older = self._sell()
        self._once(self._all_acknowledged, self._go_on)

    def _go_on(self) -> None:
        raise NotImplementedError

    def _all_acknowledged(self) -> bool:
        return self._terminal.pending == 0 and self._older in self._run.database.tables.rows

    def _leave_the_epoch(self) -> None:
        """Go back on the disk, but not with the anchor: what was sold alone in between is lost."""
        self._terminal.lose_link()
        disk = self._terminal.disk.copy()
        lost = self._sell()
        self._terminal.disk = disk
        self._run.parted.add(self._terminal.identity.terminal)
        excuse(self._run, {lost})

    def _then(self, seconds: float, act: Callable[[], None]) -> None:
        self._run.agenda.after(seconds, act)

    def _once(self, holds: Callable[[], bool], act: Callable[[], None]) -> None:
        """Do something in the very moment in which something holds."""
        if holds():
            act()
        else:
            self._then(BLINK, partial(self._once, holds, act))

    def _sell(self) -> str:
        """Serve people until a receipt of this terminal was printed, and return its hash."""
        before = len(self._run.around.printed)
        people = self._run.people[self._terminal.name]
        for _ in range(60):
            people.work()
            entry = self._terminal.disk.current.entries[-1]
            body = self._run.around.bodies[entry.hash]
            if len(self._run.around.printed) > before and isinstance(body, Sale):
                break
        self._run.touch(self._terminal)
        return self._terminal.disk.current.entries[-1].hash


class RowBeforePosition(Scene):
    """An entry is stored as left behind, then at its position after an older one; the database goes back to
    in between.

    The newer entry's row is then in the database and the older one's is not, although one cumulative ack
    covered both: only the stamp of the position tells the terminal that the older one is lost. It has left
    the epoch by then, so that no GAP asks for it.
    """

    def _go_on(self) -> None:
        self._terminal.lose_link()
        self._newer = self._sell()
        image = self._terminal.disk.copy(), self._terminal.anchor
        back_in_time(self._run, self._backup)
        clone = start_clone(self._run, self._terminal, image)
        clone.disk = image[0].copy()  # its anchor is ahead of it now: it leaves the epoch
        clone.boot()
        self._run.connect(clone)
        clone.lose_link()  # what it says is on its way; it hears nothing
        self._once(lambda: self._newer in self._run.database.tables.rows, partial(self._come_back, clone))

    def _come_back(self, clone: MemoryTerminal) -> None:
        self._between = self._run.database.tables.copied()
        self._run.terminals.remove(clone)
        self._run.people.pop(clone.name)
        excuse(self._run, {entry.hash for entry in clone.disk.entries})
        self._run.connect(self._terminal)
        self._once(lambda: self._older in self._run.database.tables.rows, self._miss_the_ack)

    def _miss_the_ack(self) -> None:
        self._terminal.lose_link()
        self._then(5.0, partial(self._run.connect, self._terminal))
        self._then(5.0, partial(self._once, self._all_acknowledged, self._leave))

    def _leave(self) -> None:
        self._leave_the_epoch()
        back_in_time(self._run, self._between)
        self._terminal.boot()
        self._then(3.0, partial(self._run.connect, self._terminal))


class ManyLives(Scene):
    """The database lost what one timeline acknowledged in an epoch that was left; the HELLO that would tell
    it is lost, and until the next one more timelines acknowledge something than one HELLO names.
    """

    def _go_on(self) -> None:
        self._leave_the_epoch()
        back_in_time(self._run, self._backup)
        self._terminal.boot()
        self._then(3.0, self._return_unheard)

    def _return_unheard(self) -> None:
        self._run.wire.down_until = self._run.agenda.now + 1.0
        self._run.connect(self._terminal)
        for n in range(LIVES):
            self._then(2.0 + 2.0 * n, self._live)

    def _live(self) -> None:
        for writer in self._run.writers:
            writer.reborn()
        self._sell()


SCENES: Final[dict[str, type[Scene]]] = {
    "row-before-position": RowBeforePosition,
    "many-lives": ManyLives,
}
