"""A terminal sells into another one's till: asked for, allowed by the desired state, counted by its host."""

from dataclasses import replace

import pytest

from agent_shop import CASHIER, NOON, TODAY, after, cash_of, desired, place, selling, store_settings
from terminal_agent.core.commands import (
    Actor,
    ConfirmCashUp,
    CountTender,
    JoinTill,
    LeaveTill,
    Move,
    Place,
    StartCashUp,
    StartTill,
    TakeGuests,
)
from terminal_agent.core.decide import decide
from terminal_agent.core.guest import Here, again, comes_or_goes, open_at_host, why_not_joined
from terminal_agent.core.login import Situation, outcome_of
from terminal_agent.core.receipts import Pending
from terminal_agent.core.terminal import Terminal, hosted_elsewhere, opening_amounts, till_hosted
from terminal_agent.core.till import ClosingCount, Idle, Joined, Open, Till, state_of
from tillday_contracts.entries import (
    CashUpStarted,
    GuestsTold,
    InitialCountConfirmed,
    JoinAsked,
    OpeningTender,
    Position,
    Sale,
    TenderAmount,
    TillClosed,
    TillJoined,
    TillLeft,
    TillStarted,
)
from tillday_contracts.sharing_entries import GuestTender, GuestTotals
from tillday_contracts.wishes import Desired, DesiredTill

SHARED = "5" * 32
JOINED = TillJoined(session_id=SHARED, till="TILL1", host="T1", business_date=TODAY, by="CASHIER-1")
ASKED = Terminal(business_date=TODAY, asked=("TILL1", "CASHIER-1"))
HERE = Here("T2", online=True, pending=False)
KEPT = (TenderAmount(tender="cash", amount=15_000),)


def told(status: str = "open", **changes: object) -> Desired:
    """What the back office tells T2 of the till that it asked to join, beside its own."""
    values: dict[str, object] = {
        "till": "TILL1",
        "session_id": SHARED,
        "status": status,
        "host": "T1",
        "business_date": TODAY,
    }
    own = DesiredTill(till="TILL2", host="T2")
    return desired(tills=(own, DesiredTill.model_validate(values | changes)), business_date=TODAY)


def at_guest(**changes: object) -> Place:
    return replace(place(), terminal="T2", till="TILL2", **changes)  # type: ignore[arg-type]


def guest() -> Till:
    return after(Till(), (JOINED,))


def counting(guests: tuple[GuestTotals, ...] | None = None) -> Till:
    """The host's till in its closing count, 15000 counted in the morning."""
    start = TillStarted(session_id=SHARED, till="TILL1", business_date=TODAY, by="CASHIER-1", expected=KEPT)
    cash = OpeningTender(tender="cash", expected=15_000, counted=15_000, difference=0)
    opened = InitialCountConfirmed(session_id=SHARED, business_date=TODAY, by="CASHIER-1", tenders=(cash,))
    till = after(Till(), (start, opened, CashUpStarted(session_id=SHARED, by="CASHIER-1")))
    if guests is None:
        return till
    return after(till, (GuestsTold(session_id=SHARED, by="CASHIER-1", guests=guests),))


def brought(sales: int) -> GuestTotals:
    at = Position(epoch="e" * 16, seq=9, hash="f" * 64)
    return GuestTotals(terminal="T2", positions=(at,), tenders=(GuestTender(tender="cash", sales=sales),))


# --- joining and leaving ------------------------------------------------------------------------------


def test_a_terminal_asks_to_join_another_ones_till() -> None:
    decision = decide(Till(), JoinTill(CASHIER, "TILL1"), at_guest())

    assert decision.entries == (JoinAsked(till="TILL1", business_date=TODAY, by="CASHIER-1"),)


@pytest.mark.parametrize(
    ("till", "asked", "where", "code"),
    [
        (Till(), "TILL2", at_guest(), "own_till"),
        (Till(), "TILL1", at_guest(online=False), "offline"),
        (Till(), "TILL1", at_guest(business_date=None), "terminal_closed"),
        (guest(), "TILL3", at_guest(), "joined"),
        (counting(), "TILL1", at_guest(), "till_not_closed"),
    ],
    ids=["its own till", "offline", "closed", "a guest already", "its own till is open"],
)
def test_joining_says_why_it_cannot_be(till: Till, asked: str, where: Place, code: str) -> None:
    refusal = decide(till, JoinTill(CASHIER, asked), where).refusal

    assert refusal is not None
    assert refusal.code == code


