"""The audit trail as a chain: each act is hashed with the hash before it, so a change shows at its place."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from tillday_contracts.journal import canonical

BEGINNING: Final = bytes(32)
"""What the first link is hashed with."""
FaultKind = Literal["changed", "gone", "link_gone", "added", "cut_off", "another_head", "forged_head"]


@dataclass(frozen=True, slots=True)
class Link:
    """The place of an act in the chain: 1, 2, 3 and so on."""

    place: int
    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Linked:
    """A link with what the trail holds of its act now; None where it holds nothing any more."""

    link: Link
    content: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Head:
    """How far the chain was at the beginning of a day (UTC), signed."""

    day: date
    place: int
    hash: bytes
    signature: bytes

    def signed(self) -> bytes:
        """Return the bytes that the signature is of."""
        return head_bytes(self.day, self.place, self.hash)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the trail; `number` is the act's, as the audit page shows it."""

    kind: FaultKind
    number: int | None
    text: str


def head_bytes(day: date, place: int, known: bytes) -> bytes:
    """Return what is signed of a head."""
    return canonical({"audit_head": day.isoformat(), "place": place, "hash": known.hex()})


def link_of(before: Link | None, number: int, content: Mapping[str, object]) -> Link:
    """Return the link of the next act."""
    previous = before.hash if before else BEGINNING
    told = hashlib.sha256(previous + canonical({**content, "number": number})).digest()
    return Link(before.place + 1 if before else 1, number, told)


class Walk:
    """Follows the chain from its beginning; the first fault ends it."""

    def __init__(self) -> None:
        self.last: Link | None = None
        self.fault: Fault | None = None

    def follow(self, acts: Iterable[Linked]) -> None:
        """Look at the next acts, in the order of their places."""
        for one in acts:
            if self.fault is not None:
                return
            self.fault = self._fault_of(one)
            self.last = one.link

    def _fault_of(self, one: Linked) -> Fault | None:
        link, place = one.link, self.last.place + 1 if self.last else 1
        if link.place != place:
            return Fault("link_gone", None, f"The link at place {place} of the chain was taken away.")
        if one.content is None:
            return Fault("gone", link.number, f"Act {link.number} was taken away.")
        if link_of(self.last, link.number, one.content) != link:
            return Fault("changed", link.number, f"Act {link.number} was changed after it was written.")
        return None


def head_fault(head: Head, link: Link | None) -> Fault | None:
    """Return what is wrong between a head and the link at its place; None where they agree."""
    if link is None:
        text = f"The trail ends before place {head.place}, which the head of {head.day} was taken at."
        return Fault("cut_off", None, text)
    if link.hash != head.hash:
        text = f"The chain was made anew: act {link.number} is not what the head of {head.day} was taken of."
        return Fault("another_head", link.number, text)
    return None
