"""Invariant 11: the figures, computed again from receipts and movements, for every reader."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from tillday_checker.course import Course, Session, course_of
from tillday_checker.receipts import more_refunded_than_sold, receipt_problems
from tillday_checker.rules import Rules
from tillday_checker.story import accepted, ledger_story, whole_story
from tillday_checker.sums import SIGNS, TenderEvent, expected_by_tender, parts_of, products_of
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import Ledger, ProductRow, TenderRow, World
from tillday_contracts.entries import Movement, Sale, TillClosed

Totals = Counter[tuple[str, str, str]]
"""Amounts by session, tender and part."""
Held = Mapping[str, list[TenderEvent]]


def expected_is_the_formula(world: World) -> Found:
    """11: receipts add up; each expected amount and total is the formula over receipts and movements."""
    rules = Rules(world)
    story = whole_story(world)
    for entry in story:
        if isinstance(entry.body, Sale):
            for problem in receipt_problems(entry.body, rules.of(entry.store, entry.body.session_id)):
                yield Violation(11, problem, entry.where)
    yield from more_refunded_than_sold(accepted(story))
    course = course_of(accepted(story))
    for session_id, session in course.sessions.items():
        if session.closed is not None:
            yield from _close_formula(session, session.closed, restated=session_id in course.restated)
    if world.ledger is not None:
        yield from _ledger_totals(world, world.ledger)


def _close_formula(session: Session, closed: TillClosed, *, restated: bool) -> Found:
    due = expected_by_tender(parts_of(session.held(), session.opened))
    for tender in closed.tenders:
        opening, right = session.opening(tender.tender), due.get(tender.tender, 0)
        # A terminal that took its session over from the ledger starts from what was expected at that moment.
        if tender.expected != right or (tender.opening != opening and not restated):
            text = f"{tender.tender}: the close expects {tender.expected}, the receipts make it {right}"
            yield Violation(11, text, session.where)
    for name in due.keys() - {tender.tender for tender in closed.tenders}:
        yield Violation(11, f"{name}: the close leaves this tender out", session.where)


def events_by_holder(world: World, ledger: Ledger) -> dict[str, list[TenderEvent]]:
    """Return what each session of the ledger holds, rescue sessions included."""
    said = {entry.hash: entry.body for entry in ledger_story(world)}
    held: dict[str, list[TenderEvent]] = defaultdict(list)
    for row in {row.hash: row for row in ledger.placed}.values():
        body = said.get(row.hash)
        if row.placement in ("session", "rescue") and isinstance(body, Sale | Movement):
            held[row.session_id].append(body)
    return held


def due_totals(held: Held, course: Course) -> Totals:
    """Return what opening counts and held events make of each session's tenders."""
    due: Totals = Counter()
    for session_id in held.keys() | course.sessions.keys():
        session = course.sessions.get(session_id)
        parts = parts_of(held.get(session_id, []), session.opened if session else None)
        due.update({(session_id, tender, part): amount for (tender, part), amount in parts.items()})
    return due


def _ledger_totals(world: World, ledger: Ledger) -> Found:
    held = events_by_holder(world, ledger)
    due = due_totals(held, course_of(ledger_story(world)))
    recovered = {session.session_id for session in ledger.sessions if session.recovered}
    yield from compare_tenders(due, ledger.tenders, recovered, reader="the ledger")
    yield from compare_products(held, ledger.products, reader="the ledger")


def compare_tenders(due: Totals, rows: Iterable[TenderRow], recovered: set[str], *, reader: str) -> Found:
    """Yield each part of a tender of a session that a reader tells otherwise; recovered sessions aside."""
    stated = {(row.session_id, row.tender, part): int(getattr(row, part)) for row in rows for part in SIGNS}
    for key in sorted(due.keys() | stated.keys()):
        session_id, tender, part = key
        found, right = stated.get(key, 0), due.get(key, 0)
        if found != right and session_id not in recovered:
            name = part.replace("_", " ")
            text = f"{tender}: {reader} says {name} {found}, the journals say {right}"
            yield Violation(11, text, f"session {session_id}")


def compare_products(held: Held, rows: Iterable[ProductRow], *, reader: str) -> Found:
    """Yield each product of a session that a reader tells otherwise."""
    due = {
        (session, sku): sums
        for session in held
        for sku, sums in products_of(sales_among(held[session])).items()
    }
    stated = {(row.session_id, row.sku): (row.quantity, row.gross) for row in rows}
    for key in sorted(due.keys() | stated.keys()):
        found, right = stated.get(key, (0, 0)), due.get(key, (0, 0))
        if found != right:
            text = f"{reader} says {found[0]} for {found[1]}, the receipts say {right[0]} for {right[1]}"
            yield Violation(11, f"product {key[1]}: {text}", f"session {key[0]}")


def sales_among(events: Iterable[TenderEvent]) -> list[Sale]:
    """Return the receipts among events."""
    return [event for event in events if isinstance(event, Sale)]
