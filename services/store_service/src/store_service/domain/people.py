"""Who may do what at a store, and how a PIN is known here (argon2id) and at a terminal (a verifier)."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal

from tillday_contracts.asks import Right, TerminalPerson
from tillday_contracts.ids import PersonId

Role = Literal["cashier", "supervisor", "manager"]


@dataclass(frozen=True, slots=True)
class PinCost:
    """What one guess at a PIN costs: argon2id's memory, passes and lanes."""

    memory_kib: int
    passes: int
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class StoredPin:
    """A PIN as it is kept: never the PIN, and never what a terminal is given."""

    salt: bytes
    value: bytes
    cost: PinCost


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who works at a store."""

    person: PersonId
    name: str
    role: Role
    rights: tuple[Right, ...] = ()
    pin: StoredPin | None = None


def may(person: Person | None, right: Right) -> bool:
    """Say whether someone works at the store and has a right there."""
    return person is not None and right in person.rights


def supervises(person: Person | None) -> bool:
    """Say whether someone works at the store as a supervisor or a manager."""
    return person is not None and person.role in ("supervisor", "manager")


def person_for_terminal(person: Person, pepper: bytes) -> TerminalPerson | None:
    """Return a person as the terminal with this pepper may know them; None for one without a PIN."""
    if person.pin is None:
        return None
    return TerminalPerson(
        person=person.person,
        name=person.name,
        role=person.role,
        rights=person.rights,
        salt=person.pin.salt.hex(),
        memory_kib=person.pin.cost.memory_kib,
        passes=person.pin.cost.passes,
        lanes=person.pin.cost.lanes,
        verifier=hmac.new(pepper, person.pin.value, hashlib.sha256).hexdigest(),
    )
