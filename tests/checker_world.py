"""A small consistent world for the checker: two days at one terminal; journal, ledger, reports, paper agree.

The folded tables are made with the product's own arithmetic, so that the checker's is compared with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from checker_books import books_of
from checker_journal import (
    EUR,
    FIRST_DAY,
    KEY,
    KEY_ID,
    MORNING,
    SECOND_DAY,
    STORE,
    TERMINAL,
    TILL,
    Journal,
)
from tillday_checker.store_rows import Day, Opening, Stores, Terms, Wish
from tillday_checker.world import (
    AdjustmentRow,
    CloseRow,
    CopiesRow,
    Ledger,
    LedgerRow,
    LedgerSession,
    MovementRow,
    Paper,
    Position,
    ProductRow,
    ReportReceipt,
    Reports,
    ReportSession,
    SafeRow,
    SaleRow,
    Stream,
    TenderRow,
    Terminal,
    TerminalProduct,
    World,
    WorthRow,
)
from tillday_contracts import entries as e
from tillday_contracts.arithmetic import (
    TenderTotals,
    fold_movement,
    fold_products,
    fold_tenders,
    is_refund,
    moved_to_safe,
)


def ledger_of(journal: Journal) -> Ledger:
    """Return the ledger that took the whole journal."""
    rows, sales, movements = [], [], []
    for place, (held, body) in enumerate(zip(journal.entries, journal.bodies, strict=True)):
        sold = isinstance(body, e.Sale | e.Movement | e.FloatMoved | e.Adjustment)
        session = getattr(body, "session_id", None)
        rows.append(
            LedgerRow(
                STORE,
                journal.terminal,
                held.epoch,
                held.seq,
                held.prev,
                held.hash,
                held.data,
                MORNING + timedelta(minutes=place, seconds=1),
                placement="session" if sold else "none",
                session_id=session,
            )
        )
        if isinstance(body, e.Sale):
            place_row = (body.session_id, "session", body.number, body.business_date, body.total)
            sales.append(SaleRow(held.hash, *place_row))  # type: ignore[arg-type]
        if isinstance(body, e.Movement):
            what = (body.kind, body.tender, body.amount, body.business_date)
            movements.append(MovementRow(held.hash, body.session_id, "session", *what))
    head = journal.entries[-1]
    tenders, products = folded(journal)
    return Ledger(
        keys={KEY_ID: KEY},
        journal=tuple(rows),
        positions=tuple(Position(STORE, row.terminal, row.epoch, row.seq, row.hash) for row in rows),
        streams=(Stream(STORE, journal.terminal, journal.epoch, head.seq, head.hash),),
        sessions=tuple(sessions_of(journal)),
        tenders=tenders,
        products=products,
        sales=tuple(sales),
        movements=tuple(movements),
        safe=tuple(safe_of(journal)),
        adjustments=tuple(
            AdjustmentRow(held.hash, body.session_id, body.corrects, body.tender, body.amount)
            for held, body in zip(journal.entries, journal.bodies, strict=True)
            if isinstance(body, e.Adjustment)
        ),
        closes=closes_of(journal),
    )


def safe_of(journal: Journal) -> Iterator[SafeRow]:
    """Return what the journal's entries moved into the safe and out of it."""
    for held, body in zip(journal.entries, journal.bodies, strict=True):
        moves: tuple[tuple[str, str, int], ...] = ()
        if isinstance(body, e.TillClosed):
            moves = tuple(("cash_up", count.tender, count.moved) for count in body.tenders)
        elif isinstance(body, e.FloatMoved):
            moves = (("float", body.tender, -body.amount),)
        elif isinstance(body, e.Movement):
            moves = ((body.kind, body.tender, moved_to_safe(body)),)
        for kind, tender, amount in moves:
            if amount and isinstance(body, e.TillClosed | e.FloatMoved | e.Movement):
                yield SafeRow(STORE, kind, tender, amount, body.session_id, held.hash)


def sessions_of(journal: Journal) -> Iterator[LedgerSession]:
    """Return the sessions that were started, as they stand at the end."""
    for body in journal.bodies:
        if isinstance(body, e.TillStarted):
            kinds = {
                type(other) for other in journal.bodies if getattr(other, "session_id", "") == body.session_id
            }
            status = "open" if e.InitialCountConfirmed in kinds else "opening_count"
            status = "posted" if e.TillClosed in kinds else status
            yield LedgerSession(body.session_id, STORE, journal.terminal, TILL, body.business_date, status)


def folded(journal: Journal) -> tuple[tuple[TenderRow, ...], tuple[ProductRow, ...]]:
    """Fold the sessions with the product's own arithmetic."""
    tenders: dict[tuple[str, str], TenderTotals] = {}
    products: dict[tuple[str, str], tuple[int, int]] = {}
    for body in journal.bodies:
        if isinstance(body, e.InitialCountConfirmed):
            for counted in body.tenders:
                tenders[(body.session_id, counted.tender)] = TenderTotals(opening=counted.counted)
        for tender, totals in _takings(body).items():
            key = (getattr(body, "session_id", ""), tender)
            tenders[key] = tenders.get(key, TenderTotals()).plus(totals)
        if isinstance(body, e.Sale):
            for sku, sums in fold_products(body).items():
                quantity, gross = products.get((body.session_id, sku), (0, 0))
                products[(body.session_id, sku)] = (quantity + sums.quantity, gross + sums.gross)
    rows = tuple(TenderRow(*key, *totals) for key, totals in tenders.items())
    return rows, tuple(ProductRow(*key, *sums) for key, sums in products.items())


