"""Guests of shared tills: from which entry on a journal may sell into a session, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tillday_checker.story import Told
from tillday_contracts.entries import TillJoined, TillLeft

Journal = tuple[str, str, str]
"""A store, a terminal and one of its epochs."""


@dataclass(slots=True)
class Guests:
    """Per session and journal, the positions at which the terminal joined and left."""

    joined: dict[tuple[str, Journal], list[int]] = field(default_factory=dict)
    left: dict[tuple[str, Journal], list[int]] = field(default_factory=dict)

    def may_sell(self, session_id: str, entry: Told) -> bool:
        """Say whether the terminal had joined when it wrote the entry, whether or not it left again."""
        return any(seq < entry.seq for seq in self.joined.get((session_id, _journal(entry)), ()))

    def still_sells(self, session_id: str, entry: Told) -> bool:
        """Say whether the terminal was a guest when it wrote the entry."""
        key = (session_id, _journal(entry))
        came = max((seq for seq in self.joined.get(key, ()) if seq < entry.seq), default=0)
        went = max((seq for seq in self.left.get(key, ()) if seq < entry.seq), default=0)
        return came > went


def _journal(entry: Told) -> Journal:
    return (entry.store, entry.terminal, entry.epoch)


def guests_of(story: Iterable[Told]) -> Guests:
    """Return who came and went."""
    guests = Guests()
    for entry in story:
        if entry.quarantine:
            continue
        match entry.body:
            case TillJoined():
                guests.joined.setdefault((entry.body.session_id, _journal(entry)), []).append(entry.seq)
            case TillLeft(session_id=str(session_id)):
                guests.left.setdefault((session_id, _journal(entry)), []).append(entry.seq)
            case _:
                pass
    return guests
