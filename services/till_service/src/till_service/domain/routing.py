"""Where sales and movements go: a close's manifest decides, never the time of arrival."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple

from till_service.domain.manifest import Manifest
from till_service.domain.sessions import (
    ClosingCount,
    Open,
    OpeningCount,
    SessionFacts,
    TillSession,
    manifest_of,
)
from tillday_contracts.entries import Movement, Sale

TenderEvent = Sale | Movement
"""What changes the money of a session and has to find the right one."""
Place = Literal["session", "rescue", "rejected", "parked"]
NOT_COVERED: Final = "the session's count does not cover it"


class Origin(NamedTuple):
    """Where an entry stands: its journal and position there."""

    hash: str
    store: str
    terminal: str
    epoch: str
    seq: int
    quarantine: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Placed:
    """A tender event and the session that holds it now; parked and rejected ones are in no total.

    `accepted`: a person decided that it counts, so what it moved to or from the safe did move.
    """

    origin: Origin
    body: TenderEvent
    placement: Place
    session_id: str
    reason: str | None = None
    accepted: bool = False

    @property
    def came_late(self) -> bool:
        """Say whether a rescue session holds it."""
        return self.placement in ("rescue", "rejected")

    @property
    def counts(self) -> bool:
        """Say whether it is in the totals of the session that holds it."""
        return self.placement in ("session", "rescue")


class Route(NamedTuple):
    """Where an event goes, and why it does not go into the session it names."""

    placement: Place
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Rescue:
    """The container for what comes late to one closed session. Nobody sells in it, nobody counts it."""

    session_id: str
    original: SessionFacts
    number: int
    outstanding: bool = True


def route(origin: Origin, body: TenderEvent, session: TillSession | None, *, guest: bool = False) -> Route:
    """Decide where an event goes; `session` is the one it names, None when the ledger does not know it.

    `guest`: its terminal joined that session before, in the same journal.
    """
    if session is None or isinstance(session, OpeningCount):
        return Route("parked", "the session it names has no confirmed opening count")
    if origin.quarantine:
        return Route("rescue", "from a journal that was left: a person has to accept it")
    misfit = _misfit(origin, body, session.facts, guest=guest)
    if misfit is not None:
        return Route("rescue", misfit)
    if isinstance(session, Open | ClosingCount):
        return Route("session")
    return _by_manifest(origin, manifest_of(session))


def _misfit(origin: Origin, body: TenderEvent, facts: SessionFacts, *, guest: bool) -> str | None:
    if body.business_date != facts.business_date:
        return f"its date {body.business_date} is not the session's"
    own = origin.terminal == facts.terminal or guest
    if origin.store != facts.store or body.till != facts.till or not own:
        return "another terminal or till than the session's"
    return None


def _by_manifest(origin: Origin, known: Manifest | None) -> Route:
    # Undecided while nothing is known of the count: it stays until the manifest tells.
    if known is None or known.keeps(origin.terminal, origin.epoch, origin.seq):
        return Route("session")
    return Route("rescue", NOT_COVERED)


def outside(known: Manifest, placed: Sequence[Placed]) -> list[Placed]:
    """Return what of a closing session its count does not cover."""
    return [p for p in placed if not known.keeps(p.origin.terminal, p.origin.epoch, p.origin.seq)]


def covered_after_all(known: Manifest, placed: Sequence[Placed]) -> list[Placed]:
    """Return what went to the rescue session by a report that the terminal's own close corrects."""
    return [
        p
        for p in placed
        if p.reason == NOT_COVERED and known.keeps(p.origin.terminal, p.origin.epoch, p.origin.seq)
    ]


def outstanding_rescue(original: SessionFacts, rescues: Sequence[Rescue]) -> Rescue:
    """Return the one outstanding rescue session of a session: the present one, else the next by number."""
    present = next((rescue for rescue in rescues if rescue.outstanding), None)
    if present is not None:
        return present
    number = max((rescue.number for rescue in rescues), default=0) + 1
    digest = hashlib.sha256(f"RESCUE {original.session_id} #{number}".encode()).hexdigest()
    return Rescue(digest[:32], original, number)


def last_number(printed: str) -> int:
    """Return the n of a printed number `CODE-EPOCH-n`."""
    return int(printed.rsplit("-", 1)[1])