def _takings(body: e.EntryBody) -> Mapping[str, TenderTotals]:
    if isinstance(body, e.Sale):
        return fold_tenders(body)
    return {body.tender: fold_movement(body)} if isinstance(body, e.Movement) else {}


def closes_of(journal: Journal) -> tuple[CloseRow, ...]:
    """Return the closes as they were recorded."""
    return tuple(
        CloseRow(body.session_id, body.number, tuple(t.model_dump(mode="json") for t in body.tenders))
        for body in journal.bodies
        if isinstance(body, e.TillClosed)
    )


def reports_of(journal: Journal, sessions: Sequence[LedgerSession]) -> Reports:
    """Return what the report service folded."""
    tenders, products = folded(journal)
    shown = []
    for session in sessions:
        sold = [
            body
            for body in journal.bodies
            if isinstance(body, e.Sale) and body.session_id == session.session_id
        ]
        closed_from = "Terminal" if session.status == "posted" else None
        total = sum(sale.total for sale in sold)
        refunds = sum(is_refund(sale) for sale in sold)
        shown.append(
            ReportSession(session.session_id, session.status, closed_from, len(sold), total, refunds)
        )
    return Reports(
        sessions=tuple(shown),
        tenders=tenders,
        worths=tuple(worths_of(journal)),
        products=products,
        receipts=tuple(
            ReportReceipt(held.hash, body.session_id, body.cashier, body.total)
            for held, body in zip(journal.entries, journal.bodies, strict=True)
            if isinstance(body, e.Sale)
        ),
        terminal_products=tuple(flash_of(journal)),
        copies=tuple(CopiesRow(close.session_id, 0) for close in closes_of(journal)),
        cash_ups=closes_of(journal),
    )


def worths_of(journal: Journal) -> Iterator[WorthRow]:
    """Return what was taken in each tender, in the store's currency."""
    worth: dict[tuple[str, str], int] = {}
    for body in journal.bodies:
        for payment in body.payments if isinstance(body, e.Sale) else ():
            key = (getattr(body, "session_id", ""), payment.tender)
            worth[key] = worth.get(key, 0) + payment.worth
    return (WorthRow(*key, amount) for key, amount in worth.items())


def flash_of(journal: Journal) -> Iterator[TerminalProduct]:
    """Return what the terminal sold of each product on each date."""
    sold: dict[tuple[date, str], tuple[int, int]] = {}
    for body in journal.bodies:
        for sku, sums in fold_products(body).items() if isinstance(body, e.Sale) else ():
            key = (getattr(body, "business_date", FIRST_DAY), sku)
            quantity, gross = sold.get(key, (0, 0))
            sold[key] = (quantity + sums.quantity, gross + sums.gross)
    return (TerminalProduct(STORE, TERMINAL, *key, *sums) for key, sums in sold.items())


def money(amount: int) -> str:
    """Return an amount as paper shows it."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100:,}.{abs(amount) % 100:02}"


def paper_of(journal: Journal) -> tuple[Paper, ...]:
    """Return the tape: each receipt and report once, the first receipt a second time as a copy."""
    papers = [paper for body in journal.bodies if (paper := document(body)) is not None]
    head, *rest = papers[0].rows
    return (*papers, Paper((head, "*** DUPLICATE 1 ***", *rest)))


def document(body: e.EntryBody) -> Paper | None:
    """Return a sale or a close on paper."""
    if isinstance(body, e.Sale):
        return Paper(("Corner shop", f"Receipt     {body.number}", f"TOTAL EUR    {money(body.total)}"))
    if isinstance(body, e.TillClosed):
        figures = [
            row
            for count in body.tenders
            for row in (
                f"{count.tender}  {money(count.expected)} {money(count.counted)} {money(count.difference)}",
                f"{count.tender}      {money(count.kept)}     {money(count.moved)}",
            )
        ]
        return Paper(("CASH-UP REPORT (Z)", f"Report   {body.number}", *figures))
    return None


def stores() -> Stores:
    """Return a closed day and an open one."""
    return Stores(
        terms={STORE: (Terms(cash="cash", pieces={"cash": frozenset(EUR)}),)},
        days=(Day(STORE, FIRST_DAY, "closed", "SV1"), Day(STORE, SECOND_DAY, "open")),
        openings=(
            Opening(STORE, FIRST_DAY, MORNING),
            Opening(STORE, SECOND_DAY, MORNING + timedelta(minutes=17, seconds=30)),
        ),
        wishes=(Wish(STORE, TERMINAL, SECOND_DAY),),
    )


def world_of(journal: Journal) -> World:
    """Return the world in which everybody took this journal whole."""
    ledger = ledger_of(journal)
    folder = Terminal(STORE, TERMINAL, {KEY_ID: KEY}, tuple(journal.entries), paper_of(journal))
    reports, books = reports_of(journal, ledger.sessions), books_of(journal, ledger)
    return World((folder,), ledger, stores(), reports, books=books)


def with_terms(world: World, **changes: object) -> World:
    """Return the world of a store with other settings."""
    assert world.stores is not None
    (terms,) = world.stores.terms[STORE]
    changed = replace(terms, **changes)  # type: ignore[arg-type]
    return replace(world, stores=replace(world.stores, terms={STORE: (changed,)}))
