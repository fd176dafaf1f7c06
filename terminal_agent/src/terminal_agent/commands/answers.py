"""What each command writes: lines for people, or JSON for programs, on standard output."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from terminal_agent.commands.doctor import Finding
from terminal_agent.commands.journal_copy import Waiting, WaitingEntry
from terminal_agent.commands.shown_settings import ShownSetting


def write_lines(lines: Iterable[str]) -> None:
    """Write lines for people."""
    sys.stdout.writelines(f"{line}\n" for line in lines)


def write_json(value: Any) -> None:
    """Write one JSON value."""
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def finding_lines(found: Finding) -> Iterable[str]:
    """Return a finding as people read it."""
    yield f"{found.verdict:<5} {found.what:<12} {found.text}"
    if found.remedy:
        yield f"{'':<18} → {found.remedy}"


def outbox_lines(parts: Sequence[Waiting], entries: Sequence[WaitingEntry]) -> Iterable[str]:
    """Return what waits as people read it."""
    if not parts:
        yield "Nothing waits: the back office has everything."
    for part in parts:
        yield f"epoch {part.epoch}: {part.entries} entries wait, {part.first} to {part.last}"
    for entry in entries:
        yield f"  {entry.epoch} {entry.seq:>8} {entry.type:<26} {entry.size:>6} bytes"


def outbox_json(parts: Sequence[Waiting], entries: Sequence[WaitingEntry]) -> dict[str, Any]:
    """Return what waits for programs."""
    return {"epochs": [asdict(part) for part in parts], "entries": [asdict(entry) for entry in entries]}


def setting_lines(shown: Sequence[ShownSetting]) -> Iterable[str]:
    """Return the settings as a settings file reads them, with their origin."""
    for one in shown:
        yield f"{one.name}={one.value}  # {one.origin}"
