"""Invariant 11 for the readers of reports: board, flash report, and sales by product, cashier and tender."""

from collections import Counter
from collections.abc import Iterator

from tillday_checker.course import course_of
from tillday_checker.figures import (
    Held,
    compare_products,
    compare_tenders,
    due_totals,
    events_by_holder,
    sales_among,
)
from tillday_checker.story import Told, ledger_story
from tillday_checker.sums import products_of
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import Ledger, Reports, World
from tillday_contracts.entries import Sale

Place = tuple[str, ...]
Amounts = dict[Place, int]


def reports_follow_the_ledger(world: World) -> Found:
    """11: what reports show is what the journals in the ledger say, each receipt once."""
    if world.ledger is None or world.reports is None:
        return
    yield from _sessions(world, world.ledger, world.reports)
    counted = list(_counted_sales(world, world.ledger))
    said: Amounts = {(told.hash, holder, sale.cashier): sale.total for told, holder, sale in counted}
    shown: Amounts = {(row.entry, row.session_id, row.cashier): row.total for row in world.reports.receipts}
    yield from _same(said, shown, what="receipt")
    sold, listed = _by_terminal(counted), _listed_by_terminal(world.reports)
    yield from _same(sold, listed, what="flash report")
    worth = _by_tender(counted)
    told_worth: Amounts = {(row.session_id, row.tender): row.worth for row in world.reports.worths}
    yield from _same(worth, told_worth, what="sales by tender")


def _sessions(world: World, ledger: Ledger, reports: Reports) -> Found:
    regular = {session.session_id for session in ledger.sessions if session.rescue_of is None}
    recovered = {session.session_id for session in ledger.sessions if session.recovered}
    held = {key: events for key, events in events_by_holder(world, ledger).items() if key in regular}
    due = due_totals(held, course_of(ledger_story(world)))
    due = Counter({key: amount for key, amount in due.items() if key[0] in regular})
    own = [row for row in reports.tenders if row.session_id in regular]
    yield from compare_tenders(due, own, recovered, reader="the report")
    products = [row for row in reports.products if row.session_id in regular]
    yield from compare_products(held, products, reader="the report")
    yield from _board(reports, ledger, held)


def _board(reports: Reports, ledger: Ledger, held: Held) -> Found:
    shown = {session.session_id: session for session in reports.sessions}
    for session in ledger.sessions:
        row = shown.get(session.session_id)
        if session.rescue_of is not None:
            continue
        where = f"board, session {session.session_id}"
        sales = sales_among(held.get(session.session_id, []))
        refunds = sum(1 for sale in sales if sale.refund_of is not None or sale.total < 0)
        right = (session.status, len(sales), refunds, sum(sale.total for sale in sales))
        if row is None:
            yield Violation(11, "the board does not show the session", where)
        elif (row.status, row.receipts, row.refunds, row.total) != right:
            found = f"{row.status} with {row.receipts} receipts, {row.refunds} refunds, {row.total}"
            due = f"{right[0]} with {right[1]} receipts, {right[2]} refunds, {right[3]}"
            yield Violation(11, f"the board says {found}, the ledger {due}", where)


def _counted_sales(world: World, ledger: Ledger) -> Iterator[tuple[Told, str, Sale]]:
    """Yield each sale that a session holds, with that session; what is parked is in no report."""
    holders = {row.hash: row.session_id for row in ledger.sales if row.placement in ("session", "rescue")}
    for told in ledger_story(world):
        if isinstance(told.body, Sale) and told.hash in holders:
            yield told, holders[told.hash], told.body


def _by_terminal(counted: list[tuple[Told, str, Sale]]) -> Amounts:
    sold: Counter[Place] = Counter()
    for told, _, sale in counted:
        for sku, (quantity, gross) in products_of([sale]).items():
            place = (told.store, told.terminal, sale.business_date.isoformat(), sku)
            sold[(*place, "pieces")] += quantity
            sold[(*place, "amount")] += gross
    return sold


def _listed_by_terminal(reports: Reports) -> Amounts:
    listed: Amounts = {}
    for row in reports.terminal_products:
        place = (row.store, row.terminal, row.business_date.isoformat(), row.sku)
        listed |= {(*place, "pieces"): row.quantity, (*place, "amount"): row.gross}
    return listed


def _by_tender(counted: list[tuple[Told, str, Sale]]) -> Amounts:
    worth: Counter[Place] = Counter()
    for _, holder, sale in counted:
        for payment in sale.payments:
            own = payment.tendered - payment.change
            worth[(holder, payment.tender)] += own if payment.value is None else payment.value
    return worth


def _same(due: Amounts, shown: Amounts, *, what: str) -> Found:
    for key in sorted(due.keys() | shown.keys()):
        right, found = due.get(key), shown.get(key)
        if (right or 0) != (found or 0) or (right is None and what == "receipt"):
            text = f"it says {found}, the journals in the ledger say {right}"
            yield Violation(11, text, f"{what}, {' '.join(key)}")
