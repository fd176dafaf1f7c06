"""The read model in memory: what the tables do with the changes of a fold, without a database."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from report_service.domain.rows import (
    Before,
    CashUpRow,
    Changes,
    JournalKey,
    Opening,
    PlacedMovement,
    Position,
    Receipt,
    Session,
    SessionGuest,
    SessionProduct,
    SessionTender,
    Sold,
    Takings,
    TerminalKey,
    TerminalProduct,
)
from report_service.domain.till_fold import TillEvent, fold, needs


@dataclass
class ReadModel:
    openings: dict[TerminalKey, Opening] = field(default_factory=dict)
    positions: dict[JournalKey, Position] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    movements: dict[str, PlacedMovement] = field(default_factory=dict)
    takings: dict[SessionTender, Takings] = field(default_factory=dict)
    products: dict[SessionProduct, Sold] = field(default_factory=dict)
    terminal_products: dict[TerminalProduct, Sold] = field(default_factory=dict)
    cash_ups: dict[str, CashUpRow] = field(default_factory=dict)
    guests: dict[SessionGuest, bool] = field(default_factory=dict)

    def before(self, events: Sequence[TillEvent]) -> Before:
        asked = needs(events)
        placed: dict[str, Receipt | PlacedMovement] = {**self.receipts, **self.movements}
        return Before(
            {key: opening for key, opening in self.openings.items() if key in asked.terminals},
            {key: session for key, session in self.sessions.items() if key in asked.sessions},
            {key: one.session_id for key, one in placed.items() if key in asked.entries},
        )

    def fold(self, events: Sequence[TillEvent]) -> None:
        self.save(fold(self.before(events), events))

    def save(self, changes: Changes) -> None:
        self.openings |= changes.openings
        self.sessions |= changes.sessions
        for entry in changes.withdrawn:
            self.receipts.pop(entry, None)
            self.movements.pop(entry, None)
        self.receipts |= changes.receipts
        self.movements |= changes.movements
        self.guests |= changes.guests
        for journal, position in changes.positions.items():
            known = self.positions.get(journal, position)
            self.positions[journal] = replace(known, seq=max(known.seq, position.seq))
        for key, opening in changes.counted.items():
            before = self.takings.get(key, Takings())
            self.takings[key] = replace(before, totals=before.totals._replace(opening=opening))
        for key, taken in changes.takings.items():
            self.takings[key] = self.takings.get(key, Takings()).plus(taken)
        for product, sold in changes.products.items():
            self.products[product] = self.products.get(product, Sold(sold.name)).plus(sold)
        for at, sold in changes.terminal_products.items():
            self.terminal_products[at] = self.terminal_products.get(at, Sold(sold.name)).plus(sold)
        for session_id, row in changes.cash_ups.items():
            self.cash_ups.setdefault(session_id, row)
        for session_id, row in self.cash_ups.items():
            copies = max(row.copies, changes.copies.get(row.entry, 0))
            self.cash_ups[session_id] = replace(row, copies=copies)
