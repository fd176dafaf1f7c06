"""A terminal sells into another one's till: asked for, allowed by the desired state, left again."""

from dataclasses import replace

import pytest

from agent_guests import ASKED, HERE, JOINED, KEPT, SHARED, at_guest, counting, guest, told
from agent_shop import CASHIER, NOON, TODAY, after, desired, selling
from terminal_agent.core.commands import (
    Actor,
    JoinTill,
    LeaveTill,
    Move,
    Place,
    StartCashUp,
    StartTill,
    Wanted,
)
from terminal_agent.core.decide import decide
from terminal_agent.core.guest import (
    again,
    close_wished_at_host,
    comes_or_goes,
    is_answered,
    open_at_host,
    why_not_joined,
)
from terminal_agent.core.login import Situation, outcome_of
from terminal_agent.core.receipts import Pending
from terminal_agent.core.refusal import Refusal
from terminal_agent.core.terminal import Terminal, till_in
from terminal_agent.core.till import Idle, Joined, Till, state_of
from tillday_contracts.entries import (
    JoinAsked,
    Sale,
    TillLeft,
)
from tillday_contracts.wishes import Desired

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
    ("state", "why"),
    [
        (told("opening_count"), "not open: it is started and counted at terminal T1 first"),
        (told("closing_count"), "being counted at terminal T1: it is joined once it is open again"),
        (told("closed_front"), "not open: it is started and counted at terminal T1 first"),
        (told(session_id=None, status="none"), "not open: it is started and counted at terminal T1 first"),
        (told(business_date="2020-01-01"), "open for 2020-01-01, this terminal is open for 2031-05-06"),
        (told(close_wished=True), "wants till TILL1 closed: nobody joins it any more"),
        (told(host="T2"), "this terminal's own till now: start it"),
        (told(session_id=None, status="none", host=None), "no till TILL1: check its code"),
        (desired(), "has not answered yet. Check that there is a till TILL1"),
    ],
    ids=[
        "still counted",
        "counted at the end",
        "closed",
        "never started",
        "another date",
        "wished closed",
        "its own by now",
        "unknown",
        "not told yet",
    ],
)
def test_until_then_it_waits_and_says_why_and_what_to_do(state: Desired, why: str) -> None:
    assert comes_or_goes(Till(), ASKED, state, HERE) == ()
    assert why in why_not_joined(ASKED, state, "T2")
    assert is_answered(ASKED, state) == (till_in(state, "TILL1") is not None)


def test_who_is_a_guest_already_is_told_of_which_till() -> None:
    same, other = (
        decide(guest(), JoinTill(CASHIER, code), at_guest()).refusal for code in ("TILL1", "TILL3")
    )

    assert same is not None
    assert other is not None
    assert "sells into till TILL1 already: go on selling" in same.text
    assert "sells into till TILL1: leave it first" in other.text


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


AT_HOST = Situation(
    online=True,
    set_up=True,
    bobd=TODAY,
    posbd=TODAY,
    today=TODAY,
    settled=True,
    till_open=False,
    host="T1",
)


@pytest.mark.parametrize("online", [True, False])
@pytest.mark.parametrize("settled", [True, False])
@pytest.mark.parametrize(
    ("now", "why"),
    [
        (AT_HOST, "Terminal T1 is counting the till"),
        (replace(AT_HOST, close_wished=True), "The back office wants the till of terminal T1 closed"),
        (replace(AT_HOST, void=True), "The back office has closed the till of terminal T1"),
    ],
)
def test_while_the_host_counts_or_was_stopped_the_guest_is_told_to_finish(
    now: Situation, why: str, settled: bool, online: bool
) -> None:
    now = replace(now, settled=settled, online=online)

    assert outcome_of(now).code == "host_counts"
    assert outcome_of(now).text == f"{why}: finish your receipts, and start none."
    assert not outcome_of(now).may_start
    assert outcome_of(replace(AT_HOST, till_open=True)).code == "sell"


def test_a_guest_starts_no_receipt_in_a_session_that_is_wished_closed_and_finishes_its_own() -> None:
    phase, wished = guest().phase, told(close_wished=True)
    assert isinstance(phase, Joined)
    unpaid = Pending("r" * 32, "CASHIER-1", NOON, (Wanted("COF-01", 1),), 0, (), 160)
    finished = replace(selling(("COF-01", 1)), receipt="r" * 32)
    stopped = Refusal("host_counts", "finish")

    assert (open_at_host(phase, wished), close_wished_at_host(phase, wished)) == (False, True)
    assert not close_wished_at_host(phase, told(close_wished=True, session_id="9" * 32))
    started = decide(guest(), selling(("COF-01", 1)), at_guest(obstacle=stopped))
    assert started.refusal == stopped
    pending = at_guest(obstacle=stopped, pending={"r" * 32: unpaid})
    assert isinstance(decide(guest(), finished, pending).entries[0], Sale)
    assert comes_or_goes(guest(), Terminal(TODAY), wished, HERE) == ()


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
