"""Invariants 9 and 10: one running session per till, nothing after its close."""

from collections import Counter
from collections.abc import Set

from tillday_checker.course import Session, by_till, course_of
from tillday_checker.decided import decided_in
from tillday_checker.story import accepted, ledger_story, whole_story, words
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import FINAL, NOT_FINAL, World
from tillday_contracts.entries import Movement, Sale


def one_running_session(world: World) -> Found:
    """9: no till has two running sessions, those marked late aside; no terminal starts a second."""
    rows = world.ledger.sessions if world.ledger else ()
    running = Counter(
        (row.store, row.till)
        for row in rows
        if row.status in NOT_FINAL and not row.late and row.rescue_of is None
    )
    for (store, till), count in running.items():
        if count > 1:
            yield Violation(9, f"{count} sessions are running", f"{store}, till {till}")
    course, final = course_of(accepted(whole_story(world))), {r.session_id for r in rows if r.status in FINAL}
    for before, after in by_till(course.sessions.values()):
        if before.start.terminal == after.start.terminal and not _ended_before(before, after, final):
            text = f"session {after.started.session_id} was started before this one was closed"
            yield Violation(9, text, before.where)


def _ended_before(before: Session, after: Session, final: Set[str]) -> bool:
    # Both are of one terminal's journal, where later epochs follow earlier ones: one epoch needs a look.
    if before.closed_entry is None:
        return _was_left(before, final) and after.start.epoch not in _epochs_of(before)
    same_epoch = before.closed_entry.epoch == after.start.epoch
    return not same_epoch or before.closed_entry.seq < after.start.seq


def _was_left(session: Session, final: Set[str]) -> bool:
    """Say whether a till may go on without this session's close: nothing was sold in it, the terminal said
    that it sells no more, or the back office closed it. Then it goes on in another life of its journal.
    """
    return session.status == "opening_count" or session.stopped or session.started.session_id in final


def _epochs_of(session: Session) -> set[str]:
    own = (one.entry.epoch for one in session.events if session.hosts(one.entry))
    return {session.start.epoch, *own}


def closed_sessions_stay_closed(world: World) -> Found:
    """10: every sale and movement in a closed session is covered by its manifest, or by a person's word."""
    if world.ledger is None:
        return
    story, said = ledger_story(world), decided_in(world.ledger)
    sessions = course_of(story).sessions
    placed = {row.hash: row for row in world.ledger.placed}
    for entry in story:
        row = placed.get(entry.hash)
        if row is None or row.placement != "session" or not isinstance(entry.body, Sale | Movement):
            continue
        session = sessions.get(row.session_id)
        if session is not None and said.stays(session, entry) is False:
            text = f"a {words(entry)} is in a closed session whose manifest does not cover it"
            yield Violation(10, text, entry.where)
