"""Events as the ledger announces them, made from contracts; amounts in minor units."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from tillday_contracts.arithmetic import cash_payment, price_receipt
from tillday_contracts.entries import (
    TYPE_OF,
    InitialCountConfirmed,
    ManifestMember,
    OpeningTender,
    Sale,
    SaleLine,
    TenderCount,
    TerminalOpened,
    TillClosed,
    TillStarted,
)
from tillday_contracts.ids import cash_up_number, receipt_number
from tillday_contracts.model import Fact
from tillday_contracts.till_messages import EntriesRecorded, LedgerEntry, TillSessionChanged

NAMESPACE = UUID(int=7)
EPOCH = "00000000000000a1"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
PRICES = {"TEA": ("Tea", 250, 1000), "MUG": ("Mug", 1000, 2100)}


def session_id(n: int) -> str:
    return f"{n:032x}"


class Ledger:
    """Announces what one terminal did, entry by entry, as till_service would."""

    def __init__(self, terminal: str = "T1", store: str = "S1") -> None:
        self.store, self.terminal = store, terminal
        self.seq = 0
        self.receipts = 0

    def recorded(self, *bodies: Fact, placement: str = "none", session: str | None = None) -> EntriesRecorded:
        return self.announced(*(self.entry(body, placement=placement, session=session) for body in bodies))

    def announced(self, *entries: LedgerEntry) -> EntriesRecorded:
        return EntriesRecorded(
            **self._head(f"{entries[0].hash}{entries[-1].placement}{entries[-1].session_id}"),
            store=self.store,
            terminal=self.terminal,
            entries=entries,
        )

    def entry(self, body: Fact, *, placement: str = "none", session: str | None = None) -> LedgerEntry:
        self.seq += 1
        at = NOON + timedelta(minutes=self.seq)
        return LedgerEntry.model_validate(
            {
                "epoch": EPOCH,
                "seq": self.seq,
                "hash": hashlib.sha256(f"{self.store}{self.terminal}{self.seq}".encode()).hexdigest(),
                "type": TYPE_OF[type(body)],
                "at": at,
                "recorded_at": at + timedelta(seconds=1),
                "body": body.model_dump(mode="json"),
                "placement": placement,
                "session_id": session,
            }
        )

    def changed(self, n: int, status: str, **fields: Any) -> TillSessionChanged:
        return TillSessionChanged.model_validate(
            {
                **self._head(f"{n}{status}{self.seq}"),
                "store": self.store,
                "terminal": self.terminal,
                "till": self.terminal,
                "session_id": session_id(n),
                "business_date": MONDAY,
                "status": status,
                **fields,
            }
        )

    def started(self, n: int) -> TillStarted:
        return TillStarted(
            session_id=session_id(n), till=self.terminal, business_date=MONDAY, by="CASHIER-1", expected=()
        )

    def counted(self, n: int, amount: int) -> InitialCountConfirmed:
        tender = OpeningTender(tender="cash", expected=amount, counted=amount, difference=0)
        return InitialCountConfirmed(
            session_id=session_id(n), business_date=MONDAY, by="CASHIER-1", tenders=(tender,)
        )

    def sale(self, n: int, *skus: str, paid: int | None = None) -> Sale:
        self.receipts += 1
        priced = price_receipt([_line(sku) for sku in skus])
        payment = cash_payment("cash", due=priced.total, tendered=paid or priced.total)
        return Sale(
            session_id=session_id(n),
            till=self.terminal,
            business_date=MONDAY,
            number=receipt_number(self.terminal, EPOCH, self.receipts),
            cashier="CASHIER-1",
            lines=priced.lines,
            taxes=priced.taxes,
            total=priced.total,
            payments=(payment,),
        )

    def closed(self, n: int, *, opening: int, expected: int, counted: int, kept: int) -> TillClosed:
        tender = TenderCount(
            tender="cash",
            opening=opening,
            expected=expected,
            counted=counted,
            difference=counted - expected,
            kept=kept,
            moved=counted - kept,
        )
        member = ManifestMember(terminal=self.terminal, epoch=EPOCH, to_seq=self.seq or 1, to_hash="ab" * 32)
        return TillClosed(
            session_id=session_id(n),
            till=self.terminal,
            business_date=MONDAY,
            number=cash_up_number(self.terminal, EPOCH, n),
            by="SUPERVISOR-1",
            tenders=(tender,),
            manifest=(member,),
        )

    def a_day(self, n: int = 1, *, origin: str = "back_office") -> list[EntriesRecorded | TillSessionChanged]:
        """Open, count 150.00, sell tea, then tea and a mug, close one euro short."""
        place = {"placement": "session", "session": session_id(n)}
        opened = TerminalOpened.model_validate({"business_date": MONDAY, "origin": origin})
        return [
            self.recorded(opened, self.started(n)),
            self.changed(n, "opening_count", by="CASHIER-1"),
            self.recorded(self.counted(n, 15000)),
            self.changed(n, "open", by="CASHIER-1"),
            self.recorded(self.sale(n, "TEA", paid=500), self.sale(n, "TEA", "MUG"), **place),
            self.recorded(self.closed(n, opening=15000, expected=16500, counted=16400, kept=15000)),
            self.changed(n, "closed_front", by="SUPERVISOR-1"),
        ]

    def _head(self, salt: str) -> dict[str, Any]:
        name = uuid5(NAMESPACE, f"{self.store}{self.terminal}{salt}")
        return {"message_id": name, "correlation_id": name, "causation_id": name, "occurred_at": NOON}


def _line(sku: str) -> SaleLine:
    name, price, rate = PRICES[sku]
    return SaleLine(sku=sku, name=name, quantity=1, unit_price=price, tax_rate=rate, gross=price, tax=0)
