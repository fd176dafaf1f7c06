"""A till under any sequence of what people do: its figures follow a drawer that is counted beside it."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agent_shop import CASHIER, GOODS, NOON, SUPERVISOR, TODAY, approved, cash_of, place, store_settings
from terminal_agent.core.commands import (
    CancelCashUp,
    ConfirmCashUp,
    CountFloat,
    CountTender,
    DeleteReceipt,
    Move,
    Original,
    Refund,
    SaveReceipt,
    Sell,
    StartCashUp,
    StartTill,
    Tendered,
    TillCommand,
    Wanted,
)
from terminal_agent.core.decide import decide
from terminal_agent.core.pending import hand_over, save
from terminal_agent.core.receipts import Pending, in_the_way, without
from terminal_agent.core.refusal import Decision
from terminal_agent.core.terms import terms_of
from terminal_agent.core.till import (
    ClosingCount,
    Idle,
    Open,
    OpeningCount,
    Till,
    evolve,
    expected_now,
)
from terminal_agent.desk.memory import Memory, read_memory, state_rows
from tillday_contracts.entries import InitialCountConfirmed, Sale, TenderAmount, TillClosed
from tillday_contracts.movement_entries import MovementKind

STORE = store_settings(cash_rounding=5)
RECEIPTS = st.sampled_from(["a" * 32, "b" * 32])
BASKETS = st.lists(st.tuples(st.sampled_from([*GOODS, "NOPE"]), st.integers(-1, 4)), min_size=0, max_size=4)


class TillMachine(RuleBasedStateMachine):
    """`drawer` is what really lies in the drawer; people count it rightly or not."""

    def __init__(self) -> None:
        super().__init__()
        self.till = Till()
        self.drawer = 0
        self.kept = 0
        self.sessions = 0
        self.numbers: list[str] = []
        self.receipts: list[tuple[Sale, dict[str, int]]] = []
        self.pending: dict[str, Pending] = {}

    @initialize()
    def begin(self) -> None:
        self.drawer = self.kept = 15000

    def do(self, command: TillCommand) -> Decision:
        before = self.till
        opening = (TenderAmount(tender="cash", amount=self.kept),)
        decision = decide(before, command, place(settings=STORE, opening=opening, pending=self.pending))
        for body in decision.entries:
            self.till = evolve(self.till, body, terms=terms_of(STORE), at=NOON)
        if not decision.entries:
            assert decision.refusal is not None
            assert self.till == before
        return decision

    @rule()
    def start(self) -> None:
        was_idle = isinstance(self.till.phase, Idle)
        self.sessions += 1
        decision = self.do(StartTill(CASHIER, f"{self.sessions:032x}"))
        assert (decision.refusal is None) == was_idle

    @rule(error=st.sampled_from([0, 0, -500, 250]), approves=st.booleans())
    def count_float(self, error: int, approves: bool) -> None:
        was_counting = isinstance(self.till.phase, OpeningCount)
        counted = max(0, self.drawer + error)
        decision = self.do(CountFloat(CASHIER, cash_of(counted), approved() if approves else None))
        passes = was_counting and (approves or counted == self.kept)
        assert (decision.refusal is None) == passes
        if passes:
            body = decision.entries[-1]
            assert isinstance(body, InitialCountConfirmed)
            assert (body.tenders[0].approval is None) == (body.tenders[0].difference == 0)
            self.drawer = counted

    @rule(basket=BASKETS, more=st.sampled_from([-5, 0, 0, 300]))
    def sell(self, basket: list[tuple[str, int]], more: int) -> None:
        wanted = tuple(Wanted(sku, quantity) for sku, quantity in basket)
        due = sum(GOODS[sku].price * quantity for sku, quantity in basket if sku in GOODS)
        handed = (Tendered("cash", due + more),) if due + more > 0 else ()
        decision = self.do(Sell(CASHIER, wanted, handed, GOODS))
        if decision.refusal is not None:
            return
        sale = decision.entries[0]
        assert isinstance(sale, Sale)
        assert sum(line.tax for line in sale.lines) == sum(tax.tax for tax in sale.taxes)
        self.numbers.append(sale.number)
        self.drawer += sum(payment.tendered - payment.change for payment in sale.payments)
        self.receipts.append((sale, {}))

    @rule(kind=st.sampled_from(["paid_in", "paid_out", "loan", "pickup"]), amount=st.integers(-1, 16000))
    def move(self, kind: MovementKind, amount: int) -> None:
        command = Move(by=SUPERVISOR, kind=kind, tender="cash", amount=amount, reason="as agreed")
        if self.do(command).refusal is None:
            self.drawer += amount if kind in ("paid_in", "loan") else -amount
            assert self.drawer >= 0

    @precondition(lambda self: bool(self.receipts))
    @rule(data=st.data(), quantity=st.integers(0, 5))
    def refund(self, data: st.DataObject, quantity: int) -> None:
        sale, back = data.draw(st.sampled_from(self.receipts))
        sku = sale.lines[0].sku
        lines = (Wanted(sku, quantity),) if quantity else ()
        command = Refund(
            by=SUPERVISOR, items=GOODS, lines=lines, of=sale.number, original=Original(sale, back)
        )
        decision = self.do(command)
        if decision.refusal is not None:
            return
        mirror = decision.entries[0]
        assert isinstance(mirror, Sale)
        self.numbers.append(mirror.number)
        self.drawer -= sum(payment.change - payment.tendered for payment in mirror.payments)
        for line in mirror.lines:
            back[line.sku] = back.get(line.sku, 0) - line.quantity
            assert back[line.sku] <= sum(sold.quantity for sold in sale.lines if sold.sku == line.sku)

    @rule(receipt=RECEIPTS, quantity=st.integers(0, 3))
    def tap(self, receipt: str, quantity: int) -> None:
        lines = (Wanted("COF-01", quantity),)
        command = SaveReceipt(by=CASHIER, receipt=receipt, lines=lines, items=GOODS)
        kept = save(self.till, command, place(settings=STORE, pending=self.pending), at=NOON)
        assert isinstance(kept, Pending) == (isinstance(self.till.phase, Open) and quantity > 0)
        if isinstance(kept, Pending):
            self.pending[receipt] = kept

    @rule(receipt=RECEIPTS)
    def finish(self, receipt: str) -> None:
        known = self.pending.get(receipt)
        due = known.total if known is not None else 160
        lines = known.wanted if known is not None else (Wanted("COF-01", 1),)
        decision = self.do(Sell(CASHIER, lines, (Tendered("cash", due),), GOODS, receipt=receipt))
        assert (decision.refusal is None) == (known is not None and isinstance(self.till.phase, Open))
        if decision.refusal is None:
            sale = decision.entries[0]
            assert isinstance(sale, Sale)
            self.numbers.append(sale.number)
            self.drawer += due
            self.pending = dict(without(self.pending, receipt))

    @rule(receipt=RECEIPTS)
    def hand_on(self, receipt: str) -> None:
        handed = hand_over(self.till, receipt, CASHIER, self.pending)
        if isinstance(handed, Pending):
            self.pending[receipt] = handed

    @rule(receipt=RECEIPTS)
    def delete(self, receipt: str) -> None:
        was_there = receipt in self.pending
        assert (self.do(DeleteReceipt(CASHIER, receipt, SUPERVISOR)).refusal is None) == was_there
        self.pending = dict(without(self.pending, receipt))

    @rule()
    def start_cash_up(self) -> None:
        phase = self.till.phase
        may = isinstance(phase, Open) and not in_the_way(self.pending, phase.session.session_id)
        assert (self.do(StartCashUp(SUPERVISOR)).refusal is None) == may

    @invariant()
    def no_session_is_counted_while_a_receipt_of_it_waits(self) -> None:
        phase = self.till.phase
        if isinstance(phase, ClosingCount):
            assert not in_the_way(self.pending, phase.session.session_id)

    @rule()
    def cancel(self) -> None:
        phase = self.till.phase
        may = isinstance(phase, ClosingCount) and not phase.confirmed
        assert (self.do(CancelCashUp(CASHIER)).refusal is None) == may

    @rule(error=st.sampled_from([0, 0, -100]), approves=st.booleans())
    def count_cash(self, error: int, approves: bool) -> None:
        counted = max(0, self.drawer + error)
        decision = self.do(
            CountTender(CASHIER, "cash", cash_of(counted), None, approved() if approves else None)
        )
        if decision.refusal is None:
            self.drawer = counted

    @rule()
    def confirm(self) -> None:
        decision = self.do(ConfirmCashUp(CASHIER, {}))
        if decision.refusal is not None:
            return
        body = decision.entries[0]
        assert isinstance(body, TillClosed)
        cash = body.tenders[0]
        assert cash.counted == cash.kept + cash.moved == self.drawer
        assert cash.difference == cash.counted - cash.expected
        assert 0 <= cash.kept <= cash.counted
        self.drawer = self.kept = cash.kept

    @invariant()
    def the_drawer_holds_what_is_expected_while_the_till_sells(self) -> None:
        if isinstance(self.till.phase, Open):
            assert [part.amount for part in expected_now(self.till)] == [self.drawer]

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        assert [int(number.rpartition("-")[2]) for number in self.numbers] == list(
            range(1, len(self.numbers) + 1)
        )

    @invariant()
    def what_is_stored_is_what_is_known(self) -> None:
        assert read_memory(state_rows(Memory(till=self.till)), [], []).till == self.till

    @invariant()
    def a_session_keeps_its_date(self) -> None:
        session = self.till.session
        assert session is None or session.business_date == TODAY


TestTillMachine = TillMachine.TestCase
TestTillMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_the_machine_notices_a_drawer_that_does_not_follow() -> None:
    machine = TillMachine()
    machine.begin()
    machine.start()
    machine.count_float(0, approves=False)
    machine.drawer -= 1

    with pytest.raises(AssertionError):
        machine.the_drawer_holds_what_is_expected_while_the_till_sells()
