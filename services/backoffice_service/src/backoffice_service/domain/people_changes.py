"""What is different of a person after a change, and how a change is read from a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from tillday_contracts.asks import Right
from tillday_contracts.master_data_messages import PersonChange
from tillday_contracts.store_messages import Person

RIGHTS: Final[tuple[Right, ...]] = get_args(Right)
PINS_DIFFER: Final = "The two PINs differ: type the new one twice."


class UnlikePins(ValueError):
    """The new PIN was typed in two ways; the text says so, as a sentence of the pages."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different of a person: given and taken rights, or one value before and after."""

    what: str
    before: str = ""
    after: str = ""
    given: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it as the audit trail keeps it."""
        if self.given or self.taken:
            signed = (*(f"+{right}" for right in self.given), *(f"-{right}" for right in self.taken))
            return f"{self.what}: {' '.join(signed)}"
        return f"{self.what}: {self.before} → {self.after}" if self.before else f"{self.what}: {self.after}"


@dataclass(frozen=True, slots=True)
class Told:
    """A change of a person with what was different; nothing where it is not known how they stood before."""

    change: PersonChange
    differences: tuple[Difference, ...]


def differences_of(
    before: Person | PersonChange | None, after: Person | PersonChange, *, new_pin: bool
) -> tuple[Difference, ...]:
    """Return what a change makes different; the PIN is told as new and nothing of it."""
    found = []
    for what in ("name", "role"):
        was, now = "" if before is None else getattr(before, what), getattr(after, what)
        if was != now:
            found.append(Difference(what, was, now))
    old = frozenset(before.rights) if before is not None else frozenset()
    given = tuple(right for right in RIGHTS if right in after.rights and right not in old)
    taken = tuple(right for right in RIGHTS if right in old and right not in after.rights)
    if given or taken:
        found.append(Difference("rights", given=given, taken=taken))
    return (*found, Difference("PIN", after="new")) if new_pin else tuple(found)


def told(changes: Sequence[PersonChange]) -> list[Told]:
    """Return changes, newest first, each with what it made different."""
    return [
        Told(change, differences_of(_before(change, changes[at + 1 :]), change, new_pin=change.new_pin))
        for at, change in enumerate(changes)
    ]


def _before(change: PersonChange, older: Sequence[PersonChange]) -> PersonChange | None:
    return next((one for one in older if one.person == change.person), None)


def rights_of(form: Mapping[str, str]) -> tuple[Right, ...]:
    """Return the rights that a form marks as `right-RIGHT`."""
    return tuple(right for right in RIGHTS if form.get(f"right-{right}"))


def pin_of(form: Mapping[str, str]) -> str | None:
    """Return a new PIN that was typed alike twice, None where none is wanted. Raises UnlikePins."""
    if form.get("pin", "") != form.get("pin_again", ""):
        raise UnlikePins(PINS_DIFFER)
    return form.get("pin") or None
