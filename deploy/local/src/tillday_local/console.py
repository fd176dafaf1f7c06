"""What a person sees of a running system. It goes to standard error: standard output is for results."""

from __future__ import annotations

import time
from typing import Final

from rich.console import Console
from rich.text import Text

from tillday_local.supervisor import Incident

COLOURS: Final = ("cyan", "green", "magenta", "yellow", "blue", "bright_cyan", "bright_green")
NAME_WIDTH: Final = 14
STEPS: Final = {
    "broker": "Starting the broker",
    "database": "Starting the database",
    "services": "Starting the services",
    "store": "Setting up the store",
    "terminals": "Starting the terminals",
}


def error_console() -> Console:
    """A console on standard error."""
    return Console(stderr=True, highlight=False)


class Narrator:
    """Tells of the start step by step, of incidents, and shows the logs in colours."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._colours: dict[str, str] = {}
        self._began = time.monotonic()

    def step(self, step: str) -> None:
        """A step of the start, with the seconds since the beginning."""
        seconds = time.monotonic() - self._began
        self._console.print(Text.assemble((f"{seconds:5.1f} s  ", "dim"), STEPS.get(step, step)))

    def incident(self, incident: Incident) -> None:
        """A part died and comes back."""
        code = incident.code
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        text = f"{incident.name} {how}; starting it again in {incident.pause:.1f} s"
        self._console.print(Text(text, style="bold yellow"))

    def line(self, name: str, line: str) -> None:
        """A line of a part's log."""
        colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
        text = Text.assemble((f"{name:<{NAME_WIDTH}} ", colour), Text.from_ansi(line))
        self._console.print(text, soft_wrap=True)
