"""What a person sees of a running system. It goes to standard error: standard output is for results."""

from __future__ import annotations

import re
import time
from typing import Final

from rich.console import Console
from rich.text import Text

from tillday_local.supervisor import Incident

COLOURS: Final = ("cyan", "green", "magenta", "yellow", "blue", "bright_cyan", "bright_green")
NAME_WIDTH: Final = 14
LOUD: Final = {"[warning": "yellow", "[error": "bold red", "[critical": "bold red"}
DATED: Final = re.compile(r"^\d{4}-\d\d-\d\dT(?P<time>\d\d:\d\d:\d\d)(\.\d+)?Z\s+")
REDUNDANT: Final = re.compile(r"\s+(?:instance|service|terminal)=\S+")
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
        words = Text(readable(line), style=next((LOUD[mark] for mark in LOUD if mark in line), ""))
        self._console.print(Text.assemble((f"{name:<{NAME_WIDTH}} ", colour), words), soft_wrap=True)


def readable(line: str) -> str:
    """A log line for a person: the time without the date, and nothing that the part's name says already."""
    return REDUNDANT.sub("", DATED.sub(r"\g<time> ", line)).rstrip()
