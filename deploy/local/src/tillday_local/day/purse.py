"""Which coins and notes a customer lays on the counter. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tillday_contracts.denominations import Denomination

Pieces = dict[int, int]
"""Denomination in minor units → how many of it."""

COMMON_NOTES = (500, 1000, 2000, 5000)


def total(pieces: Pieces) -> int:
    """Return what the pieces are worth."""
    return sum(value * quantity for value, quantity in pieces.items())


def exact(due: int, denominations: Iterable[Denomination]) -> Pieces:
    """Return the fewest pieces that make exactly `due`."""
    pieces: Pieces = {}
    for value in sorted((piece.value for piece in denominations), reverse=True):
        quantity, due = divmod(due, value)
        if quantity:
            pieces[value] = quantity
    if due:
        raise ValueError(f"the denominations cannot make {due}")
    return pieces


def with_notes(due: int) -> Pieces:
    """Return notes for at least `due`: as many of the largest as fit, then the smallest that covers the rest."""
    pieces: Pieces = {}
    quantity, rest = divmod(due, COMMON_NOTES[-1])
    if quantity:
        pieces[COMMON_NOTES[-1]] = quantity
    if rest:
        note = next(note for note in COMMON_NOTES if note >= rest)
        pieces[note] = pieces.get(note, 0) + 1
    return pieces
