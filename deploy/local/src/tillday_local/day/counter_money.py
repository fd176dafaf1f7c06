"""Paying at a counter: which pieces a customer lays down, and what the drawer really gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from terminal_agent.hardware.coins import CannotMakeAmount, add, make_amount, worth
from terminal_agent.hardware.virtual_drawer import VirtualDrawer
from tillday_contracts.denominations import Denomination
from tillday_local.day.customer import exactly, with_notes
from tillday_local.day.plan import PlannedSale
from tillday_local.day.stuck import DayStuck
from tillday_local.demo_store import DOLLARS, NOTE, WORTH

LARGEST_VOUCHER: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Paying:
    """How one receipt is paid; `due` is the part in cash, `tendered` the pieces on the counter."""

    card: int
    voucher: int
    due: int
    tendered: dict[int, int]
    dollars: int = 0

    def taken(self) -> dict[str, int]:
        """Return what each tender takes, net of change."""
        if self.dollars:
            return {"cash": self.due - WORTH, DOLLARS.tender: self.dollars}
        amounts = {"cash": self.due, "card": self.card, "voucher": self.voucher}
        return {tender: amount for tender, amount in amounts.items() if amount}

    def payments(self) -> list[dict[str, Any]]:
        """Return the payments as the terminal's API takes them."""
        if self.dollars:
            return [{"tender": DOLLARS.tender, "tendered": self.dollars}]
        tendered = self.taken() | ({"cash": worth(self.tendered)} if self.due else {})
        return [{"tender": tender, "tendered": amount} for tender, amount in tendered.items()]


class CounterMoney:
    """The drawer of one till with its compartment for dollars. `name` is said where its change is wrong."""

    def __init__(self, drawer: VirtualDrawer, pieces: tuple[Denomination, ...], name: str) -> None:
        self.drawer = drawer
        self.dollars = drawer.beside("dollars")
        self._pieces = pieces
        self._name = name

    def paying(self, sale: PlannedSale) -> Paying:
        """Return how a sale is paid, as far as the drawer can give change for it."""
        if sale.pays == "dollars" and self._can_give(WORTH - sale.due):
            return Paying(card=0, voucher=0, due=sale.due, tendered={}, dollars=NOTE)
        card = sale.due if sale.pays == "card" else 0
        voucher = min(sale.due, LARGEST_VOUCHER) if sale.pays == "voucher" else 0
        due = sale.due - card - voucher
        tendered = self._tendered(due, exact=sale.pays != "notes")
        return Paying(card=card, voucher=voucher, due=due, tendered=tendered)

    def _tendered(self, due: int, *, exact: bool) -> dict[int, int]:
        """Return the customer's pieces: notes where the drawer can give the change, else the exact amount."""
        if not due:
            return {}
        notes = with_notes(due)
        try:
            make_amount(add(self.drawer.count(), notes), worth(notes) - due)
        except CannotMakeAmount:
            exact = True
        return exactly(due, self._pieces) if exact else notes

    def _can_give(self, amount: int) -> bool:
        try:
            make_amount(self.drawer.count(), amount)
        except CannotMakeAmount:
            return False
        return True

    def settle(self, paying: Paying, told: int) -> None:
        """Move the pieces; raises DayStuck where the change is not what the terminal `told`."""
        if paying.dollars:
            self.dollars.put({paying.dollars: 1})
            change = worth(self.drawer.give_change(WORTH - paying.due))
        else:
            change = worth(self.drawer.sell(paying.due, paying.tendered)) if paying.due else 0
        if change != told:
            raise DayStuck(f"{self._name}: change {told}, but the drawer gave {change}")
