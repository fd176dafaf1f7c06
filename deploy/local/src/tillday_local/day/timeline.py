"""What happened on the day, in order, for people to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rich.table import Table
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline; `seconds` since the day's start."""

    seconds: float
    who: str
    what: str


@dataclass(slots=True)
class Timeline:
    """Collects happenings; `elapsed` tells the seconds since the start."""

    elapsed: Callable[[], float]
    told: Callable[[Happening], None] = lambda _: None
    happenings: list[Happening] = field(default_factory=list)

    def note(self, who: str, what: str) -> None:
        """Add a line."""
        happening = Happening(self.elapsed(), who, what)
        self.happenings.append(happening)
        self.told(happening)

    def table(self) -> Table:
        """Return the timeline as a table."""
        table = Table(title="The day", title_justify="left", box=None, padding=(0, 2, 0, 0))
        table.add_column("at", justify="right", style="cyan")
        table.add_column("who", style="bold")
        table.add_column("what", overflow="fold")
        for line in self.happenings:
            table.add_row(f"{line.seconds:6.2f} s", Text(line.who), Text(line.what))
        return table
