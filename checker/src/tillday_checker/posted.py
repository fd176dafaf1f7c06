"""Invariants 21 and 22: what is posted balances, once, and is what the journals in the ledger say."""

from collections import Counter
from collections.abc import Iterable, Iterator

from tillday_checker.course import Course, course_of
from tillday_checker.figures import events_by_holder, sales_among
from tillday_checker.posted_rows import Books, EntryRow
from tillday_checker.story import ledger_story
from tillday_checker.sums import TenderEvent, expected_by_tender, parts_of, products_of
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import Ledger, World

Sums = Counter[tuple[str, str, str]]
"""Amounts by session, role and key."""
TENDER_ROLES = ("tender", "tender_paid_in", "tender_paid_out", "tender_opening", "tender_count")


def entries_balance_and_follow(world: World) -> Found:
    """21: one entry per session and revision; each balances; its lines are the session's own totals."""
    if world.books is None or world.ledger is None:
        return
    yield from _once(world.books.entries)
    yield from _balanced(world.books)
    yield from _dated(world.books.entries)
    posted = _posted(world.ledger, world.books)
    due, stated = _due(world, world.ledger, posted), _stated(world.books)
    for key in sorted(due.keys() | stated.keys()):
        session_id, role, name = key
        if session_id in posted and due[key] != stated[key]:
            text = f"{role} {name}: {stated[key]} is posted, journals and counts say {due[key]}"
            yield Violation(21, text, f"session {session_id}")


def stock_moves_once(world: World) -> Found:
    """22: what a posted session sold left the stock once; on hand is the sum of all moves."""
    if world.books is None or world.ledger is None:
        return
    posted = _posted(world.ledger, world.books)
    held = events_by_holder(world, world.ledger)
    due: Counter[tuple[str, str]] = Counter()
    for session_id in posted:
        for sku, (quantity, _) in products_of(sales_among(held.get(session_id, []))).items():
            due[(session_id, sku)] -= quantity
    moved: Counter[tuple[str, str]] = Counter()
    for row in world.books.moves:
        if row.session_id in posted and row.session_id is not None:
            moved[(row.session_id, row.sku)] += row.quantity
    for key in sorted(due.keys() | moved.keys()):
        if due[key] != moved[key]:
            text = f"product {key[1]}: {moved[key]} moved, the receipts make it {due[key]}"
            yield Violation(22, text, f"session {key[0]}")
    yield from _on_hand(world.books)


def _posted(ledger: Ledger, books: Books) -> set[str]:
    return {
        s.session_id for s in ledger.sessions if s.status == "posted" and not s.recovered
    } - books.unfinished


def _once(entries: Iterable[EntryRow]) -> Found:
    seen: Counter[tuple[str, int | None]] = Counter()
    for entry in entries:
        if entry.session_id is not None:
            seen[(entry.session_id, entry.revision)] += 1
    for (session_id, revision), times in seen.items():
        if times > 1:
            yield Violation(21, f"revision {revision} is posted {times} times", f"session {session_id}")


def _balanced(books: Books) -> Found:
    company = {entry.entry: entry.company for entry in books.entries}
    sums: Counter[tuple[int, str]] = Counter()
    sides: Counter[tuple[str, str, str]] = Counter()
    for line in books.lines:
        sums[(line.entry, line.currency)] += line.amount
        sides[(company.get(line.entry, "?"), line.account, line.currency)] += line.amount
    for (entry, currency), amount in sorted(sums.items()):
        if amount:
            yield Violation(21, f"it is out of balance by {amount} {currency}", f"entry {entry}")
    shown: Counter[tuple[str, str, str]] = Counter()
    for row in books.balances:
        shown[(row.company, row.account, row.currency)] += row.debit - row.credit
    for key in sorted(sides.keys() | shown.keys()):
        if sides[key] != shown[key]:
            text = f"the trial balance says {shown[key]} {key[2]}, the entries {sides[key]}"
            yield Violation(21, text, f"account {key[1]} of {key[0]}")


def _dated(entries: Iterable[EntryRow]) -> Found:
    for entry in entries:
        if (entry.entry_date == entry.business_date) != (entry.date_reason is None):
            text = f"{entry.entry_date} for {entry.business_date}, and the reason is {entry.date_reason!r}"
            yield Violation(21, text, f"entry {entry.entry}")


def _stated(books: Books) -> Sums:
    sessions = {entry.entry: entry.session_id for entry in books.entries}
    stated: Sums = Counter()
    for line in books.lines:
        session_id = sessions.get(line.entry)
        if session_id is not None and line.role in (*TENDER_ROLES, "sales", "tax"):
            stated[(session_id, line.role, line.key)] += line.amount
    return stated


def _due(world: World, ledger: Ledger, posted: Iterable[str]) -> Sums:
    held, course = events_by_holder(world, ledger), course_of(ledger_story(world))
    due: Sums = Counter()
    for session_id in posted:
        events = held.get(session_id, [])
        counts = (*_counts(course, session_id), *_reported(ledger, course, session_id, events))
        for role, key, amount in (*_money(events), *_sold(events), *counts):
            due[(session_id, role, key)] += amount
    return due


def _money(events: list[TenderEvent]) -> Iterator[tuple[str, str, int]]:
    for (tender, part), amount in parts_of(events).items():
        match part:
            case "sales":
                yield "tender", tender, amount
            case "refunds":
                yield "tender", tender, -amount
            case "paid_in":
                yield "tender_paid_in", tender, amount
            case "paid_out":
                yield "tender_paid_out", tender, -amount


def _sold(events: list[TenderEvent]) -> Iterator[tuple[str, str, int]]:
    for sale in sales_among(events):
        for tax in sale.taxes:
            yield "sales", str(tax.rate), tax.tax - tax.gross
            yield "tax", str(tax.rate), -tax.tax


def _counts(course: Course, session_id: str) -> Iterator[tuple[str, str, int]]:
    session = course.sessions.get(session_id)
    if session is None:
        return
    for opened in session.opened.tenders if session.opened is not None else ():
        yield "tender_opening", opened.tender, opened.counted - opened.expected
    for closed in session.closed.tenders if session.closed is not None else ():
        yield "tender_count", closed.tender, closed.counted - closed.expected


def _reported(
    ledger: Ledger, course: Course, session_id: str, events: list[TenderEvent]
) -> Iterator[tuple[str, str, int]]:
    """Yield the differences of a session that only a printed report counted."""
    session = course.sessions.get(session_id)
    if session is None or session.closed is not None:
        return
    expected = expected_by_tender(parts_of(events, session.opened))
    for told in ledger.told_closes:
        for count in told.tenders if told.session_id == session_id else ():
            yield "tender_count", count.tender, count.counted - expected.get(count.tender, 0)


def _on_hand(books: Books) -> Found:
    due: Counter[tuple[str, str, str]] = Counter()
    for row in books.moves:
        due[(row.store, row.location, row.sku)] += row.quantity
    shown = Counter({(row.store, row.location, row.sku): row.quantity for row in books.on_hand})
    for key in sorted(due.keys() | shown.keys()):
        if due[key] != shown[key]:
            text = f"{shown[key]} are on hand, the moves make it {due[key]}"
            yield Violation(22, text, f"product {key[2]} at {key[1]} of store {key[0]}")
