"""A till that two terminals share, under any sequence of what people and cables do.

What really lies in the one drawer is counted beside it: every difference of the host's counts is money of a
guest that nobody could tell the host of, and nothing else.
"""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agent_guests import at_guest, told
from agent_shop import CASHIER, GOODS, TODAY, after, approved, cash_of, place, selling
from terminal_agent.core.chain import Head
from terminal_agent.core.commands import (
    CancelCashUp,
    ConfirmCashUp,
    CountFloat,
    CountTender,
    JoinTill,
    LeaveTill,
    StartCashUp,
    StartTill,
    TakeGuests,
    TillCommand,
)
from terminal_agent.core.decide import decide
from terminal_agent.core.guest import Here, comes_or_goes, open_at_host
from terminal_agent.core.refusal import Decision, Refusal
from terminal_agent.core.terminal import Terminal, evolve_terminal
from terminal_agent.core.till import ClosingCount, Idle, Joined, Open, Till, expected_now, state_of
from terminal_agent.desk.memory import Memory, read_memory, state_rows
from tillday_contracts.entries import (
    EntryBody,
    InitialCountConfirmed,
    Position,
    Sale,
    TenderAmount,
    TillClosed,
    TillJoined,
)
from tillday_contracts.sharing_entries import GuestTender, GuestTotals

AT_GUEST = Position(epoch="e" * 16, seq=9, hash="f" * 64)
NOT_NOW = Refusal("host_counts", "The till is not named open: start no receipt.")
BASKETS = st.lists(st.tuples(st.sampled_from([*GOODS]), st.integers(1, 3)), min_size=1, max_size=2)


