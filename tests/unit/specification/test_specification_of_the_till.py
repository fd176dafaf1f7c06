"""What the specification says of a till in passing."""

from agent_shift import SESSION, Shift
from agent_shop import CASHIER, SUPERVISOR, pieces, selling
from terminal_agent.core.commands import (
    ConfirmCashUp,
    CountFloat,
    CountTender,
    OpenDrawer,
    StartCashUp,
    StartTill,
)
from terminal_agent.core.terminal import opening_amounts
from terminal_agent.desk.documents import kicks
from tillday_contracts.entries import TillClosed


def test_the_drawer_opens_when_either_count_begins_and_for_the_supervisors_button() -> None:
    shift = Shift()
    assert [kicks(body) for body in shift.do(StartTill(CASHIER, SESSION)).entries] == [True]
    assert [kicks(body) for body in shift.do(OpenDrawer(SUPERVISOR, "Count again")).entries] == [True]

    counted = shift.do(CountFloat(CASHIER, pieces(n5000=3)))
    assert not any(kicks(body) for body in counted.entries)

    assert [kicks(body) for body in shift.do(StartCashUp(CASHIER)).entries] == [True]


def test_a_day_has_several_sessions_each_with_its_own_count_and_number() -> None:
    shift = Shift()

    first, second = _session(shift, "6" * 32), _session(shift, "7" * 32)

    assert first.business_date == second.business_date
    assert first.session_id != second.session_id
    assert [first.number[-2:], second.number[-2:]] == ["-1", "-2"]


def test_the_next_count_expects_what_the_last_cash_up_kept() -> None:
    shift = Shift()
    closed = _session(shift, "6" * 32)

    amounts = opening_amounts(shift.till, None, shift.settings, code="TILL1")

    assert [(part.tender, part.amount) for part in amounts.expected] == [
        (count.tender, count.kept) for count in closed.tenders
    ]
    assert amounts.expected[0].amount == 15000


def _session(shift: Shift, session_id: str) -> TillClosed:
    shift.do(StartTill(CASHIER, session_id))
    shift.do(CountFloat(CASHIER, pieces(n5000=3)))
    shift.do(selling(("COF-01", 1)))
    shift.do(StartCashUp(CASHIER))
    shift.do(CountTender(CASHIER, "cash", pieces(n5000=3, n100=1, n50=1, n10=1)))
    (closed,) = shift.do(ConfirmCashUp(CASHIER, {})).entries
    assert isinstance(closed, TillClosed)
    return closed
