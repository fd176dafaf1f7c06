"""A till session replayed to what its drawer should hold: pure, one tender at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from till_service.domain.closes import ReportedTender
from till_service.domain.routing import Placed
from till_service.domain.till_history import amounts_of
from till_service.domain.which_count import Money, Settled, Standing
from tillday_contracts.arithmetic import is_refund
from tillday_contracts.entries import Sale
from tillday_contracts.explain_messages import (
    LINES_A_PAGE,
    ExplainedCount,
    ExplainedKind,
    ExplainedLine,
    ExplainTill,
    LateMoney,
    ReportedCount,
    TillExplained,
)
from tillday_contracts.rescue_messages import CountedTender, NamedCount

MOST_POINTS: Final = 240
"""So many points of the curve are told at most: more than a picture of it can show."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A session as the ledger holds it: what it began with by tender, and everything in it.

    `late` are the events of its till that rescue sessions hold, by entry; `reported` what somebody told of
    its printed report, by tender.
    """

    terminal: str
    till: str
    business_date: date
    openings: Mapping[str, int]
    held: Sequence[Placed]
    late: Mapping[str, Placed]
    reported: Mapping[str, ReportedTender] = field(default_factory=dict)


def explain(
    question: ExplainTill, session: Replayed, standings: Mapping[str, Standing]
) -> TillExplained | None:
    """Return the session line by line in one tender; None where it has no such tender."""
    tenders = _tenders(session, standings, question.session_id)
    tender = question.tender or _first(tenders, standings, question.session_id)
    if tender not in tenders:
        return None
    begins = session.openings.get(tender, 0)
    lines = list(_lines(session.held, tender, begins))
    last = min(question.until or len(lines), len(lines))
    counts = {one.count.kind: one for one in _counts(standings, tender, question.session_id)}
    return TillExplained(
        store=question.store,
        session_id=question.session_id,
        terminal=session.terminal,
        till=session.till,
        business_date=session.business_date,
        tender=tender,
        tenders=tenders,
        opening=_told(counts.get("opening"), tender, session),
        begins=begins,
        lines=tuple(lines[max(0, last - LINES_A_PAGE) : last]),
        events=len(lines),
        expected=lines[-1].expected if lines else begins,
        curve=_curve(lines),
        cash_up=_told(counts.get("cash_up"), tender, session),
        reported=_reported(session.reported.get(tender)),
    )


def _reported(told: ReportedTender | None) -> ReportedCount | None:
    return None if told is None else ReportedCount(counted=told.counted, kept=told.kept)


def _tenders(session: Replayed, standings: Mapping[str, Standing], session_id: str) -> tuple[str, ...]:
    """Return every tender of a session, those that its opening counted first."""
    used = (tender for placed in session.held for tender in amounts_of(placed.body))
    counted = {
        tender: [one.count.kind for one in _counts(standings, tender, session_id)] for tender in standings
    }
    opened = (tender for tender, kinds in counted.items() if "opening" in kinds)
    known = (tender for tender, kinds in counted.items() if kinds)
    return tuple(dict.fromkeys((*opened, *session.openings, *known, *used)))


def _first(tenders: Sequence[str], standings: Mapping[str, Standing], session_id: str) -> str | None:
    for tender in tenders:
        if any(one.count.recorded for one in _counts(standings, tender, session_id)):
            return tender
    return next(iter(tenders), None)


def _counts(standings: Mapping[str, Standing], tender: str, session_id: str) -> Iterator[Settled]:
    standing = standings.get(tender)
    for settled in standing.counts if standing is not None else ():
        if settled.count.session_id == session_id:
            yield settled


def _lines(held: Iterable[Placed], tender: str, begins: int) -> Iterator[ExplainedLine]:
    number, expected = 0, begins
    for placed in _in_order(held):
        amount = amounts_of(placed.body).get(tender)
        if amount is None:
            continue
        number, expected = number + 1, expected + amount
        yield _line(placed, number, amount, expected)


def _in_order(held: Iterable[Placed]) -> list[Placed]:
    """Return events by the clocks of their terminals, each terminal's own in the order of its journal."""
    latest: dict[tuple[str, str], datetime] = {}
    timed: list[tuple[datetime, Placed]] = []
    for placed in sorted(held, key=_place):
        stream = (placed.origin.terminal, placed.origin.epoch)
        latest[stream] = max(latest.get(stream, placed.origin.at), placed.origin.at)
        timed.append((latest[stream], placed))
    return [placed for _, placed in sorted(timed, key=lambda one: one[0])]


def _place(placed: Placed) -> tuple[str, str, int]:
    return placed.origin.terminal, placed.origin.epoch, placed.origin.seq


def _line(placed: Placed, number: int, amount: int, expected: int) -> ExplainedLine:
    origin, body = placed.origin, placed.body
    return ExplainedLine(
        number=number,
        entry=origin.hash,
        kind=_kind(placed),
        what=_what(placed),
        terminal=origin.terminal,
        by=body.cashier if isinstance(body, Sale) else body.by,
        at=origin.at,
        amount=amount,
        expected=expected,
    )


def _kind(placed: Placed) -> ExplainedKind:
    if isinstance(placed.body, Sale):
        return "refund" if is_refund(placed.body) else "sale"
    return placed.body.kind


def _what(placed: Placed) -> str:
    return placed.body.number if isinstance(placed.body, Sale) else placed.body.reason


def _curve(lines: Sequence[ExplainedLine]) -> tuple[tuple[datetime, int], ...]:
    """Return the expected amount after each event; of many every so manieth, and always the last one."""
    step = -(-len(lines) // MOST_POINTS) or 1
    return tuple((line.at, line.expected) for line in lines[::-1][::step][::-1])


def _told(settled: Settled | None, tender: str, session: Replayed) -> ExplainedCount | None:
    if settled is None:
        return None
    count = settled.count
    figures = CountedTender(
        count=NamedCount(session_id=count.session_id, kind=count.kind),
        tender=tender,
        business_date=session.business_date,
        expected=count.expected,
        counted=count.counted,
        difference=count.recorded,
        settled=settled.difference,
    )
    late = tuple(_late(event, session) for event in settled.events if not _is_sum(event))
    return ExplainedCount(figures=figures, moved=count.moved, late=late)


def _is_sum(event: Money) -> bool:
    """Whether it is the sum of what a session holds, which stands in its lines."""
    return event.id == event.session_id


def _late(event: Money, session: Replayed) -> LateMoney:
    placed = session.late.get(event.id)
    return LateMoney(entry=event.id, what=_what(placed) if placed is not None else "", amount=event.amount)