class SharedTillMachine(RuleBasedStateMachine):
    """`drawer` is what lies there; `unseen` what the guest put into it since the host counted it last."""

    def __init__(self) -> None:
        super().__init__()
        self.host, self.guest, self.terminal = Till(), Till(), Terminal(TODAY)
        self.cable = True
        self.drawer = self.kept = self.unseen = self.sessions = 0
        self.way: list[EntryBody] = []
        """What the guest wrote and the ledger does not hold yet."""
        self.ledger: dict[str, int] = {}
        """What the ledger holds of the guest, by session; a session is named once the guest joined it."""
        self.sold: list[Sale] = []

    @initialize()
    def begin(self) -> None:
        self.drawer = self.kept = 15_000
        self.held = told(status="none", session_id=None)

    # --- the host -------------------------------------------------------------------------------------

    def at_host(self, command: TillCommand, members: tuple[str, ...] = ()) -> Decision:
        opening = (TenderAmount(tender="cash", amount=self.kept),)
        decision = decide(self.host, command, place(opening=opening, members=members))
        self.host = after(self.host, decision.entries)
        self.talk()
        return decision

    @precondition(lambda self: isinstance(self.host.phase, Idle))
    @rule()
    def opens(self) -> None:
        self.sessions += 1
        self.at_host(StartTill(CASHIER, f"{self.sessions:032x}"))
        counted = self.at_host(CountFloat(CASHIER, cash_of(self.drawer), approved())).entries[-1]
        assert isinstance(counted, InitialCountConfirmed)
        assert counted.tenders[0].difference == self.unseen
        self.unseen = 0

    @rule(basket=BASKETS)
    def host_sells(self, basket: list[tuple[str, int]]) -> None:
        decision = self.at_host(selling(*basket))
        assert (decision.refusal is None) == (isinstance(self.host.phase, Open))
        self.drawer += cash_in(decision)

    @precondition(lambda self: isinstance(self.host.phase, Open))
    @rule()
    def counts_begin(self) -> None:
        self.at_host(StartCashUp(CASHIER))

    @precondition(lambda self: isinstance(self.host.phase, ClosingCount))
    @rule()
    def asks_what_its_guest_brought(self) -> None:
        session, phase = self.host.session, self.host.phase
        assert session is not None
        assert isinstance(phase, ClosingCount)
        amount = self.ledger.get(session.session_id)
        tenders = (GuestTender(tender="cash", sales=amount),) if amount else ()
        known = GuestTotals(terminal="T2", positions=(AT_GUEST,), tenders=tenders)
        decision = self.at_host(TakeGuests(CASHIER, () if amount is None else (known,)))
        assert (decision.refusal is None) == (not phase.confirmed)

    @precondition(lambda self: isinstance(self.host.phase, ClosingCount))
    @rule()
    def goes_back_to_selling(self) -> None:
        self.at_host(CancelCashUp(CASHIER))

    @precondition(lambda self: isinstance(self.host.phase, ClosingCount))
    @rule()
    def closes(self) -> None:
        phase = self.host.phase
        assert isinstance(phase, ClosingCount)
        session_id, counted = phase.session.session_id, phase.guests
        members = ("T2",) if session_id in self.ledger else ()
        self.at_host(CountTender(CASHIER, "cash", cash_of(self.drawer), None, approved()))
        (closed,) = self.at_host(ConfirmCashUp(CASHIER, {}), members=members).entries
        assert isinstance(closed, TillClosed)
        cash = closed.tenders[0]
        taken = sum(part.sales for guest in counted or () for part in guest.tenders)
        assert (cash.counted, cash.difference) == (self.drawer, self.unseen - taken)
        assert [one.terminal for one in closed.manifest] == ["T1", *(one.terminal for one in counted or ())]
        assert set(closed.not_counted) == set(members) - {one.terminal for one in counted or ()}
        self.drawer, self.kept, self.unseen = cash.kept, cash.kept, 0

    # --- the guest ------------------------------------------------------------------------------------

    def at_guest(self, command: TillCommand, **changes: object) -> Decision:
        asked = self.terminal.asked[0] if self.terminal.asked else None
        decision = decide(self.guest, command, at_guest(online=self.cable, asked=asked, **changes))
        self.write(decision.entries)
        self.talk()
        return decision

    def write(self, bodies: tuple[EntryBody, ...]) -> None:
        self.guest = after(self.guest, bodies)
        for body in bodies:
            self.terminal = evolve_terminal(self.terminal, body, Head("e" * 16, 9, "f" * 64))
        self.way += bodies

    def talk(self) -> None:
        """What passes while the cable holds: the guest's journal up, its desired state down, what follows."""
        if not self.cable:
            return
        self.arrive()
        session, phase = self.host.session, self.host.phase
        if isinstance(phase, Idle):
            self.held = told(status=phase.last_status, session_id=phase.last_session)
        elif session is not None:
            self.held = told(status=phase.kind, session_id=session.session_id)
        here = Here("T2", online=True, pending=False)
        self.write(comes_or_goes(self.guest, self.terminal, self.held, here))
        self.arrive()

    def arrive(self) -> None:
        for body in self.way:
            if isinstance(body, TillJoined):
                self.ledger.setdefault(body.session_id, 0)
            if isinstance(body, Sale):
                self.ledger[body.session_id] += paid(body)
        self.way = []

    @rule()
    def asks_to_join(self) -> None:
        alone = not isinstance(self.guest.phase, Joined)
        assert (self.at_guest(JoinTill(CASHIER, "TILL1")).refusal is None) == (self.cable and alone)

    @rule(basket=BASKETS)
    def guest_sells(self, basket: list[tuple[str, int]]) -> None:
        phase = self.guest.phase
        may = isinstance(phase, Joined) and open_at_host(phase, self.held)
        decision = self.at_guest(selling(*basket), obstacle=None if may else NOT_NOW)
        assert (decision.refusal is None) == may
        self.drawer += cash_in(decision)
        self.unseen += cash_in(decision)
        self.sold += [body for body in decision.entries if isinstance(body, Sale)]

    @rule()
    def leaves(self) -> None:
        there = isinstance(self.guest.phase, Joined) or self.terminal.asked is not None
        assert (self.at_guest(LeaveTill(CASHIER)).refusal is None) == there
        assert isinstance(self.guest.phase, Idle)

    @rule()
    def cable_is_pulled(self) -> None:
        self.cable = False

    @rule()
    def cable_is_back(self) -> None:
        self.cable = True
        self.talk()

    # --- what holds at every moment -------------------------------------------------------------------

    @invariant()
    def the_drawer_holds_what_host_and_guest_know_of(self) -> None:
        if isinstance(self.host.phase, Open):
            assert [part.amount + self.unseen for part in expected_now(self.host)] == [self.drawer]

    @invariant()
    def a_guest_knows_its_own_part_alone_and_its_own_till_stays_as_it_was(self) -> None:
        phase = self.guest.phase
        if isinstance(phase, Joined):
            own = [sale for sale in self.sold if sale.session_id == phase.session.session_id]
            known = sum(part.expected for part in phase.totals.values())
            assert known == sum(paid(sale) for sale in own[len(own) - phase.receipts :])
            assert state_of(self.guest, "TILL2").status == "none"

    @invariant()
    def with_the_cable_in_no_guest_sells_into_a_till_that_is_counted(self) -> None:
        phase = self.guest.phase
        if self.cable and isinstance(phase, Joined):
            assert open_at_host(phase, self.held) == isinstance(self.host.phase, Open)

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        numbers = [int(sale.number.rpartition("-")[2]) for sale in self.sold]
        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def what_is_stored_is_what_is_known(self) -> None:
        for till in (self.host, self.guest):
            assert read_memory(state_rows(Memory(till=till)), [], []).till == till


def paid(sale: Sale) -> int:
    return sum(payment.tendered - payment.change for payment in sale.payments)


def cash_in(decision: Decision) -> int:
    return sum(paid(body) for body in decision.entries if isinstance(body, Sale))


TestSharedTillMachine = SharedTillMachine.TestCase
TestSharedTillMachine.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)


def test_a_host_closes_while_its_guest_is_cut_off_and_finds_its_money_as_a_difference() -> None:
    machine = SharedTillMachine()
    machine.begin()
    machine.opens()
    machine.asks_to_join()
    machine.cable_is_pulled()
    machine.guest_sells([("COF-01", 2)])
    assert machine.unseen == 320
    machine.counts_begin()
    machine.closes()
    machine.guest_sells([("COF-01", 1)])
    machine.cable_is_back()
    assert isinstance(machine.guest.phase, Idle)
    machine.opens()
    assert machine.ledger == {f"{1:032x}": 480}


def test_the_shared_machine_notices_money_of_a_guest_that_is_not_in_the_drawer() -> None:
    machine = SharedTillMachine()
    machine.begin()
    machine.opens()
    machine.asks_to_join()
    machine.guest_sells([("COF-01", 1)])
    machine.drawer -= 1

    with pytest.raises(AssertionError):
        machine.the_drawer_holds_what_host_and_guest_know_of()
