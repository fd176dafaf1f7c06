"""What happens at a counter beside selling: a refund, money in and out, the drawer opened, an X report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from terminal_agent.hardware.virtual_drawer import VirtualDrawer
from tillday_local.day.plan import PlannedSale, TerminalPlan
from tillday_local.day.tally import Tally
from tillday_local.demo_store import SUPERVISOR
from tillday_local.store_content import StoreContent

Post = Callable[[str, dict[str, Any], str], Any]
"""Posts to the terminal until it answers: path, body, idempotency key."""

# Pieces that come in are real ones; what goes out the drawer chooses. Minor units.
COMES_IN: Final[Mapping[str, tuple[dict[int, int], str]]] = {
    "paid_in": ({1000: 1, 500: 2}, "Deposit for the catering plates"),
    "loan": ({500: 4, 100: 10}, "Change from the safe"),
}
GOES_OUT: Final[Mapping[str, tuple[int, str]]] = {
    "paid_out": (350, "Milk from the corner shop"),
    "pickup": (2000, "Notes to the safe"),
}


class Errands:
    """The errands of one terminal; `post` acts there, `note` hears what happened."""

    def __init__(
        self,
        plan: TerminalPlan,
        content: StoreContent,
        drawer: VirtualDrawer,
        *,
        post: Post,
        note: Callable[[str, str], None],
    ) -> None:
        self._plan = plan
        self._content = content
        self._drawer = drawer
        self._post = post
        self._note = note
        self._allowed_by = {"person": SUPERVISOR, "pin": content.pins[SUPERVISOR]}

    async def run(self, tally: Tally, numbers: Mapping[int, str], key: str) -> None:
        """Do all of them once; `numbers` are the receipts of the sales, `key` makes repeats harmless."""
        await self._refund(tally, numbers, key)
        for kind, (pieces, reason) in COMES_IN.items():
            amount = sum(value * quantity for value, quantity in pieces.items())
            await self._move(kind, amount, reason, key)
            self._drawer.put(pieces)
        for kind, (amount, reason) in GOES_OUT.items():
            await self._move(kind, amount, reason, key)
            self._drawer.take_out(amount)
        await self._post("/api/v1/drawer/open", {"reason": "Change for a customer"}, f"{key}-drawer")
        await self._post("/api/v1/x-report/print", {}, f"{key}-x")
        self._note(self._plan.terminal, "a refund, paid in, paid out, loan, pickup, no sale, X report")

    async def _refund(self, tally: Tally, numbers: Mapping[int, str], key: str) -> None:
        """The first customer who paid in cash brings everything back."""
        found = next((n for n, sale in enumerate(self._plan.sales, 1) if _is_cash(sale)), None)
        if found is None:
            return
        sale = self._plan.sales[found - 1]
        body = {"of": numbers[found], "allowed_by": self._allowed_by}
        await self._post("/api/v1/refunds", body, f"{key}-refund")
        self._drawer.give_change(sale.due)
        tally.take_back(sale, self._content.prices, {"cash": sale.due})

    async def _move(self, kind: str, amount: int, reason: str, key: str) -> None:
        body = {
            "kind": kind,
            "tender": "cash",
            "amount": amount,
            "reason": reason,
            "allowed_by": self._allowed_by,
        }
        await self._post("/api/v1/movements", body, f"{key}-{kind}")


def _is_cash(sale: PlannedSale) -> bool:
    return sale.due > 0 and sale.pays in ("notes", "exact")
