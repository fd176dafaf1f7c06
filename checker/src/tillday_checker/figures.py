"""Invariant 11: the figures, computed again from the receipts, for every reader."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from tillday_checker.course import Course, Session, course_of
from tillday_checker.story import accepted, ledger_story, whole_story
from tillday_checker.sums import net_by_tender, products_of, taken_and_returned, tax_problems
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import Ledger, ProductRow, Reports, TenderRow, World
from tillday_contracts.entries import Sale, TillClosed

Key = tuple[str, str]
Folded = dict[Key, tuple[int, int, int]]


def expected_is_the_formula(world: World) -> Found:
    """11: each recorded expected amount is opening + sales − refunds of its receipts; taxes are right."""
    for entry in whole_story(world):
        if isinstance(entry.body, Sale):
            for problem in tax_problems(entry.body):
                yield Violation(11, problem, entry.where)
    course = course_of(accepted(whole_story(world)))
    for session_id, session in course.sessions.items():
        if session.closed is not None:
            yield from _close_formula(session, session.closed, restated=session_id in course.restated)
    if world.ledger is not None:
        yield from _ledger_totals(world, world.ledger)
        if world.reports is not None:
            yield from _report_totals(world, world.ledger, world.reports)


def _close_formula(session: Session, closed: TillClosed, *, restated: bool) -> Found:
    net = net_by_tender(session.held())
    for tender in closed.tenders:
        opening = session.opening(tender.tender)
        due = opening + net.get(tender.tender, 0)
        # A terminal that took its session over from the ledger starts from what was expected at that moment.
        if tender.expected != due or (tender.opening != opening and not restated):
            text = f"{tender.tender}: the close expects {tender.expected}, the receipts make it {due}"
            yield Violation(11, text, session.where)
    for name in net.keys() - {tender.tender for tender in closed.tenders}:
        yield Violation(11, f"{name}: the close leaves this tender out", session.where)


def _sales_by_holder(world: World, ledger: Ledger) -> dict[str, list[Sale]]:
    said = {entry.hash: entry.body for entry in ledger_story(world) if isinstance(entry.body, Sale)}
    held: dict[str, list[Sale]] = defaultdict(list)
    for row in {row.hash: row for row in ledger.sales}.values():
        if row.placement != "parked" and row.hash in said:
            held[row.session_id].append(said[row.hash])
    return held


def _due_tenders(held: Mapping[str, list[Sale]], course: Course) -> Folded:
    due: Folded = {}
    for session_id, session in course.sessions.items():
        for counted in session.opened.tenders if session.opened else ():
            due[(session_id, counted.tender)] = (counted.counted, 0, 0)
    for session_id, sales in held.items():
        for tender, (taken, returned) in taken_and_returned(sales).items():
            opening = due.get((session_id, tender), (0, 0, 0))[0]
            due[(session_id, tender)] = (opening, taken, returned)
    return due


def _ledger_totals(world: World, ledger: Ledger) -> Found:
    held = _sales_by_holder(world, ledger)
    due = _due_tenders(held, course_of(ledger_story(world)))
    recovered = {session.session_id for session in ledger.sessions if session.recovered}
    yield from _compare_tenders(due, ledger.tenders, recovered, reader="the ledger")
    yield from _compare_products(held, ledger.products, reader="the ledger")


def _compare_tenders(due: Folded, rows: Iterable[TenderRow], recovered: set[str], *, reader: str) -> Found:
    stated = {(row.session_id, row.tender): (row.opening, row.sales, row.refunds) for row in rows}
    for key in sorted(due.keys() | stated.keys()):
        found, right = stated.get(key, (0, 0, 0)), due.get(key, (0, 0, 0))
        if found != right and key[0] not in recovered:
            text = f"{key[1]}: {reader} says {_amounts(found)}, the receipts say {_amounts(right)}"
            yield Violation(11, text, f"session {key[0]}")


def _amounts(amounts: tuple[int, int, int]) -> str:
    return f"opening {amounts[0]}, sales {amounts[1]}, refunds {amounts[2]}"


def _compare_products(held: Mapping[str, list[Sale]], rows: Iterable[ProductRow], *, reader: str) -> Found:
    due = {
        (session, sku): sums for session, sales in held.items() for sku, sums in products_of(sales).items()
    }
    stated = {(row.session_id, row.sku): (row.quantity, row.gross) for row in rows}
    for key in sorted(due.keys() | stated.keys()):
        found, right = stated.get(key, (0, 0)), due.get(key, (0, 0))
        if found != right:
            text = f"{reader} says {found[0]} for {found[1]}, the receipts say {right[0]} for {right[1]}"
            yield Violation(11, f"product {key[1]}: {text}", f"session {key[0]}")


def _report_totals(world: World, ledger: Ledger, reports: Reports) -> Found:
    regular = {session.session_id: session for session in ledger.sessions if session.rescue_of is None}
    recovered = {session.session_id for session in ledger.sessions if session.recovered}
    held = {key: sales for key, sales in _sales_by_holder(world, ledger).items() if key in regular}
    due = {
        key: sums
        for key, sums in _due_tenders(held, course_of(ledger_story(world))).items()
        if key[0] in regular
    }
    own = [row for row in reports.tenders if row.session_id in regular]
    yield from _compare_tenders(due, own, recovered, reader="the report")
    products = [row for row in reports.products if row.session_id in regular]
    yield from _compare_products(held, products, reader="the report")
    yield from _board(reports, ledger, held)


def _board(reports: Reports, ledger: Ledger, held: Mapping[str, list[Sale]]) -> Found:
    shown = {session.session_id: session for session in reports.sessions}
    for session in ledger.sessions:
        row = shown.get(session.session_id)
        if session.rescue_of is not None:
            continue
        where = f"board, session {session.session_id}"
        sales = held.get(session.session_id, [])
        right = (session.status, len(sales), sum(sale.total for sale in sales))
        if row is None:
            yield Violation(11, "the board does not show the session", where)
        elif (row.status, row.receipts, row.total) != right:
            found = f"{row.status} with {row.receipts} receipts of {row.total}"
            yield Violation(
                11, f"the board says {found}, the ledger {right[0]}, {right[1]}, {right[2]}", where
            )
