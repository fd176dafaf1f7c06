"""A day with every kind of money, as the ledger announces it: one terminal, amounts in minor units."""

from typing import Any

from tillday_contracts.entries import Movement, Payment, Printed, Sale
from tillday_contracts.ids import receipt_number
from tillday_contracts.till_messages import EntriesRecorded, LedgerEntry, TillSessionChanged
from unit.report_service.ledger_events import EPOCH, MONDAY, Ledger, session_id

RATE = 920_000


class Shop(Ledger):
    """A terminal whose customers pay in every way, and whose money moves without a sale."""

    def paid(self, n: int, *skus: str, payments: tuple[Payment, ...], **fields: Any) -> Sale:
        sale = self.sale(n, *skus)
        paid = {**sale.model_dump(), "payments": [payment.model_dump() for payment in payments], **fields}
        return Sale.model_validate(paid)

    def refund(self, n: int, sku: str) -> Sale:
        """Give the money for one piece back in cash."""
        sale = self.sale(n, sku)
        back = {
            **sale.model_dump(),
            "lines": [
                {**line.model_dump(), "quantity": -1, "gross": -line.gross, "tax": -line.tax}
                for line in sale.lines
            ],
            "taxes": [{**tax.model_dump(), "gross": -tax.gross, "tax": -tax.tax} for tax in sale.taxes],
            "total": -sale.total,
            "payments": [
                Payment(tender="cash", tendered=0, change=sale.total, amount=-sale.total).model_dump()
            ],
            "refund_of": receipt_number(self.terminal, EPOCH, 1),
        }
        return Sale.model_validate(back)

    def movement(self, n: int, kind: str, amount: int, tender: str = "cash") -> Movement:
        return Movement.model_validate(
            {
                "session_id": session_id(n),
                "till": self.terminal,
                "business_date": MONDAY,
                "kind": kind,
                "tender": tender,
                "amount": amount,
                "reason": "asked for",
                "by": "CASHIER-1",
            }
        )

    def copy_printed(self, close: LedgerEntry, copy_no: int) -> EntriesRecorded:
        """Tell that the report of a close came out of the printer again."""
        number = str(close.body["number"])
        return self.recorded(Printed(document=number, entry=close.hash, copy_no=copy_no))

    def a_day_of_money(self, n: int = 1) -> list[EntriesRecorded | TillSessionChanged]:
        """Open with 150.00, sell for cash, card and dollars, refund a tea, move money, close."""
        place = {"placement": "session", "session": session_id(n)}
        dollars = (
            Payment(tender="cash_usd", tendered=2000, change=0, amount=2000, rate=RATE, value=1840),
            Payment(tender="cash", tendered=0, change=590, amount=-590),
        )
        halves = (
            Payment(tender="card", tendered=600, amount=600),
            Payment(tender="cash", tendered=400, amount=400),
        )
        money = [
            self.sale(n, "TEA"),
            self.paid(n, "MUG", payments=halves),
            self.paid(n, "MUG", "TEA", payments=dollars),
            self.refund(n, "TEA"),
            self.movement(n, "paid_in", 500),
            self.movement(n, "paid_out", 120),
            self.movement(n, "loan", 2000),
            self.movement(n, "pickup", 900),
        ]
        close = self.entry(self.closed(n, opening=15000, expected=16290, counted=16290, kept=15000))
        return [
            self.recorded(self.started(n)),
            self.changed(n, "opening_count", by="CASHIER-1"),
            self.recorded(self.counted(n, 15000)),
            self.changed(n, "open", by="CASHIER-1"),
            *(self.recorded(body, **place) for body in money),
            self.announced(close),
            self.changed(n, "closed_front", by="SUPERVISOR-1"),
            self.copy_printed(close, 1),
            self.copy_printed(close, 2),
        ]
