"""Which PINs are taken: long enough for what they allow, and none that everybody tries first."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from store_service.domain.people import Person, Role
from tillday_contracts.messages import Refused

LEAST_DIGITS: Final[Mapping[Role, int]] = {"cashier": 4, "supervisor": 6, "manager": 6}


def refusal_of_pin(before: Person | None, after: Person, pin: str | None) -> Refused | None:
    """Say why a person cannot have this PIN (None: keeps the one there is), None when they can."""
    least = LEAST_DIGITS[after.role]
    if pin is None:
        had = before is not None and before.pin is not None
        if before is None or not had or LEAST_DIGITS[before.role] >= least:
            return None
        return _refused(f"{after.person} becomes a {after.role}: give a new PIN of at least {least} digits.")
    if len(pin) < least:
        return _refused(f"The PIN of a {after.role} has at least {least} digits.")
    if easily_guessed(pin):
        return _refused("This PIN is among the first that anybody would try: choose another one.")
    return None


def easily_guessed(pin: str) -> bool:
    """Say whether a PIN is one digit again and again, digits in a row, or a short piece repeated."""
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:
        return True
    return any(pin == pin[:size] * (len(pin) // size) for size in range(1, len(pin) // 2 + 1))


def _refused(text: str) -> Refused:
    return Refused(code="weak_pin", text=text)
