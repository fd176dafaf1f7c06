"""The read model in memory: what the tables do with the changes of a fold, without a database."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from report_service.domain.rows import (
    Before,
    CashUpRow,
    Changes,
    Origin,
    Receipt,
    Session,
    SessionProduct,
    SessionTender,
    TerminalKey,
)
from report_service.domain.till_fold import TillEvent, fold, needs
from tillday_contracts.arithmetic import ProductTotals, TenderTotals


@dataclass
class ReadModel:
    origins: dict[TerminalKey, Origin] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    tenders: dict[SessionTender, TenderTotals] = field(default_factory=dict)
    products: dict[SessionProduct, ProductTotals] = field(default_factory=dict)
    cash_ups: dict[str, CashUpRow] = field(default_factory=dict)

    def before(self, events: Sequence[TillEvent]) -> Before:
        asked = needs(events)
        return Before(
            {key: origin for key, origin in self.origins.items() if key in asked.terminals},
            {key: session for key, session in self.sessions.items() if key in asked.sessions},
            {key: receipt.session_id for key, receipt in self.receipts.items() if key in asked.receipts},
        )

    def fold(self, events: Sequence[TillEvent]) -> None:
        self.save(fold(self.before(events), events))

    def save(self, changes: Changes) -> None:
        self.origins |= changes.origins
        self.sessions |= changes.sessions
        self.receipts |= changes.receipts
        for key, opening in changes.openings.items():
            before = self.tenders.get(key, TenderTotals())
            self.tenders[key] = TenderTotals(opening=opening, sales=before.sales, refunds=before.refunds)
        for key, totals in changes.tenders.items():
            self.tenders[key] = self.tenders.get(key, TenderTotals()).plus(totals)
        for product, sold in changes.products.items():
            before_sold = self.products.get(product, ProductTotals(sold.name, 0, 0))
            self.products[product] = ProductTotals(
                sold.name, before_sold.quantity + sold.quantity, before_sold.gross + sold.gross
            )
        for session_id, row in changes.cash_ups.items():
            self.cash_ups.setdefault(session_id, row)
