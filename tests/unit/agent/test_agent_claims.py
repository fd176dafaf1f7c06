"""Late money that an opening count asks for beside what the last cash-up kept."""

from typing import Any

from agent_shift import SESSION, Shift
from agent_shop import CASH, CASHIER, cash_of, store_settings
from terminal_agent.core.commands import CountFloat, StartTill
from terminal_agent.core.taking_over import taken_over
from terminal_agent.core.terminal import opening_amounts
from terminal_agent.core.terms import terms_of
from terminal_agent.core.till import (
    Idle,
    Till,
    state_of,
)
from tillday_contracts.entries import FloatMoved, InitialCountConfirmed, TenderAmount, TillStarted
from tillday_contracts.parts import Claim
from tillday_contracts.wishes import DesiredTill

LAST, OLDER = "7" * 32, "6" * 32
KEPT = (TenderAmount(tender="cash", amount=15000),)
GUEST = Claim(event="c" * 64, tender="cash", amount=500, session_id=LAST)
CLOSED = Till(Idle(KEPT, LAST, "closed_front"))


def started(*claims: Claim, wanted: int | None = None, own: frozenset[str] = frozenset()) -> Shift:
    settings = store_settings(CASH, floats={} if wanted is None else {"TILL1": wanted})
    shift = Shift(settings)
    shift.till = CLOSED
    known = DesiredTill(till="TILL1", session_id=LAST, claims=claims)
    opening = opening_amounts(shift.till, known, settings, code="TILL1", own=own)
    place: dict[str, Any] = {"kept": opening.kept, "claims": opening.claims}
    body = shift.do(StartTill(CASHIER, SESSION), opening=opening.expected, **place).entries[0]
    assert isinstance(body, TillStarted)
    assert body.claims == opening.claims
    return shift


def test_a_claim_on_the_last_session_is_expected_beside_what_was_kept() -> None:
    opened = started(GUEST).do(CountFloat(CASHIER, cash_of(15500))).entries[-1]

    assert isinstance(opened, InitialCountConfirmed)
    assert (opened.tenders[0].expected, opened.tenders[0].difference) == (15500, 0)


def test_claimed_money_that_is_not_there_is_a_difference() -> None:
    refusal = started(GUEST).do(CountFloat(CASHIER, cash_of(15000))).refusal

    assert refusal is not None
    assert refusal.details["difference"] == -500


def test_a_claim_on_another_session_is_not_asked_for() -> None:
    other = GUEST.model_copy(update={"session_id": OLDER})

    assert started(other).do(CountFloat(CASHIER, cash_of(15000))).refusal is None


def test_what_the_own_journal_holds_was_counted_already_and_is_not_asked_for() -> None:
    assert (
        started(GUEST, own=frozenset({GUEST.event})).do(CountFloat(CASHIER, cash_of(15000))).refusal is None
    )


def test_a_forced_float_is_brought_as_if_nothing_were_claimed_and_the_claim_comes_on_top() -> None:
    entries = started(GUEST, wanted=20000).do(CountFloat(CASHIER, cash_of(20500))).entries

    moved, opened = entries[-2:]
    assert isinstance(moved, FloatMoved)
    assert (moved.kept, moved.wanted, moved.amount) == (15000, 20000, 5000)
    assert isinstance(opened, InitialCountConfirmed)
    assert opened.tenders[0].difference == 0


def test_a_float_left_as_it_is_counts_against_what_was_kept_and_claimed() -> None:
    shift = started(GUEST, wanted=20000)

    entries = shift.do(CountFloat(CASHIER, cash_of(15500), leave_float=True)).entries

    assert not any(isinstance(body, FloatMoved) for body in entries)
    assert isinstance(entries[-1], InitialCountConfirmed)
    assert entries[-1].tenders[0].difference == 0


def test_a_replacement_asks_for_the_claims_on_the_session_that_the_back_office_names() -> None:
    known = DesiredTill(till="TILL1", session_id=LAST, kept=KEPT, claims=(GUEST,))

    opening = opening_amounts(Till(), known, store_settings(), code="TILL1")

    assert [part.amount for part in opening.expected] == [15500]


def test_an_opening_count_that_the_ledger_gives_back_asks_for_all_that_it_asked_for() -> None:
    lost = started(GUEST, wanted=20000)
    told = state_of(lost.till, "TILL1")
    shift = Shift(lost.settings)

    shift.till = taken_over(CLOSED, (told,), terms=terms_of(lost.settings), by="T1")

    moved, opened = shift.do(CountFloat(CASHIER, cash_of(20500))).entries[-2:]
    assert isinstance(moved, FloatMoved)
    assert (moved.kept, moved.wanted, moved.amount) == (15000, 20000, 5000)
    assert isinstance(opened, InitialCountConfirmed)
    assert (opened.tenders[0].expected, opened.tenders[0].difference) == (20500, 0)
