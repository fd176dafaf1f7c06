"""The back office wants the running till closed: its receipt is finished, none begun, the till cashed up."""

from dataclasses import replace

import pytest

from agent_shift import SESSION, Shift
from agent_shop import CASHIER, GOODS, NOON, SUPERVISOR, TODAY, after, cash_of, place, selling
from terminal_agent.core.commands import (
    CancelCashUp,
    ConfirmCashUp,
    CountTender,
    Move,
    SaveReceipt,
    StartCashUp,
    Wanted,
)
from terminal_agent.core.login import Situation, outcome_of
from terminal_agent.core.pending import save
from terminal_agent.core.receipts import Pending, Receipts
from terminal_agent.core.terminal import close_is_wished, close_to_say
from terminal_agent.core.till import ClosingCount, Idle
from tillday_contracts.entries import CloseHeard, TillClosed
from tillday_contracts.wishes import DesiredTill

RECEIPT = "a" * 32
WISHED = DesiredTill(till="TILL1", session_id=SESSION, status="open", close_wished=True)
ANOTHER = WISHED.model_copy(update={"session_id": "9" * 32})
PAID_IN = Move(by=SUPERVISOR, kind="paid_in", tender="cash", amount=500, reason="Change")
SELLING = Situation(
    online=True, set_up=True, bobd=TODAY, posbd=TODAY, today=TODAY, settled=False, till_open=True
)


def begun(shift: Shift) -> Receipts:
    tap = SaveReceipt(by=CASHIER, receipt=RECEIPT, lines=(Wanted("COF-01", 2),), items=GOODS)
    kept = save(shift.till, tap, place(), at=NOON)
    assert isinstance(kept, Pending)
    return {RECEIPT: kept}


def stopped(shift: Shift) -> Shift:
    heard = CloseHeard(session_id=SESSION, desired_rev=7)
    shift.till = after(shift.till, (heard,), shift.settings)
    return shift


@pytest.mark.parametrize("online", [True, False])
def test_a_till_that_is_wished_closed_sells_no_more_and_asks_for_its_cash_up(online: bool) -> None:
    wished = replace(SELLING, online=online, close_wished=True)

    assert outcome_of(wished).code == "cash_up_first"
    assert "finish the open receipt" in outcome_of(wished).text
    assert outcome_of(replace(wished, settled=True, till_open=False)).code == "initial_count"


def test_only_the_running_session_is_meant_and_what_was_heard_stays_heard() -> None:
    shift = Shift().opened()

    assert [close_is_wished(shift.till, known) for known in (WISHED, ANOTHER, None)] == [True, False, False]
    assert close_is_wished(stopped(shift).till, None)
    shift.till = replace(shift.till, phase=Idle())
    assert not close_is_wished(shift.till, WISHED)


def test_that_it_was_heard_is_said_once_and_only_when_no_receipt_is_open() -> None:
    shift = Shift().opened()
    receipts = begun(shift)
    handed = {RECEIPT: replace(receipts[RECEIPT], handed_by=SESSION)}

    assert close_to_say(shift.till, WISHED, receipts) is None
    assert [close_to_say(shift.till, WISHED, left) for left in (handed, {})] == [SESSION, SESSION]
    assert close_to_say(shift.till, ANOTHER, {}) is None
    assert close_to_say(stopped(shift).till, WISHED, {}) is None


def test_after_it_was_said_nothing_is_sold_or_moved_even_where_nothing_else_stands_in_the_way() -> None:
    shift = stopped(Shift().opened())

    assert shift.refused(selling(("COF-01", 1))).code == "cash_up_first"
    assert shift.refused(PAID_IN).code == "cash_up_first"


def test_the_till_is_cashed_up_and_a_cash_up_given_up_lets_nobody_sell() -> None:
    shift = stopped(Shift().opened())
    shift.do(StartCashUp(CASHIER))
    shift.do(CancelCashUp(CASHIER))
    assert shift.refused(selling(("COF-01", 1))).code == "cash_up_first"

    shift.do(StartCashUp(CASHIER))
    shift.do(CountTender(CASHIER, "cash", cash_of(15000)))
    (closed,) = shift.do(ConfirmCashUp(CASHIER, {})).entries

    assert isinstance(closed, TillClosed)


def test_a_wish_that_is_heard_during_the_cash_up_outlives_its_cancelling() -> None:
    shift = Shift().opened()
    shift.do(StartCashUp(CASHIER))
    assert isinstance(stopped(shift).till.phase, ClosingCount)

    shift.do(CancelCashUp(CASHIER))

    assert shift.refused(selling(("COF-01", 1))).code == "cash_up_first"
