"""A small consistent world for the checker: two days at one terminal; journal, ledger, reports, paper agree.

The folded tables are made with the product's own arithmetic, so that the checker's is compared with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from tillday_checker.world import (
    AdjustmentRow,
    CloseRow,
    CopiesRow,
    Day,
    HeldEntry,
    Ledger,
    LedgerRow,
    LedgerSession,
    MovementRow,
    Opening,
    Paper,
    Position,
    ProductRow,
    ReportReceipt,
    Reports,
    ReportSession,
    SafeRow,
    SaleRow,
    Stores,
    Stream,
    TenderRow,
    Terminal,
    TerminalProduct,
    Terms,
    Wish,
    World,
    WorthRow,
)
from tillday_contracts import entries as e
from tillday_contracts.arithmetic import (
    TenderTotals,
    cash_payment,
    fold_movement,
    fold_products,
    fold_tenders,
    is_refund,
    moved_to_safe,
    price_receipt,
)
from tillday_contracts.denominations import STANDARD, DenominationCount
from tillday_contracts.ids import ZERO_HASH, cash_up_number, receipt_number
from tillday_contracts.journal import chain_hash

STORE, TERMINAL, TILL = "S1", "T1", "T1-A"
EPOCH, KEY_ID, KEY = "5f0c3a9d17e2b846", "c3d2e1f0a9b8c7d6", b"k" * 32
FIRST_DAY, SECOND_DAY = date(2026, 3, 14), date(2026, 3, 15)
FIRST, SECOND = "a" * 32, "b" * 32
MORNING = datetime(2026, 3, 14, 7, tzinfo=UTC)
EUR = [piece.value for piece in STANDARD["EUR"]]


def pieces(amount: int) -> tuple[DenominationCount, ...]:
    """Return an amount in as few coins and notes as possible."""
    counted = []
    for value in sorted(EUR, reverse=True):
        quantity, amount = divmod(amount, value)
        if quantity:
            counted.append(DenominationCount(value=value, quantity=quantity))
    return tuple(counted)


def priced(*items: tuple[str, int, int]) -> Mapping[str, object]:
    """Return a receipt's lines, taxes and total for (sku, quantity, price) at 19 %."""
    lines = [
        e.SaleLine(sku=sku, name=sku, quantity=n, unit_price=price, tax_rate=1900, gross=n * price, tax=0)
        for sku, n, price in items
    ]
    receipt = price_receipt(lines)
    paid = (cash_payment("cash", due=receipt.total, tendered=receipt.total + 80),) if receipt.total else ()
    return {"lines": receipt.lines, "taxes": receipt.taxes, "total": receipt.total, "payments": paid}


def approval(session: str, count: str, *, expected: int, counted: int) -> e.Approval:
    """Return a supervisor's word on one difference."""
    subject = e.approval_subject(
        session_id=session, count=count, tender="cash", expected=expected, counted=counted
    )
    return e.Approval(by="SV1", reason="Coin lost", difference=counted - expected, subject=subject)


