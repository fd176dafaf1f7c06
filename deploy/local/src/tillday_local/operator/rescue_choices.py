"""Which rescue session, entry and count a person means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tillday_contracts.rescue_messages import NamedCount, RescueEntry, RescueSession
from tillday_local.operator.asking import NothingToAsk


class BadCount(ValueError):
    """Text that names no count; the text says how to write it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which entries are meant: by name, or everything undecided that no lost journal told."""

    names: Sequence[str]
    everything: bool = False

    def of(self, entries: Sequence[RescueEntry]) -> tuple[RescueEntry, ...]:
        """Return the entries that are meant; raises NothingToAsk."""
        if self.everything and not self.names:
            chosen = tuple(one for one in entries if one.decision is None and not one.quarantine)
            if not chosen:
                raise NothingToAsk("nothing undecided is left but what a lost journal told: name it")
            return chosen
        if not self.names:
            raise NothingToAsk("name the receipts that are meant; rescue show lists them")
        return tuple(chosen_entry(entries, name) for name in self.names)


def read_count(text: str) -> NamedCount:
    """Return the count of `cash_up:SESSION` or `opening:SESSION`; raises BadCount."""
    kind, _, session = text.partition(":")
    try:
        return NamedCount.model_validate({"kind": kind, "session_id": session})
    except ValueError:
        raise BadCount(f"{text[:60]!r} names no count: write it as rescue journals lists it") from None


def chosen_rescue(sessions: Sequence[RescueSession], name: str) -> RescueSession:
    """Return the rescue session that a name or the start of a session means; raises NothingToAsk."""
    said = name.strip().upper().removeprefix("RESCUE ")
    exact = [one for one in sessions if one.name.upper().removeprefix("RESCUE ") == said]
    found = exact or [one for one in sessions if len(said) >= 4 and one.session_id.startswith(said.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        raise NothingToAsk(f"several rescue sessions begin with {name}: give more of it")
    raise NothingToAsk(f'there is no rescue session "{name}"; rescue list --state all names them')


def chosen_entry(entries: Sequence[RescueEntry], name: str) -> RescueEntry:
    """Return the entry that a receipt number or the start of an entry means; raises NothingToAsk."""
    exact = [one for one in entries if one.body.get("number") == name.strip().upper()]
    start = name.strip().lower()
    found = exact or [one for one in entries if len(start) >= 6 and one.entry.startswith(start)]
    if len(found) == 1:
        return found[0]
    if found:
        raise NothingToAsk(f"several entries are called {name}: give the start of the one you mean")
    raise NothingToAsk(f"the rescue session holds no {name}; rescue show lists what it holds")
