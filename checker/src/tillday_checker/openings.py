"""Invariant 14: an opening count expects what was kept, or the forced float that a recorded movement made."""

from collections.abc import Iterable, Iterator

from tillday_checker.course import Session, course_of
from tillday_checker.rules import Rules
from tillday_checker.story import Told, accepted, whole_story
from tillday_checker.uncounted import Arrivals, arrivals_in, told_of
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import World
from tillday_contracts.entries import FloatMoved


def openings_follow_what_was_kept(world: World) -> Found:
    """14: an opening expects, tender by tender, what the till's last cash-up kept, or the forced float."""
    rules = Rules(world)
    sessions = course_of(accepted(whole_story(world))).sessions.values()
    for session, kept in _with_kept(sessions, arrivals_in(world.ledger)):
        forced = {
            (terms.cash, terms.floats[session.started.till])
            for terms in rules.of(session.start.store, session.started.session_id)
            if session.started.till in terms.floats
        }
        for entry in session.floats:
            assert isinstance(entry.body, FloatMoved)
            yield from _float(session, entry, entry.body, forced if world.stores else None)
        if kept is not None:
            yield from _asked(session, kept, forced)
            yield from _floats_start_from(session, kept)
            yield from _counted_against(session, kept)


def _with_kept(
    sessions: Iterable[Session], arrivals: Arrivals
) -> Iterator[tuple[Session, dict[str, int] | None]]:
    """Yield each session with what its till's last one kept; None where that is not known.

    Where the last one's close came later, it is what the ledger held of that session instead.
    """
    last: dict[tuple[str, str], Session] = {}
    for session in sessions:
        before = last.get(session.key)
        yield session, _kept_by(before, session, arrivals) if before is not None else None
        last[session.key] = session


def _kept_by(before: Session, after: Session, arrivals: Arrivals) -> dict[str, int] | None:
    if before.closed is None:
        return None
    kept = {count.tender: count.kept for count in before.closed.tenders}
    told = {tender: told_of(before, after, tender, arrivals) for tender in kept}
    return kept | {tender: amount for tender, amount in told.items() if amount is not None}


def _asked(session: Session, kept: dict[str, int], forced: set[tuple[str | None, int]]) -> Found:
    asked = {amount.tender: amount.amount for amount in session.started.expected}
    for tender in sorted(asked.keys() | {name for name, amount in kept.items() if amount}):
        amount, due = asked.get(tender, 0) - session.claimed(tender), kept.get(tender, 0)
        if amount != due and (tender, amount) not in forced:
            yield Violation(14, f"{tender}: {amount} is expected where {due} was kept", session.where)
    for told in session.started.kept:
        due = kept.get(told.tender, 0)
        if told.amount != due:
            text = f"{told.tender}: the start tells of {told.amount} where {due} was kept"
            yield Violation(14, text, session.where)


def _floats_start_from(session: Session, kept: dict[str, int]) -> Found:
    for entry in session.floats:
        assert isinstance(entry.body, FloatMoved)
        due = kept.get(entry.body.tender, 0)
        if entry.body.kept != due:
            text = f"{entry.body.tender}: a float starts from {entry.body.kept} where {due} was kept"
            yield Violation(14, text, entry.where)


def _counted_against(session: Session, kept: dict[str, int]) -> Found:
    for opened in session.opened.tenders if session.opened else ():
        moved = session.float_moved(opened.tender)
        due = kept.get(opened.tender, 0) + moved + session.claimed(opened.tender)
        if opened.expected != due:
            text = f"the count expects {opened.expected} where {due} was kept, claimed and brought"
            yield Violation(14, f"{opened.tender}: {text}", session.where)


def _float(
    session: Session, entry: Told, moved: FloatMoved, forced: set[tuple[str | None, int]] | None
) -> Found:
    if moved.amount != moved.wanted - moved.kept:
        text = f"{moved.wanted} − {moved.kept} is not the {moved.amount} that were moved"
        yield Violation(14, f"{moved.tender}: {text}", entry.where)
    if forced is not None and (moved.tender, moved.wanted) not in forced:
        yield Violation(14, f"{moved.tender}: nobody wants a float of {moved.wanted}", entry.where)
    if session.opened_entry is not None and entry.seq > session.opened_entry.seq:
        yield Violation(14, f"{moved.tender}: the float was moved after the opening count", entry.where)
    started = [other for other in session.floats if other.seq < entry.seq]
    if any(isinstance(other.body, FloatMoved) and other.body.tender == moved.tender for other in started):
        yield Violation(14, f"{moved.tender}: the float was moved twice", entry.where)