def test_who_may_not_sell_joins_nothing() -> None:
    refusal = decide(Till(), JoinTill(Actor("GUEST", frozenset()), "TILL1"), at_guest()).refusal

    assert refusal is not None
    assert refusal.code == "right_missing"


def test_the_terminal_is_a_guest_once_its_desired_state_names_the_session_open() -> None:
    assert comes_or_goes(Till(), ASKED, told(), HERE) == (JOINED,)


@pytest.mark.parametrize(
    "state",
    [
        told("opening_count"),
        told("closed_front"),
        told(session_id=None, status="none"),
        told(business_date="2020-01-01"),
        told(host="T2"),
        desired(),
    ],
    ids=["still counted", "closed", "never started", "another date", "its own", "not told yet"],
)
def test_until_then_it_waits_and_says_why(state: Desired) -> None:
    assert comes_or_goes(Till(), ASKED, state, HERE) == ()
    assert why_not_joined(ASKED, state)


def test_a_guest_leaves_by_itself_when_the_session_ended_and_nothing_is_unpaid() -> None:
    left = (TillLeft(session_id=SHARED, till="TILL1"),)
    waiting = replace(HERE, pending=True)

    assert comes_or_goes(guest(), Terminal(TODAY), told("closed_front"), HERE) == left
    assert comes_or_goes(guest(), Terminal(TODAY), told("closed_front"), waiting) == ()
    assert comes_or_goes(guest(), Terminal(TODAY), told("closing_count"), HERE) == ()


def test_whoever_leaves_finishes_the_receipts_first() -> None:
    unpaid = Pending("r", "CASHIER-1", NOON, (), 0, (), 0)
    refusal = decide(guest(), LeaveTill(CASHIER), at_guest(pending={"r": unpaid})).refusal
    entries = decide(guest(), LeaveTill(CASHIER), at_guest()).entries

    assert refusal is not None
    assert refusal.code == "receipts_pending"
    assert entries == (TillLeft(session_id=SHARED, till="TILL1", by="CASHIER-1"),)
    assert isinstance(after(guest(), entries).phase, Idle)


# --- selling as a guest -------------------------------------------------------------------------------


def test_a_guests_receipt_names_the_shared_session_and_its_own_cashier() -> None:
    sale = decide(guest(), selling(("COF-01", 2), cash=5_000), at_guest()).entries[0]

    assert isinstance(sale, Sale)
    assert (sale.session_id, sale.till, sale.cashier) == (SHARED, "TILL1", "CASHIER-1")
    assert sale.number.startswith("T2-")
    assert sale.payments[0].change == 4_680


def test_a_guest_pays_out_at_most_what_it_took_itself() -> None:
    sold = after(guest(), decide(guest(), selling(("COF-01", 1)), at_guest()).entries)
    mover = Actor("SUPERVISOR-1", frozenset({"move_cash"}))

    def out(amount: int) -> str | None:
        command = Move(by=mover, kind="paid_out", tender="cash", amount=amount, reason="Milk")
        refusal = decide(sold, command, at_guest()).refusal
        return refusal.code if refusal is not None else None

    assert (out(160), out(161)) == (None, "not_enough_cash")


@pytest.mark.parametrize(
    ("status", "may"), [("open", True), ("closing_count", False), ("closed_back", False)]
)
def test_a_guest_starts_receipts_only_while_the_session_is_named_open(status: str, *, may: bool) -> None:
    phase = guest().phase
    assert isinstance(phase, Joined)

    assert open_at_host(phase, told(status)) is may


def test_while_the_host_counts_the_guest_is_told_to_finish() -> None:
    now = Situation(
        online=True,
        set_up=True,
        bobd=TODAY,
        posbd=TODAY,
        today=TODAY,
        settled=True,
        till_open=False,
        host="T1",
    )

    assert outcome_of(now).code == "host_counts"
    assert not outcome_of(now).may_start
    assert outcome_of(replace(now, till_open=True)).code == "sell"


def test_a_guest_neither_starts_nor_cashes_up_a_till() -> None:
    started = decide(guest(), StartTill(CASHIER, "1" * 32), at_guest()).refusal
    counted = decide(guest(), StartCashUp(CASHIER), at_guest()).refusal

    assert started is not None
    assert counted is not None
    assert (started.code, counted.code) == ("joined", "guest")


