"""One till in memory, driven by the words of the money page through the terminal's own rules."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import get_args

from agent_shop import CARD, CASH, GOODS, NOON, cash_of, place, store_settings
from terminal_agent.core.commands import (
    Actor,
    Adjust,
    Approver,
    ConfirmCashUp,
    CountFloat,
    CountTender,
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
from terminal_agent.core.decide import decide
from terminal_agent.core.terms import terms_of
from terminal_agent.core.till import (
    Till,
    evolve,
)
from tillday_contracts.arithmetic import KeepRule, TenderTotals, moved_to_safe
from tillday_contracts.asks import CatalogueItem, Right
from tillday_contracts.denominations import STANDARD
from tillday_contracts.entries import (
    EntryBody,
    FloatMoved,
    Movement,
    Sale,
    TenderAmount,
    TenderCount,
    TillClosed,
)
from tillday_contracts.movement_entries import MovementKind
from tillday_contracts.wishes import Settings, Tender

SETTINGS = store_settings(CASH, CARD)


def dollars(rate: int) -> Tender:
    """Return foreign cash at this rate."""
    none = KeepRule(mode="move_all")
    money = {"currency": "USD", "rate": rate, "denominations": STANDARD["USD"], "keep": none}
    return Tender(tender="cash_usd", name="Dollars", kind="foreign_cash", **money)  # type: ignore[arg-type]


RIGHTS: tuple[Right, ...] = (
    "sell",
    "refund",
    "move_cash",
    "adjust",
    "open_drawer",
    "approve_difference",
    "cash_up_for_others",
)
CASHIER = Actor("CASHIER-1", frozenset(RIGHTS))
SUPERVISOR = Actor("SUPERVISOR-1", frozenset(RIGHTS))
SESSION = "5" * 32


def priced(amount: int) -> dict[str, CatalogueItem]:
    """Return one product at this price."""
    return {"ANY": GOODS["COF-01"].model_copy(update={"sku": "ANY", "price": amount, "tax_rate": 0})}


@dataclass
class TillDay:
    """A session that is opened, worked in and closed; `written` is its journal, bodies alone."""

    session_id: str = SESSION
    settings: Settings = SETTINGS
    till: Till = field(default_factory=Till)
    written: list[EntryBody] = field(default_factory=list)

    def act(self, word: str, amount: int) -> None:
        """Do what a word of the page says."""
        acts: dict[str, Callable[[int], object]] = {
            "cash": lambda due: self.pay(due, Tendered("cash", due)),
            "card": lambda due: self.pay(due, Tendered("card", due)),
            "refund": self._refund,
            "no_sale": lambda _: self.do(OpenDrawer(CASHIER, "Change for a customer")),
        }
        if word in acts:
            acts[word](amount)
            return
        kind = next((kind for kind in get_args(MovementKind) if kind == word), None)
        assert kind is not None, f"the page has an unknown act: {word}"
        self.do(Move(by=CASHIER, kind=kind, tender="cash", amount=amount, reason="As agreed"))

    def open(self, *, kept: int, wanted: int | None = None, leave: bool = False) -> None:
        """Start the till with what was kept, or with a forced float that is brought or left."""
        expected = kept if wanted is None else wanted
        forced = wanted is not None and wanted != kept
        opening = (TenderAmount(tender="cash", amount=expected),)
        left = (TenderAmount(tender="cash", amount=kept),) if forced else ()
        self.do(StartTill(CASHIER, self.session_id), opening=opening, kept=left)
        self.do(CountFloat(CASHIER, cash_of(kept if leave else expected), leave_float=leave))

    def adjust(self, corrects: str, tender: str, amount: int) -> None:
        """Settle a closed session's difference."""
        said = {"corrects": corrects, "tender": tender, "amount": amount, "reason": "Keyed as cash"}
        self.do(Adjust(by=CASHIER, allowed_by=SUPERVISOR, **said))  # type: ignore[arg-type]

    def close(self, count: int, card: int | None = None) -> TillClosed:
        """Cash up with this much cash counted; the card is counted as expected where nothing is said."""
        approver = Approver(SUPERVISOR, "Counted twice")
        self.do(StartCashUp(CASHIER))
        self.do(CountTender(CASHIER, "cash", cash_of(count), approver=approver))
        self.do(
            CountTender(CASHIER, "card", counted=self._card() if card is None else card, approver=approver)
        )
        self.do(ConfirmCashUp(CASHIER, {}))
        return next(body for body in self.written if isinstance(body, TillClosed))

    def pay(self, total: int, *handed: Tendered) -> Sale:
        """Sell one product for these payments."""
        self.do(Sell(CASHIER, (Wanted("ANY", 1),), handed, priced(total)))
        sold = self.written[-1]
        assert isinstance(sold, Sale)
        return sold

    def do(
        self,
        command: TillCommand,
        *,
        opening: tuple[TenderAmount, ...] = (),
        kept: tuple[TenderAmount, ...] = (),
    ) -> None:
        """Let the terminal decide, and write what it decides; the page tells of nothing that it refuses."""
        around = place(settings=self.settings, opening=opening, kept=kept)
        decision = decide(self.till, command, around)
        assert decision.refusal is None, decision.refusal
        for body in decision.entries:
            self.till = evolve(self.till, body, terms=terms_of(self.settings), at=NOON)
            self.written.append(body)

    def safe(self) -> int:
        """Return what this session put into the safe."""
        moved = 0
        for body in self.written:
            match body:
                case TillClosed():
                    moved += next(count.moved for count in body.tenders if count.tender == "cash")
                case FloatMoved():
                    moved -= body.amount
                case Movement():
                    moved += moved_to_safe(body)
                case _:
                    pass
        return moved

    def _refund(self, amount: int) -> None:
        sold = next(
            body for body in reversed(self.written) if isinstance(body, Sale) and body.total == amount
        )
        lines = (Wanted("ANY", 1),)
        original = Original(sold, {})
        self.do(Refund(by=CASHIER, items=priced(amount), lines=lines, of=sold.number, original=original))

    def _card(self) -> int:
        running = self.till.running
        assert running is not None
        return running.totals.get("card", TenderTotals()).expected


def counted(closed: TillClosed, tender: str) -> TenderCount:
    """Return one tender's figures at a close."""
    return next(count for count in closed.tenders if count.tender == tender)
