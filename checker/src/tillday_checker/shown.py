"""Invariant 26: one expected amount for everybody who looks, and none where the count is blind."""

from collections import Counter
from collections.abc import Iterable, Mapping

from tillday_checker.course import Session, course_of, placement_in
from tillday_checker.story import Told, accepted, whole_story
from tillday_checker.sums import SIGNS, Parts, TenderEvent, expected_by_tender, parts_of
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import Ledger, Reports, TenderRow, World
from tillday_contracts.entries import (
    CountAttempted,
    GuestsTold,
    InitialCountConfirmed,
    Movement,
    Sale,
    TenderConfirmed,
)


def everybody_sees_the_same(world: World) -> Found:
    """26: each count was compared with the formula at its instant; ledger and report expect the same."""
    story = accepted(whole_story(world))
    course = course_of(story)
    plain = {key: one for key, one in course.sessions.items() if key not in course.restated}
    yield from _counts_at_their_instant(story, plain)
    if world.ledger is not None and world.reports is not None:
        yield from _readers(world.ledger, world.reports)


def _counts_at_their_instant(story: Iterable[Told], sessions: Mapping[str, Session]) -> Found:
    held = {
        one.entry.hash
        for session in sessions.values()
        for one in session.events
        if placement_in(session, one.entry, one.body) == "session" and session.hosts(one.entry)
    }
    sums: dict[str, Parts] = {session_id: Counter() for session_id in sessions}
    brought: dict[str, Parts] = {session_id: Counter() for session_id in sessions}
    for entry in story:
        match entry.body:
            case InitialCountConfirmed() if entry.body.session_id in sums:
                sums[entry.body.session_id].update(parts_of([], entry.body))
            case Sale() | Movement() if entry.hash in held:
                sums[entry.body.session_id].update(parts_of(_as_counted(entry)))
            case CountAttempted(count="cash_up") | TenderConfirmed() if entry.body.session_id in sums:
                known = _together(sums[entry.body.session_id], brought[entry.body.session_id])
                due = expected_by_tender(known).get(entry.body.tender, 0)
                yield from _compared_with(entry, entry.body.tender, entry.body.expected, due)
            case GuestsTold() if entry.body.session_id in sums:
                brought[entry.body.session_id] = _brought(sessions[entry.body.session_id], entry.body)
            case CountAttempted(count="initial") if entry.body.session_id in sums:
                yield from _opening_attempt(entry, entry.body, sessions[entry.body.session_id])
            case _:
                pass


def _as_counted(entry: Told) -> list[TenderEvent]:
    """Return what its own terminal counts of an entry, whatever a person made of it afterwards."""
    return [entry.as_counted] if isinstance(entry.as_counted, Sale | Movement) else []


def _together(own: Parts, guests: Parts) -> Parts:
    both = Counter(own)
    both.update(guests)  # a sum of counters would drop what is not positive
    return both


def _brought(session: Session, told: GuestsTold) -> Parts:
    """Return what the journals of guests say up to the positions that the host was told of."""
    upto = {(guest.terminal, at.epoch): at.seq for guest in told.guests for at in guest.positions}
    events = (
        one.body
        for one in session.events
        if one.entry.seq <= upto.get((one.entry.terminal, one.entry.epoch), 0)
        and not one.entry.quarantine
        and not session.is_strange(one.entry, one.body)
    )
    return parts_of(events)


def _compared_with(entry: Told, tender: str, shown: int, due: int) -> Found:
    if shown != due:
        yield Violation(26, f"{tender}: {shown} was expected, at that instant it was {due}", entry.where)


def _opening_attempt(entry: Told, body: CountAttempted, session: Session) -> Found:
    """A forced float may be refused between two attempts: each is compared with one of the two amounts."""
    asked = {amount.amount for amount in session.started.expected if amount.tender == body.tender} or {0}
    counted = session.opened.tenders if session.opened else ()
    known = asked | {opened.expected for opened in counted if opened.tender == body.tender}
    if session.opened is not None and body.expected not in known:
        text = f"{body.tender}: an attempt was compared with {body.expected}, the count with {sorted(known)}"
        yield Violation(26, text, entry.where)


def _readers(ledger: Ledger, reports: Reports) -> Found:
    regular = {session.session_id for session in ledger.sessions if session.rescue_of is None}
    told, shown = _expected(ledger.tenders), _expected(reports.tenders)
    for key in sorted(told.keys() | shown.keys()):
        if key[0] in regular and told.get(key, 0) != shown.get(key, 0):
            text = f"the ledger expects {told.get(key, 0)}, the report {shown.get(key, 0)}"
            yield Violation(26, f"{key[1]}: {text}", f"session {key[0]}")


def _expected(rows: Iterable[TenderRow]) -> dict[tuple[str, str], int]:
    return {
        (row.session_id, row.tender): sum(sign * int(getattr(row, part)) for part, sign in SIGNS.items())
        for row in rows
    }
