"""A page of a rescue session for its reviewer: each entry, what was decided, which count has its money."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from till_service.domain.rescue import Decision, Held, HeldCount, Review
from till_service.domain.which_count import Settled, Standing
from tillday_contracts.entries import Sale
from tillday_contracts.rescue_messages import (
    CountedTender,
    JournalPart,
    NamedCount,
    RescueDecision,
    RescueEntry,
    RescueJournalsShown,
    RescuePlace,
    RescueTender,
)

MOST_ENTRIES: Final = 50
MOST_BYTES: Final = 160 * 1024
Places = Mapping[tuple[str, str], NamedCount | None]
"""The count that has an event's money, by event and tender; None while no confirmed count has it."""


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in the order of their arrival; `more` follow."""

    entries: tuple[RescueEntry, ...]
    more: bool


def page(review: Review, standings: Mapping[str, Standing], after: str | None) -> Page:
    """Return the entries after one, as many as fit a message; all from the first where it is not there."""
    places = _places(standings)
    hashes = [held.origin.hash for held in review.held]
    rest = review.held[hashes.index(after) + 1 :] if after in hashes else review.held
    entries: list[RescueEntry] = []
    size = 0
    for held in rest:
        entry = _entry(held, places)
        size += len(entry.model_dump_json())
        if entries and (size > MOST_BYTES or len(entries) == MOST_ENTRIES):
            return Page(tuple(entries), more=True)
        entries.append(entry)
    return Page(tuple(entries), more=False)


def _places(standings: Mapping[str, Standing]) -> Places:
    found: dict[tuple[str, str], NamedCount | None] = {}
    for tender, standing in standings.items():
        for settled in standing.counts:
            count = NamedCount(session_id=settled.count.session_id, kind=settled.count.kind)
            found |= {(event.id, tender): count for event in settled.events}
        found |= {(event.id, tender): None for event in standing.waiting}
    return found


def _entry(held: Held, places: Places) -> RescueEntry:
    origin, amounts = held.origin, held.amounts
    body = held.told if isinstance(held, HeldCount) else held.placed.body
    return RescueEntry(
        entry=origin.hash,
        kind=_kind(held),
        terminal=origin.terminal,
        epoch=origin.epoch,
        seq=origin.seq,
        quarantine=origin.quarantine,
        at=origin.at,
        recorded_at=held.recorded_at,
        by=body.cashier if isinstance(body, Sale) else body.by,
        reason=None if isinstance(held, HeldCount) else held.placed.reason,
        body=body.model_dump(mode="json"),
        tenders=tuple(RescueTender(tender=name, amount=amount) for name, amount in amounts.items()),
        places=tuple(_placed(origin.hash, amounts, places)),
        decision=None if held.decision is None else told_decision(origin.hash, held.decision),
    )


def side_by_side(
    held: Held,
    standings: Mapping[str, Standing],
    dates: Mapping[str, date],
    parts: tuple[JournalPart, JournalPart],
) -> RescueJournalsShown:
    """Return an entry beside the counts of its till and both journals; `dates` are those of sessions."""
    told = _entry(held, _places(standings))
    counts = (
        _counted(tender, settled, dates, held.origin.hash)
        for tender, standing in standings.items()
        for settled in standing.counts
        if tender in held.amounts
    )
    return RescueJournalsShown(entry=told, counts=tuple(counts), host=parts[0], other=parts[1])


def _counted(tender: str, settled: Settled, dates: Mapping[str, date], entry: str) -> CountedTender:
    count = settled.count
    return CountedTender(
        count=NamedCount(session_id=count.session_id, kind=count.kind),
        tender=tender,
        business_date=dates[count.session_id],
        expected=count.expected,
        counted=count.counted,
        difference=count.recorded,
        settled=settled.difference,
        has_it=any(event.id == entry for event in settled.events),
    )


def _placed(entry: str, amounts: Mapping[str, int], places: Places) -> Iterable[RescuePlace]:
    for tender, amount in amounts.items():
        if (entry, tender) in places:
            yield RescuePlace(tender=tender, amount=amount, count=places[entry, tender])


def _kind(held: Held) -> Literal["sale", "movement", "count"]:
    if isinstance(held, HeldCount):
        return "count"
    return "sale" if isinstance(held.placed.body, Sale) else "movement"


def told_decision(entry: str, decision: Decision) -> RescueDecision:
    """Return a decision as it is told."""
    return RescueDecision(
        entry=entry,
        number=decision.number,
        verdict=decision.verdict,
        by=decision.by,
        approved_by=decision.approved_by,
        reason=decision.reason,
        at=decision.at,
        no_cash=decision.no_cash,
        count=decision.count,
        changes=decision.changes,
    )