@dataclass
class Journal:
    """A terminal's journal as it is written, entry by entry, chained with its key."""

    epoch: str = EPOCH
    entries: list[HeldEntry] = field(default_factory=list)
    bodies: list[e.EntryBody] = field(default_factory=list)
    receipts: int = 0
    cash_ups: int = 0

    def write(self, body: e.EntryBody, **changes: object) -> HeldEntry:
        """Append a body; `changes` alter its envelope."""
        seq = len(self.entries) + 1
        envelope = e.Envelope(
            store=STORE,
            terminal=TERMINAL,
            epoch=self.epoch,
            seq=seq,
            boot_no=1,
            type=e.TYPE_OF[type(body)],
            at=MORNING + timedelta(minutes=seq),
            mono_ms=seq,
            body=body.model_dump(mode="json"),
        ).model_copy(update=changes)
        data = e.encode_entry(envelope)
        prev = self.entries[-1].hash if self.entries else ZERO_HASH
        held = HeldEntry(self.epoch, seq, prev, chain_hash(KEY, prev, data), data, acknowledged=True)
        self.entries.append(held)
        self.bodies.append(body)
        return held

    def open_till(
        self, session: str, day: date, *, expected: int, counted: int, float_moved: e.FloatMoved | None = None
    ) -> None:
        """Take the date, start the till and confirm its opening count."""
        self.write(e.TerminalOpened(business_date=day, origin="back_office", desired_rev=1))
        asked = (e.TenderAmount(tender="cash", amount=expected),)
        self.write(e.TillStarted(session_id=session, till=TILL, business_date=day, by="C1", expected=asked))
        said = {"session_id": session, "by": "C1", "denominations": pieces(counted)}
        amounts = {"tender": "cash", "expected": expected, "counted": counted}
        self.write(e.CountAttempted.model_validate({**said, **amounts, "count": "initial"}))
        if float_moved is not None:
            self.write(float_moved)
        found = e.OpeningTender.model_validate(
            {**amounts, "difference": counted - expected, "denominations": pieces(counted)}
        )
        self.write(e.InitialCountConfirmed(session_id=session, business_date=day, by="C1", tenders=(found,)))

    def sell(self, session: str, day: date, *items: tuple[str, int, int], **changes: object) -> e.Sale:
        """Sell and print."""
        self.receipts += 1
        number = receipt_number(TERMINAL, self.epoch, self.receipts)
        named = {"session_id": session, "till": TILL, "business_date": day, "number": number, "cashier": "C1"}
        sale = e.Sale.model_validate({**named, **priced(*items), **changes})
        held = self.write(sale)
        self.write(e.Printed(document=sale.number, entry=held.hash))
        return sale

    def close_till(self, session: str, day: date, *tenders: e.TenderCount) -> e.TillClosed:
        """Count every tender, close and print the report."""
        self.write(e.CashUpStarted(session_id=session, by="C1"))
        for tender in tenders:
            counted = tender.model_dump(exclude={"opening", "kept", "moved"})
            self.write(e.TenderConfirmed.model_validate({"session_id": session, "by": "C1", **counted}))
        self.cash_ups += 1
        covered = self.entries[-1]
        member = e.ManifestMember(
            terminal=TERMINAL, epoch=self.epoch, to_seq=covered.seq, to_hash=covered.hash
        )
        closed = e.TillClosed(
            session_id=session,
            till=TILL,
            business_date=day,
            number=cash_up_number(TILL, self.epoch, self.cash_ups),
            by="C1",
            tenders=tenders,
            manifest=(member,),
        )
        held = self.write(closed)
        self.write(e.Printed(document=closed.number, entry=held.hash))
        return closed


def two_days() -> Journal:
    """Write a closed day with an approved shortage and a running second day."""
    journal = Journal()
    journal.write(e.Genesis(key_id=KEY_ID))
    journal.write(e.Boot(nonce="0" * 32, version="0.1.0"))
    journal.open_till(FIRST, FIRST_DAY, expected=15_000, counted=15_000)
    journal.sell(FIRST, FIRST_DAY, ("APPLE", 3, 199), ("BREAD", 1, 250))
    journal.sell(FIRST, FIRST_DAY, ("APPLE", 1, 199))
    shortage = approval(FIRST, "cash_up", expected=16_046, counted=16_036)
    counted = e.TenderCount(
        tender="cash",
        opening=15_000,
        expected=16_046,
        counted=16_036,
        difference=-10,
        kept=15_000,
        moved=1_036,
        denominations=pieces(16_036),
        approval=shortage,
    )
    journal.close_till(FIRST, FIRST_DAY, counted)
    journal.write(e.Attested(business_date=FIRST_DAY, revision=2))
    journal.write(e.TerminalClosed(business_date=FIRST_DAY, desired_rev=3))
    journal.open_till(SECOND, SECOND_DAY, expected=15_000, counted=15_000)
    journal.sell(SECOND, SECOND_DAY, ("BREAD", 2, 250))
    return journal


def ledger_of(journal: Journal) -> Ledger:
    """Return the ledger that took the whole journal."""
    rows, sales, movements = [], [], []
    for place, (held, body) in enumerate(zip(journal.entries, journal.bodies, strict=True)):
        sold = isinstance(body, e.Sale | e.Movement | e.FloatMoved | e.Adjustment)
        session = getattr(body, "session_id", None)
        rows.append(
            LedgerRow(
                STORE,
                TERMINAL,
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
        positions=tuple(Position(STORE, TERMINAL, row.epoch, row.seq, row.hash) for row in rows),
        streams=(Stream(STORE, TERMINAL, journal.epoch, head.seq, head.hash),),
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
            status = "closed_front" if e.TillClosed in kinds else status
            yield LedgerSession(body.session_id, STORE, TERMINAL, TILL, body.business_date, status)


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
    rows = tuple(TenderRow(*key, *astuple(totals)) for key, totals in tenders.items())
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
        closed_from = "Terminal" if session.status == "closed_front" else None
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
    return World((folder,), ledger, stores(), reports_of(journal, ledger.sessions))


def with_terms(world: World, **changes: object) -> World:
    """Return the world of a store with other settings."""
    assert world.stores is not None
    (terms,) = world.stores.terms[STORE]
    changed = replace(terms, **changes)  # type: ignore[arg-type]
    return replace(world, stores=replace(world.stores, terms={STORE: (changed,)}))
