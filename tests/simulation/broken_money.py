"""What stands in the place of a rule of late money while it is broken: the failures that such systems had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from terminal_agent.core import terminal
from terminal_agent.core.claims import with_claims
from terminal_agent.core.terminal import OpeningAmounts
from till_service.domain import tills, which_count
from till_service.domain.book import Book
from till_service.domain.manifest import Manifest
from till_service.domain.routing import NOT_COVERED, Origin, Placed, Route, TenderEvent
from till_service.domain.sessions import Open
from till_service.domain.which_count import Money, Settled, Standing, TillCount

ROUTED: Final = tills.routed
SETTLE: Final = which_count.settle_till
OPENING: Final = terminal.opening_amounts


def poured_into_the_open_session(book: Book, origin: Origin, body: TenderEvent) -> Placed:
    placed = ROUTED(book, origin, body)
    running = next((one for one in book.not_final_of(origin.store, body.till) if isinstance(one, Open)), None)
    if placed.placement != "rescue" or running is None:
        return placed
    return Placed(origin, body, "session", running.facts.session_id)


def rescue_in_the_chain(*told: Any, **own: Any) -> OpeningAmounts:
    """What came late is what the next opening count finds kept, as though the rescue session had kept it."""
    amounts = OPENING(*told, **own)
    kept = with_claims(amounts.kept or amounts.expected, amounts.claims)
    return OpeningAmounts(amounts.expected, kept if amounts.kept else (), ())


def claims_and_settlements_swapped(counts: Iterable[TillCount], events: Iterable[Money]) -> Standing:
    """What a count has is asked for again; what nobody has counted yet settles the last count."""
    standing = SETTLE(counts, events)
    if not standing.counts:
        return standing
    asked = tuple(event for one in standing.counts for event in one.events if not event.held)
    counted = [_without(one, asked) for one in standing.counts]
    late = tuple(event for event in standing.waiting if not event.held)
    held = tuple(event for event in standing.waiting if event.held)
    counted[-1] = _with(counted[-1], late)
    return Standing(tuple(counted), (*held, *asked))


def _without(settled: Settled, gone: tuple[Money, ...]) -> Settled:
    own = tuple(event for event in settled.events if event not in gone)
    lost = sum(event.amount for event in settled.events if event in gone)
    return replace(settled, events=own, difference=settled.difference + lost)


def _with(settled: Settled, more: tuple[Money, ...]) -> Settled:
    brought = sum(event.amount for event in more)
    return replace(settled, events=(*settled.events, *more), difference=settled.difference - brought)


def manifest_ignored(self: Manifest, terminal: str, epoch: str, seq: int) -> bool:
    return True


def by_arrival(origin: Origin, known: Manifest | None) -> Route:
    """What arrives when its session is closed is late, whatever the close covers."""
    return Route("session") if known is None else Route("rescue", NOT_COVERED)
