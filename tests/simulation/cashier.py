"""What people do at a till in a simulated day: every kind of money, by the terminal's own rules."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from simulation.memory_terminal import MemoryTerminal
from simulation.people import APPROVER, CASHIER, SUPERVISOR
from terminal_agent.core.commands import (
    Adjust,
    ConfirmCashUp,
    CountFloat,
    CountTender,
    JoinTill,
    LeaveTill,
    Move,
    OpenDrawer,
    Original,
    Refund,
    Sell,
    StartCashUp,
    StartTill,
    Tendered,
    TillCommand,
    Wanted,
)
from terminal_agent.core.till import ClosingCount, Idle, Joined, Open, OpeningCount, amount_of
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.denominations import DenominationCount
from tillday_contracts.movement_entries import MovementKind

ITEMS: Final = {
    sku: CatalogueItem(sku=sku, name=sku.title(), price=price, tax_rate=1000)
    for sku, price in (("COFFEE", 210), ("CAKE", 415), ("WATER", 0))
}


class Cashier:
    """The people at one terminal. `work` does one random thing that the terminal allows.

    `others` are the tills that they may sell into as guests.
    """

    def __init__(self, terminal: MemoryTerminal, chance: random.Random, others: tuple[str, ...] = ()) -> None:
        self.terminal = terminal
        self._chance = chance
        self._others = others
        self._closed: list[str] = []

    def work(self) -> None:
        """Do what comes next: open or cash up the till where it is time, else serve a customer."""
        phase = self.terminal.till.phase
        stands_in_the_way = self.terminal.outcome().code
        if isinstance(phase, ClosingCount) or (phase.kind == "open" and stands_in_the_way == "cash_up_first"):
            self.cash_up()
        elif isinstance(phase, Joined):
            self._help_out(may_sell=stands_in_the_way == "sell")
        elif isinstance(phase, Idle) and self._others and self._chance.random() < 0.5:
            self._join()
        elif isinstance(phase, Idle | OpeningCount):
            self.open_till()
        else:
            self._serve()

    def _join(self) -> None:
        """Ask to sell into another till; after a while give up asking."""
        if self.terminal.disk.terminal.asked is None:
            self._do(JoinTill(CASHIER, self._chance.choice(self._others)))
        elif self._chance.random() < 0.3:
            self._do(LeaveTill(CASHIER))

    def _help_out(self, *, may_sell: bool) -> None:
        """Serve as a guest; now and then go back."""
        if self._chance.random() < (0.05 if may_sell else 0.3):
            self._do(LeaveTill(CASHIER))
        else:
            self._serve()

    def open_till(self) -> None:
        """Start a session and count what it expects; a forced float is brought first, or left as it is."""
        if isinstance(self.terminal.till.phase, Idle):
            self._do(StartTill(CASHIER, f"{self._chance.getrandbits(128):032x}"))
        phase = self.terminal.till.phase
        if not isinstance(phase, OpeningCount):
            return
        leave = bool(phase.kept) and self._chance.random() < 0.3
        lies_there = phase.kept if leave else phase.expected
        notes = _pieces(max(0, amount_of(lies_there, "cash")), 1)
        dollars = {"cash_usd": _pieces(max(0, amount_of(lies_there, "cash_usd")), 100)}
        self._do(CountFloat(CASHIER, notes, APPROVER, foreign=dollars, leave_float=leave))

    def _serve(self) -> None:
        """Sell mostly; now and then refund, move money, adjust, or open the drawer."""
        acts: list[Callable[[], TillCommand | None]] = [self._sale] * 6
        acts += [self._refund, self._movement, self._movement, self._adjustment, self._no_sale]
        command = self._chance.choice(acts)() or self._sale()
        if self._do(command) and isinstance(command, Sell | Refund):
            self.terminal.print_last()

    def cash_up(self, *, missing: int = 0) -> None:
        """Count the drawer, `missing` minor units short, confirm the other tenders, and close the till.

        Where guests sold into it, what they brought is asked first, and somebody goes on counting later.
        """
        running = self.terminal.till.running
        if running is None:
            return
        if isinstance(self.terminal.till.phase, Open):
            self._do(StartCashUp(CASHIER))
            if self.terminal.has_guests and self.terminal.is_online:
                self.terminal.ask_totals()
                return
        expected = {tender: totals.expected for tender, totals in running.totals.items()}
        cash = _pieces(max(0, expected.get("cash", 0) - missing), 1)
        self._do(CountTender(CASHIER, "cash", cash, approver=APPROVER))
        dollars = _pieces(max(0, expected.get("cash_usd", 0)), 100)
        self._do(CountTender(CASHIER, "cash_usd", dollars, approver=APPROVER))
        for tender in ("card", "voucher"):
            self._do(CountTender(CASHIER, tender, counted=expected.get(tender, 0)))
        if self._do(ConfirmCashUp(CASHIER, {})):
            self._closed.append(running.session.session_id)

    def change_shifts(self, *, missing: int) -> None:
        """Cash up and begin the next session."""
        self.cash_up(missing=missing)
        self.open_till()

    def _do(self, command: TillCommand) -> bool:
        return self.terminal.do(command) is None

    def _sale(self) -> Sell:
        wanted = tuple(
            Wanted(sku, self._chance.randint(1, 3)) for sku in self._chance.sample(sorted(ITEMS), 2)
        )
        due = sum(ITEMS[want.sku].price * want.quantity for want in wanted)
        discount = self._chance.choice((0, 0, due // 10))
        return Sell(CASHIER, wanted, self._payments(due - discount), ITEMS, discount=discount)

    def _payments(self, due: int) -> tuple[Tendered, ...]:
        """Wholly or half by card or voucher, or none; the rest in cash, the store's or foreign."""
        if not due:
            return ()
        other = Tendered(self._chance.choice(("card", "voucher")), self._chance.choice((0, 0, due // 2, due)))
        rest = due - other.amount
        if not rest:
            return (other,)
        may_change = self._cash() >= 100
        cash = Tendered("cash", rest + self._chance.choice((0, 85)) * may_change)
        if may_change and self._chance.random() < 0.2:
            cash = Tendered("cash_usd", 100 * (rest // 90 + 1))
        return (other, cash) if other.amount else (cash,)

    def _refund(self) -> Refund | None:
        """Give back a receipt of this session, if one is left that was not."""
        bodies = [body for _, body in self.terminal.sales]
        refunded = {body.refund_of for body in bodies}
        left = [body for body in bodies if body.total > 0 and body.number not in refunded]
        if not left or self._cash() < left[-1].total:
            return None
        return Refund(by=CASHIER, items=ITEMS, of=left[-1].number, original=Original(left[-1], {}))

    def _movement(self) -> Move | None:
        kinds: tuple[MovementKind, ...] = ("paid_in", "paid_out", "loan", "pickup")
        kind = self._chance.choice(kinds)
        amount = self._chance.randint(1, 2_000)
        if kind in ("paid_out", "pickup") and self._cash() < amount:
            return None
        return Move(by=CASHIER, kind=kind, tender="cash", amount=amount, reason="simulated")

    def _adjustment(self) -> Adjust | None:
        if not self._closed or isinstance(self.terminal.till.phase, Joined):
            return None
        amount = self._chance.choice((-150, 150))
        corrects, reason = self._closed[-1], "keyed wrongly"
        return Adjust(
            by=CASHIER, corrects=corrects, tender="cash", amount=amount, reason=reason, allowed_by=SUPERVISOR
        )

    def _no_sale(self) -> OpenDrawer:
        return OpenDrawer(CASHIER, "change for a customer")

    def _cash(self) -> int:
        """What the terminal knows to be in the drawer; a guest knows of its own part alone."""
        phase = self.terminal.till.phase
        totals = phase.totals if isinstance(phase, Open | ClosingCount | Joined) else {}
        return totals["cash"].expected if "cash" in totals else 0


def _pieces(amount: int, value: int) -> tuple[DenominationCount, ...]:
    assert amount % value == 0
    return (DenominationCount(value=value, quantity=amount // value),) if amount else ()
