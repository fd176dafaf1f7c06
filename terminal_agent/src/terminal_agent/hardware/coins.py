"""Coins and notes as they lie in a drawer: which pieces make an amount. Pure; values in minor units."""

from collections.abc import Mapping
from functools import reduce
from math import gcd

Pieces = Mapping[int, int]
"""Quantity (≥ 0) by value (> 0)."""


class CannotMakeAmount(Exception):
    """No choice of the pieces at hand adds up to the amount."""


def worth(pieces: Pieces) -> int:
    """Return Σ value × quantity."""
    return sum(value * quantity for value, quantity in pieces.items())


def checked(pieces: Pieces) -> dict[int, int]:
    """Return the pieces without empty entries; raises ValueError for a value ≤ 0 or a quantity < 0."""
    for value, quantity in pieces.items():
        if value <= 0 or quantity < 0:
            raise ValueError(f"{quantity} pieces of {value} cannot be")
    return {value: quantity for value, quantity in sorted(pieces.items()) if quantity}


def add(pieces: Pieces, more: Pieces) -> dict[int, int]:
    """Return both together."""
    return checked({value: pieces.get(value, 0) + more.get(value, 0) for value in {*pieces, *more}})


def remove(pieces: Pieces, taken: Pieces) -> dict[int, int]:
    """Return what is left; raises ValueError when more is taken than is there."""
    return checked({value: pieces.get(value, 0) - taken.get(value, 0) for value in {*pieces, *taken}})


def make_amount(pieces: Pieces, amount: int) -> dict[int, int]:
    """Return pieces worth exactly `amount`, large ones first as a cashier takes them.

    Finds a choice whenever there is one; raises CannotMakeAmount otherwise.
    """
    chosen = make_at_most(pieces, amount)
    if worth(chosen) != amount:
        raise CannotMakeAmount(f"no choice of the pieces at hand makes {amount}")
    return chosen


def make_at_most(pieces: Pieces, amount: int) -> dict[int, int]:
    """Return pieces worth as much as possible, but not more than `amount`; large ones first where that
    serves.
    """
    if amount < 0:
        raise ValueError("an amount to take out is not negative")
    chosen, rest = _large_first(pieces, amount)
    return checked(_best_choice(pieces, amount) if rest else chosen)


def _large_first(pieces: Pieces, amount: int) -> tuple[dict[int, int], int]:
    chosen: dict[int, int] = {}
    for value in sorted(pieces, reverse=True):
        chosen[value] = min(pieces[value], amount // value)
        amount -= chosen[value] * value
    return chosen, amount


def _best_choice(pieces: Pieces, amount: int) -> dict[int, int]:
    """Search all sums up to `amount`: taking large pieces first can miss (60 out of one 50 and three 20)."""
    step = reduce(gcd, pieces, 0) or 1
    goal = min(amount, worth(pieces)) // step
    # last[s]: the value that was needed last to reach the sum s, and how many of it; never touched again
    last: list[tuple[int, int] | None] = [(0, 0), *([None] * goal)]
    for value in sorted(pieces, reverse=True):
        _extend(last, value // step, pieces[value])
    total = max(reached for reached, how in enumerate(last) if how is not None)
    chosen: dict[int, int] = {}
    while total:
        value, quantity = last[total] or (0, 0)
        chosen[value * step] = quantity
        total -= value * quantity
    return chosen


def _extend(last: list[tuple[int, int] | None], value: int, quantity: int) -> None:
    """Mark the sums that up to `quantity` pieces of `value` add to those reached without it."""
    used = [0 if how is not None else -1 for how in last]
    for total in range(value, len(last)):
        before = used[total - value]
        if used[total] < 0 and 0 <= before < quantity:
            used[total] = before + 1
            last[total] = (value, before + 1)
