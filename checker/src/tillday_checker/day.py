"""Invariants 5 to 8: store days, what a closed day promises, and when a terminal may sell."""

from collections import Counter
from datetime import date

from tillday_checker.course import Course, Session, course_of
from tillday_checker.store_rows import Opening, Stores
from tillday_checker.story import accepted, ledger_story, whole_story, words
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import NOT_FINAL, World
from tillday_contracts.entries import Movement, Sale, TerminalClosed, TerminalOpened

RUNNING = frozenset({"open", "closing"})


def one_open_day(world: World) -> Found:
    """5: at most one open day per store; each opening that lasted is for a later date than the one before."""
    if world.stores is None:
        return
    running = Counter(day.store for day in world.stores.days if day.state in RUNNING)
    for store, count in running.items():
        if count > 1:
            yield Violation(5, f"{count} days are open", f"store {store}")
    last: dict[str, date] = {}
    for opening in (one for one in world.stores.openings if not one.cancelled):
        before = last.get(opening.store)
        if before is not None and opening.business_date <= before:
            yield Violation(5, f"{opening.business_date} was opened after {before}", f"store {opening.store}")
        last[opening.store] = opening.business_date


def closed_days_are_over(world: World) -> Found:
    """6: no session of a closed day runs, those marked late aside, and nobody is wished open for it."""
    if world.stores is None:
        return
    closed = {
        (day.store, day.business_date) for day in world.stores.days if day.state in ("closed", "archived")
    }
    for session in world.ledger.sessions if world.ledger else ():
        day = (session.store, session.business_date)
        if day in closed and session.status in NOT_FINAL and not session.late and session.rescue_of is None:
            text = f"the day {session.business_date} is closed and a session of it is {session.status}"
            yield Violation(6, text, f"{session.store}, till {session.till}, session {session.session_id}")
    yield from _wishes(world.stores, closed)
    for day_row in world.stores.days:
        if day_row.state == "closed" and day_row.closed_by is None:
            yield Violation(
                6, "the day was closed by nobody", f"store {day_row.store}, {day_row.business_date}"
            )


def _wishes(stores: Stores, closed: set[tuple[str, date]]) -> Found:
    for wish in stores.wishes:
        if wish.business_date is not None and (wish.store, wish.business_date) in closed:
            text = f"the terminal is wished open for {wish.business_date}, which is closed"
            yield Violation(6, text, f"{wish.store}/{wish.terminal}")


def opened_without_running_tills(world: World) -> Found:
    """7: when a store was opened, no regular session of another date was running."""
    if world.stores is None or world.ledger is None:
        return
    recorded = {row.hash: row.recorded_at for row in world.ledger.journal}
    late = {session.session_id for session in world.ledger.sessions if session.late}
    for session in course_of(ledger_story(world)).sessions.values():
        if session.started.session_id in late:
            continue
        begun = recorded[session.start.hash]
        ended = recorded[session.closed_entry.hash] if session.closed_entry else None
        for opening in world.stores.openings:
            if _in_the_way(session, opening) and begun < opening.at and (ended is None or ended > opening.at):
                text = f"{opening.business_date} was opened while one of {session.business_date} was running"
                yield Violation(7, text, session.where)


def _in_the_way(session: Session, opening: Opening) -> bool:
    return session.start.store == opening.store and session.business_date != opening.business_date


def sells_only_when_open(world: World) -> Found:
    """8: at each sale and movement the terminal has a date and the session that it names is open."""
    story = accepted(whole_story(world))
    dates: dict[tuple[str, str], date | None] = {}
    for entry in story:
        key = (entry.store, entry.terminal)
        match entry.body:
            case TerminalOpened():
                dates[key] = entry.body.business_date
            case TerminalClosed():
                dates[key] = None
            case Sale() | Movement() if key in dates and dates[key] is None:
                text = f"a {words(entry)} was made while the terminal was closed"
                yield Violation(8, text, entry.where)
            case _:
                pass
    yield from _tills_at_events(course_of(story))


def _tills_at_events(course: Course) -> Found:
    for session in course.sessions.values():
        for one in session.events:
            if one.till != "open":
                text = f"a {words(one.entry)} was made while its till was {one.till}"
                yield Violation(8, text, one.entry.where)
    for entry in course.strays:
        if isinstance(entry.body, Sale | Movement) and entry.body.session_id not in course.adopted:
            yield Violation(8, f"a {words(entry)} names a session that was never started", entry.where)
