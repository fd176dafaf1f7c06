"""Invariants 16, 19 and 20: whole numbers only, figures that never change, money that only events move."""

from collections.abc import Iterable

from tillday_checker.course import Course, Session, by_till, course_of, placement_in
from tillday_checker.story import Told, accepted, desk_of, ledger_story, row_place, whole_story
from tillday_checker.sums import expected_by_tender, parts_of
from tillday_checker.uncounted import Arrivals, arrivals_in, told_of
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import AdjustmentRow, CloseRow, World
from tillday_contracts.entries import Adjustment, TenderCount, TillClosed
from tillday_contracts.journal import MalformedBytes, strict_json


def no_floats(world: World) -> Found:
    """16: no entry holds a float, those on the desk aside; no amount is kept in a float column."""
    for column in world.float_columns:
        yield Violation(16, "a column holds floats", column)
    desk = desk_of(world)
    for row in world.ledger.journal if world.ledger else ():
        if row.hash not in desk:
            yield from _strict(row.data, row_place(row))
    for terminal in world.terminals:
        for entry in terminal.entries:
            if entry.hash in desk:
                continue
            yield from _strict(entry.data, f"{terminal.store}/{terminal.terminal}, entry {entry.seq}")


def _strict(data: bytes, where: str) -> Found:
    try:
        strict_json(data)
    except MalformedBytes as error:
        if "is no integer" in str(error):
            yield Violation(16, str(error), where)


def closes_never_change(world: World) -> Found:
    """19: a close reads the same in the journal, the ledger and the report."""
    said = {
        entry.body.session_id: entry.body
        for entry in ledger_story(world)
        if isinstance(entry.body, TillClosed) and not entry.quarantine
    }
    for reader, rows in _closes(world):
        shown = {row.session_id: row for row in rows}
        for session_id in sorted(said.keys() | shown.keys()):
            yield from _same_close(
                said.get(session_id), shown.get(session_id), f"{reader}, session {session_id}"
            )


def _closes(world: World) -> Iterable[tuple[str, tuple[CloseRow, ...]]]:
    if world.ledger is not None:
        yield "ledger", world.ledger.closes
        if world.reports is not None:
            yield "report", world.reports.cash_ups


def _same_close(said: TillClosed | None, shown: CloseRow | None, where: str) -> Found:
    if said is None or shown is None:
        yield Violation(
            19, "a close is shown that was never made" if said is None else "a close is missing", where
        )
        return
    figures = [TenderCount.model_validate(dict(tender)) for tender in shown.tenders]
    if (shown.number, figures) != (said.number, list(said.tenders)):
        yield Violation(19, f"the recorded figures of {said.number} were changed", where)


def adjustments_are_linked(world: World) -> Found:
    """19: an adjustment is an entry of its own, linked to the closed session that it corrects."""
    story = accepted(ledger_story(world))
    said = {entry.hash: entry for entry in story if isinstance(entry.body, Adjustment)}
    course = course_of(accepted(whole_story(world)))
    for entry in said.values():
        if isinstance(entry.body, Adjustment):
            yield from _linked(entry, entry.body, course)
    if world.ledger is None:
        return
    kept = {row.hash: row for row in world.ledger.adjustments}
    desk = desk_of(world)
    for entry_hash in sorted((said.keys() - desk) | kept.keys()):
        told, row = said.get(entry_hash), kept.get(entry_hash)
        if row is None or told is None or row != _row_of(told):
            where = told.where if told else f"entry {entry_hash}"
            yield Violation(19, "the ledger's adjustment is not the journal's", where)


def _row_of(entry: Told) -> AdjustmentRow | None:
    body = entry.body
    if not isinstance(body, Adjustment):
        return None
    return AdjustmentRow(entry.hash, body.session_id, body.corrects, body.tender, body.amount)


def _linked(entry: Told, body: Adjustment, course: Course) -> Found:
    wrong = course.sessions.get(body.corrects)
    if body.corrects == body.session_id:
        yield Violation(19, "an adjustment corrects the session in which it is written", entry.where)
    elif wrong is not None and wrong.closed is None and body.corrects not in course.restated:
        yield Violation(
            19, f"an adjustment corrects session {body.corrects}, which is not closed", entry.where
        )


def money_moves_by_events_alone(world: World) -> Found:
    """20: from count to count, recorded differences + events − moved amounts account for what was counted."""
    story = accepted(whole_story(world))
    course = course_of(story)
    for session in course.sessions.values():
        if session.opened is not None and session.closed is not None:
            yield from _within_session(session, session.closed)
    arrivals = arrivals_in(world.ledger)
    for before, after in by_till(course.sessions.values()):
        if before.closed is not None and after.opened is not None and _all_covered(before):
            yield from _between_sessions(before, after, arrivals)


def _all_covered(session: Session) -> bool:
    return all(placement_in(session, one.entry, one.body) == "session" for one in session.events)


def _within_session(session: Session, closed: TillClosed) -> Found:
    due = expected_by_tender(parts_of(session.held(), session.opened))
    for tender in closed.tenders:
        moved_by_events = due.get(tender.tender, 0)
        if tender.difference != tender.counted - moved_by_events:
            text = f"{tender.tender}: {tender.counted} counted, {moved_by_events} accounted for"
            yield Violation(20, f"{text}, difference {tender.difference}", session.where)


def _between_sessions(before: Session, after: Session, arrivals: Arrivals) -> Found:
    closed = before.closed.tenders if before.closed else ()
    left = {tender.tender: tender.counted - tender.moved for tender in closed}
    for opened in after.opened.tenders if after.opened else ():
        told = told_of(before, after, opened.tender, arrivals)
        asked = after.float_moved(opened.tender) + after.claimed(opened.tender)
        due = (left.get(opened.tender, 0) if told is None else told) + asked
        if opened.difference != opened.counted - due:
            text = f"{opened.counted} counted, {due} was left, claimed or brought"
            yield Violation(20, f"{opened.tender}: {text}, difference {opened.difference}", after.where)