def test_a_new_epoch_says_again_whose_guest_the_terminal_is() -> None:
    assert again(guest()) == (JOINED,)
    assert again(Till()) == ()
    assert after(guest(), (JOINED,)) == guest()


def test_what_a_guest_tells_of_its_own_till_does_not_change_while_it_is_one() -> None:
    closed = Idle(KEPT, "1" * 32, "closed_front", TODAY, "TILL2")

    assert state_of(after(Till(closed), (JOINED,)), "TILL2") == state_of(Till(closed), "TILL2")


# --- the host counts ----------------------------------------------------------------------------------


def test_what_guests_brought_is_expected_in_the_hosts_count_and_in_its_manifest() -> None:
    taken = decide(counting(), TakeGuests(CASHIER, (brought(500),)), place()).entries
    till = after(counting(), taken)
    till = after(till, decide(till, CountTender(CASHIER, "cash", cash_of(15_500)), place()).entries)
    closed = decide(till, ConfirmCashUp(CASHIER, {}), place(members=("T2",))).entries[0]

    assert isinstance(closed, TillClosed)
    assert (closed.tenders[0].expected, closed.tenders[0].difference) == (15_500, 0)
    assert [(m.terminal, m.to_seq) for m in closed.manifest] == [("T1", 7), ("T2", 9)]
    assert closed.not_counted == ()


def test_a_host_that_cannot_ask_counts_alone_and_names_the_guests_it_left_out() -> None:
    till = counting()
    till = after(till, decide(till, CountTender(CASHIER, "cash", cash_of(15_000)), place()).entries)
    closed = decide(till, ConfirmCashUp(CASHIER, {}), place(members=("T3", "T2"))).entries[0]

    assert isinstance(closed, TillClosed)
    assert closed.not_counted == ("T2", "T3")
    assert [m.terminal for m in closed.manifest] == ["T1"]


def test_guests_are_taken_in_before_the_first_tender_is_counted() -> None:
    counted = after(
        counting(), decide(counting(), CountTender(CASHIER, "cash", cash_of(15_000)), place()).entries
    )
    late = decide(counted, TakeGuests(CASHIER, (brought(500),)), place()).refusal
    nowhere = decide(Till(), TakeGuests(CASHIER, ()), place()).refusal

    assert late is not None
    assert nowhere is not None
    assert (late.code, nowhere.code) == ("tender_confirmed", "no_cash_up")


def test_the_ledger_is_told_the_hosts_own_part_alone() -> None:
    with_guests = counting((brought(500),))
    assert isinstance(with_guests.phase, ClosingCount)
    assert with_guests.running is not None
    assert with_guests.running.totals["cash"].expected == 15_500

    assert state_of(with_guests, "TILL1").expected[0].amount == 15_000


# --- a till that changes hands ------------------------------------------------------------------------


def test_a_terminal_has_the_till_that_the_back_office_gave_it() -> None:
    moved = desired(tills=(DesiredTill(till="TILL2", host="T1", turn=1),))

    assert till_hosted(moved, terminal="T1", enrolled="TILL1") == "TILL2"
    assert till_hosted(desired(), terminal="T1", enrolled="TILL1") == "TILL1"


def test_a_session_whose_till_went_elsewhere_is_void() -> None:
    till = counting()
    assert isinstance(till.phase, ClosingCount)
    assert isinstance(till.phase.till, Open)

    assert hosted_elsewhere(till, "TILL2")
    assert not hosted_elsewhere(till, "TILL1")
    assert not hosted_elsewhere(guest(), "TILL2")


@pytest.mark.parametrize(
    ("own", "known", "expected"),
    [
        (Idle(KEPT, "1" * 32, "closed_front", TODAY, "TILL1"), DesiredTill(till="TILL1", turn=0), 15_000),
        (Idle(KEPT, "1" * 32, "closed_front", TODAY, "TILL2"), DesiredTill(till="TILL1", turn=1), 7_000),
        (Idle(KEPT, "1" * 32, "closed_front", TODAY, "TILL1"), DesiredTill(till="TILL1", turn=2), 7_000),
    ],
    ids=["its own last count", "another till", "its own till, back from another terminal"],
)
def test_a_count_starts_from_what_was_left_by_whoever_had_the_till_last(
    own: Idle, known: DesiredTill, expected: int
) -> None:
    left = known.model_copy(update={"kept": (TenderAmount(tender="cash", amount=7_000),)})

    amounts = opening_amounts(Till(own), left, store_settings(), code="TILL1")

    assert amounts.expected[0].amount == expected
