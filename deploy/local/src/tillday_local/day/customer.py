"""Which coins and notes a customer lays on the counter. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tillday_contracts.denominations import Denomination

COMMON_NOTES: Final = (500, 1000, 2000, 5000)


def exactly(due: int, denominations: Iterable[Denomination]) -> dict[int, int]:
    """Return the fewest pieces that make `due`, as quantity by value; raises ValueError where none do."""
    pieces: dict[int, int] = {}
    for value in sorted((piece.value for piece in denominations), reverse=True):
        quantity, due = divmod(due, value)
        if quantity:
            pieces[value] = quantity
    if due:
        raise ValueError(f"the denominations cannot make {due}")
    return pieces


def with_notes(due: int) -> dict[int, int]:
    """Return notes for at least `due`: the largest as often as they fit, then one that covers the rest."""
    quantity, rest = divmod(due, COMMON_NOTES[-1])
    pieces = {COMMON_NOTES[-1]: quantity} if quantity else {}
    if rest:
        note = next(note for note in COMMON_NOTES if note >= rest)
        pieces[note] = pieces.get(note, 0) + 1
    return pieces
