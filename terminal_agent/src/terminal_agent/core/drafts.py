"""A count as the taps left it, before anybody confirms it: pieces, and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from tillday_contracts.denominations import DenominationCount

MAX_PIECES: Final = 10**6
MAX_STEPS: Final = 200


@dataclass(frozen=True, slots=True)
class Step:
    """What a tap changed: a coin or note of a tender, and how many there were before."""

    tender: str
    value: int
    before: int


@dataclass(frozen=True, slots=True)
class CountDraft:
    """The pieces counted so far for one count (`subject`), by tender and value; the newest step last."""

    subject: str = ""
    pieces: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    def quantity(self, tender: str, value: int) -> int:
        """Return how many of a coin or note were counted."""
        return self.pieces.get(tender, {}).get(value, 0)

    def total(self, tender: str) -> int:
        """Return Σ value × quantity, in minor units of the tender."""
        return sum(value * quantity for value, quantity in self.pieces.get(tender, {}).items())

    def counts(self, tender: str) -> tuple[DenominationCount, ...]:
        """Return the pieces as a count carries them; those that are not there are left out."""
        found = sorted(self.pieces.get(tender, {}).items(), reverse=True)
        return tuple(DenominationCount(value=value, quantity=many) for value, many in found if many)


def with_quantity(draft: CountDraft, tender: str, value: int, quantity: int) -> CountDraft:
    """Return the draft with so many of a coin or note, within what can be counted."""
    step = Step(tender, value, draft.quantity(tender, value))
    put = _put(draft, tender, value, min(max(quantity, 0), MAX_PIECES))
    return replace(put, steps=(*draft.steps, step)[-MAX_STEPS:])


def added(draft: CountDraft, tender: str, value: int, more: int) -> CountDraft:
    """Return the draft with one more of a coin or note, or one less."""
    return with_quantity(draft, tender, value, draft.quantity(tender, value) + more)


def undone(draft: CountDraft) -> CountDraft:
    """Return the draft as it was before its last step."""
    if not draft.steps:
        return draft
    *left, last = draft.steps
    return replace(_put(draft, last.tender, last.value, last.before), steps=tuple(left))


def _put(draft: CountDraft, tender: str, value: int, quantity: int) -> CountDraft:
    of_tender = {**draft.pieces.get(tender, {}), value: quantity}
    return replace(draft, pieces={**draft.pieces, tender: of_tender})
