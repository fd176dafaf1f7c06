"""The host counts what its guests brought, and a till goes on at another terminal."""

import pytest

from agent_guests import KEPT, brought, counting, guest
from agent_shop import CASHIER, TODAY, after, cash_of, desired, place, store_settings
from terminal_agent.core.commands import (
    ConfirmCashUp,
    CountTender,
    TakeGuests,
)
from terminal_agent.core.decide import decide
from terminal_agent.core.terminal import hosted_elsewhere, opening_amounts, till_hosted
from terminal_agent.core.till import ClosingCount, Idle, Open, Till, state_of
from tillday_contracts.entries import (
    TenderAmount,
    TillClosed,
)
from tillday_contracts.wishes import DesiredTill


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
