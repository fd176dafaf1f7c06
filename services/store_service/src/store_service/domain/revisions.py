"""Revisions of retained state: what makes one rise, and what a terminal's HELLO says about ours."""

from dataclasses import dataclass
from typing import Final, Literal

from tillday_contracts.wishes import Revision

HIGHEST: Final = 2**62


@dataclass(frozen=True, slots=True)
class Raise:
    """The terminal holds something we never said, or say no longer: ours must become `rev`."""

    rev: int


def next_revision(rev: int, *, digest: str | None, new_digest: str) -> int:
    """Return the revision of new content: the same content keeps its revision."""
    return rev if digest == new_digest else rev + 1


def compare_held(ours: Revision, held: Revision | None) -> Raise | Literal["same", "behind", "absurd"]:
    """Compare what a terminal holds with what we want it to hold.

    A revision above ours, or ours with another digest, means that our database was restored: only a higher
    revision than the held one will be taken.
    """
    if held is None or held.rev < ours.rev:
        return "behind"
    if held.rev > HIGHEST:
        return "absurd"
    if held.rev == ours.rev and held.digest == ours.digest:
        return "same"
    return Raise(held.rev + 1)
