"""Sales and where they go: membership is decided by a close's manifest, never by the time of arrival."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from till_service.domain.sessions import (
    Close,
    ClosedInBack,
    ClosedInFront,
    ClosingCount,
    Open,
    OpeningCount,
    Posted,
    SessionFacts,
    TillSession,
)
from tillday_contracts.entries import Sale

SalePlacement = Literal["session", "rescue", "parked"]


@dataclass(frozen=True, slots=True)
class SaleOrigin:
    """Where a sale stands: its journal and position there."""

    hash: str
    store: str
    terminal: str
    epoch: str
    seq: int
    quarantine: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class PlacedSale:
    """A sale and the session that holds it now; parked ones are held by nobody and added to no total."""

    origin: SaleOrigin
    sale: Sale
    placement: SalePlacement
    session_id: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Where a sale goes, and why it does not go into the session it names."""

    placement: SalePlacement
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Rescue:
    """The container for late sales of one closed session. Nobody sells in it, nobody counts it."""

    session_id: str
    original: SessionFacts
    number: int
    outstanding: bool = True


def route(origin: SaleOrigin, sale: Sale, session: TillSession | None) -> Route:
    """Decide where a sale goes; `session` is the one it names, None when the ledger does not know it."""
    if session is None or isinstance(session, OpeningCount):
        return Route("parked", "the session it names has no confirmed opening count")
    if origin.quarantine:
        return Route("rescue", "from a journal that was left: a person has to accept it")
    misfit = _misfit(origin, sale, session.facts)
    if misfit is not None:
        return Route("rescue", misfit)
    match session:
        case Open() | ClosingCount():
            return Route("session")
        case ClosedInFront(_, close) | ClosedInBack(_, close) | Posted(_, close):
            return _by_manifest(origin, close)


def _misfit(origin: SaleOrigin, sale: Sale, facts: SessionFacts) -> str | None:
    if sale.business_date != facts.business_date:
        return f"its date {sale.business_date} is not the session's"
    if (origin.store, origin.terminal) != (facts.store, facts.terminal) or sale.till != facts.till:
        return "another terminal or till than the session's"
    return None


def _by_manifest(origin: SaleOrigin, close: Close | None) -> Route:
    if close is None:
        return Route("session", "undecided: the close's manifest is not known")
    if close.covers(origin.terminal, origin.epoch, origin.seq):
        return Route("session")
    return Route("rescue", "the session's count does not cover it")


def outside(close: Close, sales: Sequence[PlacedSale]) -> list[PlacedSale]:
    """Return those sales of a closing session that its count does not cover."""
    return [s for s in sales if not close.covers(s.origin.terminal, s.origin.epoch, s.origin.seq)]


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
