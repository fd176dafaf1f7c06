"""Invariant 17: money stays in tills and safe but for what comes and goes by customers and by word."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from tillday_checker.claims import claims_are_money
from tillday_checker.course import Course, Session, course_of, placement_in
from tillday_checker.decided import Decided, decided_in
from tillday_checker.rescue import accepted_into_safe
from tillday_checker.story import Told, accepted, desk_of, ledger_story
from tillday_checker.sums import SIGNS, TenderEvent, brought_from_outside, expected_by_tender, parts_of
from tillday_checker.uncounted import Arrivals, arrivals_in, followers, told_of
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import Ledger, World
from tillday_contracts.entries import FloatMoved, Movement, TillClosed

Purse = tuple[str, str]
"""A store and a tender."""
Moved = Counter[tuple[str, str]]
"""Amounts by entry and tender."""


def money_stays_in_the_store(world: World) -> Found:
    """17: the safe follows the entries; tills + safe change by customers, words and differences alone."""
    if world.ledger is None:
        return
    desk = desk_of(world)
    story = [entry for entry in accepted(ledger_story(world)) if entry.hash not in desk]
    late = accepted_into_safe(world)
    yield from _safe_follows_entries(story, world.ledger, late)
    course = course_of(story)
    yield from _nothing_vanishes(course, world.ledger, late)
    yield from claims_are_money(course.sessions.values(), world)


def _safe_follows_entries(story: Iterable[Told], ledger: Ledger, late: Moved) -> Found:
    due: Moved = Counter(late)
    held = {row.hash for row in ledger.movements if row.placement == "session"}
    places = {entry.hash: entry.where for entry in story}
    for entry in story:
        for tender, amount in _into_safe(entry, held).items():
            due[(entry.hash, tender)] += amount
    closed = {entry.body.session_id for entry in story if isinstance(entry.body, TillClosed)}
    for session_id, told in decided_in(ledger).reports.items():
        places[told.hash] = f"printed report of session {session_id}"
        for count in told.tenders if session_id not in closed else ():  # else the close itself moved it
            due[(told.hash, count.tender)] += count.counted - count.left
    stated: Moved = Counter()
    for row in ledger.safe:
        stated[(row.entry, row.tender)] += row.amount
    for key in sorted(due.keys() | stated.keys()):
        if due[key] != stated[key]:
            text = f"{key[1]}: the safe took {stated[key]}, journal and reports moved {due[key]}"
            yield Violation(17, text, places.get(key[0], f"entry {key[0]}"))


def _into_safe(entry: Told, held: set[str]) -> Mapping[str, int]:
    match entry.body:
        case TillClosed():
            return {count.tender: count.moved for count in entry.body.tenders}
        case FloatMoved():
            return {entry.body.tender: -entry.body.amount}
        case Movement(kind="loan") if entry.hash in held:
            return {entry.body.tender: -entry.body.amount}
        case Movement(kind="pickup") if entry.hash in held:
            return {entry.body.tender: entry.body.amount}
        case _:
            return {}


def _nothing_vanishes(course: Course, ledger: Ledger, late: Moved) -> Found:
    """Compare what tills and safe hold now with all that came in and went out since they began."""
    odd = _stores_with_lost_beginnings(course, ledger)
    now, due = _money_now(course, ledger), _money_due(course.sessions.values(), ledger)
    # What late entries moved is missing or asked for where the drawer was counted: here it comes to the safe.
    stores, counted = {row.entry: row.store for row in ledger.safe}, _counted_late(course)
    for (entry, tender), amount in late.items():
        if entry not in counted:
            due[(stores.get(entry, ""), tender)] += amount
    for store, tender, amount in _unlike_the_counts(course, ledger, late):
        due[(store, tender)] += amount
    for store, tender in sorted(now.keys() | due.keys()):
        found, right = now[(store, tender)], due[(store, tender)]
        if found != right and store not in odd:
            text = f"{tender}: tills and safe hold {found}, what came in and went out leaves {right}"
            yield Violation(17, text, f"store {store}")


def _counted_late(course: Course) -> set[str]:
    """Return the events that a close counts, even where a word had put them into a rescue session before."""
    closed = (session for session in course.sessions.values() if session.closed is not None)
    return {one.entry.hash for session in closed for one in session.events if session.counts(one.entry)}


def _unlike_the_counts(course: Course, ledger: Ledger, late: Moved) -> Iterator[tuple[str, str, int]]:
    """Yield what the safe and a close tell apart: moves of guests that the close leaves out, and moves that
    it counts while a person has still to accept them, because a word put them into a rescue session before.
    """
    movements = {row.hash for row in ledger.movements}
    held = {row.hash for row in ledger.movements if row.placement == "session"}
    taken: dict[str, dict[str, int]] = {}
    for (entry, tender), amount in late.items():
        taken.setdefault(entry, {})[tender] = amount
    for session in course.sessions.values():
        for one in session.events:
            told = Counter(_into_safe(one.entry, held))
            if session.counts(one.entry):
                told.update(taken.get(one.entry.hash, {}))
                told.subtract(_into_safe(replace(one.entry, body=one.entry.as_counted), movements))
            elif not session.left_out(one.entry):
                continue
            for tender, amount in told.items():
                yield session.start.store, tender, amount


def _stores_with_lost_beginnings(course: Course, ledger: Ledger) -> set[str]:
    # What a lost journal did to a till is told by nobody; that store's money is not a sum of known events.
    lost = {session.store for session in ledger.sessions if session.recovered}
    return lost | {session.start.store for key, session in course.sessions.items() if key in course.restated}


def _money_now(course: Course, ledger: Ledger) -> Counter[Purse]:
    now: Counter[Purse] = Counter()
    for row in ledger.safe:
        now[(row.store, row.tender)] += row.amount
    said = decided_in(ledger)
    last = {session.key: session for session in course.sessions.values()}
    before = {session.key: session for session in course.sessions.values() if session.opened is not None}
    for key, session in last.items():
        for tender, amount in _in_till(session, before.get(key), ledger, said).items():
            now[(key[0], tender)] += amount
    return now


def _in_till(session: Session, counted: Session | None, ledger: Ledger, said: Decided) -> Mapping[str, int]:
    """Return what a till holds: what its last cash-up kept, by its report at least; else what is expected."""
    floats: Counter[str] = Counter()
    for entry in session.floats if session.opened is None else ():
        if isinstance(entry.body, FloatMoved):
            floats[entry.body.tender] += entry.body.amount
    if counted is None:
        return floats
    if counted.closed is not None:
        floats.update({count.tender: count.kept for count in counted.closed.tenders})
        return floats
    report = said.counted_by_report(counted)
    kept = {count.tender: count.left for count in report.tenders} if report else {}
    floats.update(kept)
    for row in ledger.tenders:
        if row.session_id == counted.started.session_id and row.tender not in kept:
            floats[row.tender] += sum(sign * int(getattr(row, part)) for part, sign in SIGNS.items())
    return floats


def _money_due(sessions: Iterable[Session], ledger: Ledger) -> Counter[Purse]:
    due: Counter[Purse] = Counter()
    known: set[tuple[str, str]] = set()
    said, arrivals = decided_in(ledger), arrivals_in(ledger)
    course = list(sessions)
    following = followers(course)
    for session in course:
        store = session.start.store
        for opened in session.opened.tenders if session.opened else ():
            due[(store, opened.tender)] += opened.difference
            if session.key not in known:  # a till may begin with money that was there before the ledger
                due[(store, opened.tender)] += opened.expected - session.float_moved(opened.tender)
            else:  # late money that no session's total tells of lay in the drawer
                due[(store, opened.tender)] += session.claimed(opened.tender)
        known |= {session.key} if session.opened else set()
        held = _held(session, said)
        for event in held:
            for tender, amount in brought_from_outside(event).items():
                due[(store, tender)] += amount
        for count in session.closed.tenders if session.closed else ():
            due[(store, count.tender)] += count.difference
        for tender, difference in _reported_differences(session, held, said).items():
            due[(store, tender)] += difference
        after = following.get(session.started.session_id)
        for tender, amount in _settled_later(session, after, held, said, arrivals).items():
            due[(store, tender)] += amount
    return due


def _settled_later(
    session: Session, after: Session | None, held: list[TenderEvent], said: Decided, arrivals: Arrivals
) -> Counter[str]:
    """Return what the next opening count settled already, because this session's own was not known then.

    It was told another amount than is known now, and its recorded difference has what that lacked. What it
    does not count at all, such as slips of cards, waits for that session's own count.
    """
    settled: Counter[str] = Counter()
    if after is None or session.opened is None or said.counted_by_report(session):
        return settled
    now = _left_now(session, held)
    counted = {opened.tender for opened in after.opened.tenders} if after.opened else set()
    for tender, amount in now.items():
        told = told_of(session, after, tender, arrivals) if tender in counted else None
        if told is not None:
            settled[tender] = told - amount
        elif tender not in counted and session.closed is None:
            settled[tender] = -amount
    return settled


def _left_now(session: Session, held: list[TenderEvent]) -> Mapping[str, int]:
    if session.closed is not None:
        return {count.tender: count.kept for count in session.closed.tenders}
    return expected_by_tender(parts_of(held, session.opened))


def _held(session: Session, said: Decided) -> list[TenderEvent]:
    """Return what a count tells of: that of the own close, else what the session holds by people's words."""
    if session.closed is not None:
        return session.held()
    due = ((one, said.by_word(session, one.entry)) for one in session.events)
    return [
        one.body
        for one, decided in due
        if placement_in(session, one.entry, one.body, decided=decided) == "session"
    ]


def _reported_differences(session: Session, held: list[TenderEvent], said: Decided) -> Mapping[str, int]:
    report = said.counted_by_report(session)
    expected = expected_by_tender(parts_of(held, session.opened))
    return {t.tender: t.counted - expected.get(t.tender, 0) for t in report.tenders} if report else {}
