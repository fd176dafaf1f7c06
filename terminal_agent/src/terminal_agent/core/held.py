"""Retained messages: the newest revision is held, whatever order they arrive in."""

from dataclasses import dataclass
from datetime import date

from tillday_contracts.wishes import Desired, Revision, Settings

Retained = Desired | Settings


@dataclass(frozen=True, slots=True)
class Reception:
    """What becomes of a retained message: held or not, and whether something is odd enough for a HELLO."""

    hold: bool
    odd: str = ""


def receive_retained(held: Retained | None, offered: Retained) -> Reception:
    """Decide about a retained message: lower revisions are ignored, an equal one with new content is odd."""
    if held is None or offered.rev > held.rev:
        return Reception(hold=True)
    if offered.rev < held.rev:
        return Reception(hold=False, odd=f"revision {offered.rev} came after {held.rev}")
    if offered.digest != held.digest:
        return Reception(hold=False, odd=f"revision {held.rev} came with another content")
    return Reception(hold=False)


def revision_of(held: Retained | None) -> Revision | None:
    """Return what HELLO reports of something held."""
    return None if held is None else Revision(rev=held.rev, digest=held.digest)


def attestation_due(desired: Desired | None, attested: tuple[date, int] | None) -> bool:
    """Say whether the date that is closing must be attested under the revision held."""
    if desired is None or desired.closing is None:
        return False
    return attested is None or attested[0] != desired.closing or attested[1] < desired.rev


def barred_by_attestation(desired: Desired | None, attested: tuple[date, int] | None) -> date | None:
    """Return the date for which this terminal starts no till because it said so.

    The word holds until a higher revision no longer names the date as closing.
    """
    if attested is None:
        return None
    released = desired is not None and desired.rev > attested[1] and desired.closing != attested[0]
    return None if released else attested[0]
