"""The cash-up, the close, and what a new epoch makes of a running session."""

from agent_shift import SESSION, Shift
from agent_shop import (
    CARD,
    CASH,
    CASHIER,
    EPOCH,
    SUPERVISOR,
    TODAY,
    after,
    approved,
    cash_of,
    pieces,
    selling,
    store_settings,
)
from terminal_agent.core.chain import Head
from terminal_agent.core.commands import (
    Actor,
    CancelCashUp,
    ConfirmCashUp,
    CountTender,
    StartCashUp,
)
from terminal_agent.core.taking_over import taken_over
from terminal_agent.core.terms import terms_of
from terminal_agent.core.till import (
    ClosingCount,
    Idle,
    Open,
    Till,
    state_of,
)
from tillday_contracts.entries import (
    Genesis,
    Position,
    Sale,
    TenderAmount,
    TillClosed,
    TillState,
)
from tillday_contracts.ids import receipt_number
from tillday_contracts.wishes import Tender

OTHER = Actor("CASHIER-2", frozenset({"sell"}))


def test_during_the_cash_up_nothing_is_sold_until_it_is_cancelled() -> None:
    shift = Shift().opened()
    shift.do(StartCashUp(CASHIER))
    assert shift.refused(selling(("COF-01", 1))).code == "cash_up_running"

    shift.do(CancelCashUp(CASHIER))

    assert shift.do(selling(("COF-01", 1))).refusal is None


def test_a_stranger_does_not_cash_up_a_session_but_a_supervisor_does() -> None:
    shift = Shift().opened()

    assert shift.refused(StartCashUp(OTHER)).code == "right_missing"
    assert shift.do(StartCashUp(SUPERVISOR)).refusal is None


def test_cash_is_never_typed_as_a_total() -> None:
    shift = Shift().opened()
    shift.do(StartCashUp(CASHIER))

    assert shift.refused(CountTender(CASHIER, "cash", counted=15000)).code == "denominations_required"


def test_cash_is_counted_before_the_other_tenders_and_all_before_the_close() -> None:
    shift = Shift(store_settings(CASH, CARD)).opened()
    shift.do(StartCashUp(CASHIER))

    assert shift.refused(CountTender(CASHIER, "card", counted=0)).code == "cash_first"
    shift.do(CountTender(CASHIER, "cash", pieces(n5000=3)))
    assert shift.refused(ConfirmCashUp(CASHIER, {})).code == "tenders_missing"
    shift.do(CountTender(CASHIER, "card", counted=0))
    assert shift.do(ConfirmCashUp(CASHIER, {})).refusal is None


def test_a_confirmed_count_cannot_be_cancelled_or_counted_again() -> None:
    shift = Shift().opened()
    shift.do(StartCashUp(CASHIER))
    shift.do(CountTender(CASHIER, "cash", pieces(n5000=3)))

    assert shift.refused(CancelCashUp(CASHIER)).code == "tender_confirmed"
    assert shift.refused(CountTender(CASHIER, "cash", pieces(n5000=3))).code == "tender_confirmed"


def closed(shift: Shift, counted: int, keep: dict[str, int] | None = None) -> TillClosed:
    shift.do(StartCashUp(CASHIER))
    shift.do(CountTender(CASHIER, "cash", cash_of(counted), approver=approved()))
    body = shift.do(ConfirmCashUp(CASHIER, keep or {}), head=Head(EPOCH, 40, "c" * 64)).entries[0]
    assert isinstance(body, TillClosed)
    return body


def test_a_close_keeps_the_fixed_amount_and_covers_the_journal_up_to_itself() -> None:
    shift = Shift().opened()
    shift.do(selling(("MUG-01", 2)))

    body = closed(shift, 17400)

    cash = body.tenders[0]
    assert (cash.opening, cash.expected, cash.counted, cash.difference) == (15000, 17500, 17400, -100)
    assert (cash.kept, cash.moved) == (15000, 2400)
    member = body.manifest[0]
    assert (member.terminal, member.epoch, member.to_seq, member.to_hash) == ("T1", EPOCH, 40, "c" * 64)
    assert isinstance(shift.till.phase, Idle)
    assert shift.till.phase.kept == (TenderAmount(tender="cash", amount=15000),)


def test_a_drawer_below_the_fixed_amount_keeps_what_was_counted() -> None:
    body = closed(Shift().opened(), 900)

    assert (body.tenders[0].kept, body.tenders[0].moved) == (900, 0)


def test_a_variable_amount_to_keep_must_be_chosen_within_what_was_counted() -> None:
    variable = CASH.model_copy(update={"keep": CASH.keep.model_copy(update={"mode": "variable"})})
    shift = Shift(store_settings(variable)).opened()
    shift.do(StartCashUp(CASHIER))
    shift.do(CountTender(CASHIER, "cash", pieces(n5000=3)))

    assert shift.refused(ConfirmCashUp(CASHIER, {})).code == "amount_to_keep"
    assert shift.refused(ConfirmCashUp(CASHIER, {"cash": 15001})).code == "amount_to_keep"
    assert shift.do(ConfirmCashUp(CASHIER, {"cash": 15000})).refusal is None


def test_settings_that_change_during_a_session_wait_for_the_next_one() -> None:
    shift = Shift().opened()
    shift.settings = store_settings(CASH, CARD, rev=2)

    assert closed(shift, 15000).tenders[0].tender == "cash"
    assert [tender.tender for tender in closed_tenders(shift)] == ["cash", "card"]


def closed_tenders(shift: Shift) -> tuple[Tender, ...]:
    shift.opened()
    session = shift.till.session
    assert session is not None
    return session.terms.tenders


def test_a_new_epoch_begins_its_numbers_anew_and_the_close_covers_both() -> None:
    shift = Shift().opened()
    shift.do(selling(("COF-01", 1)))
    follows = Position(epoch=EPOCH, seq=9, hash="d" * 64)

    shift.till = after(shift.till, (Genesis(key_id="a" * 16, follows=follows),))
    sale = shift.do(selling(("COF-01", 1)), head=Head("f" * 16, 2, "e" * 64)).entries[0]

    assert isinstance(sale, Sale)
    assert sale.number == receipt_number("T1", "f" * 16, 1)
    assert [(m.epoch, m.to_seq) for m in closed(shift, 15320).manifest] == [(EPOCH, 9), (EPOCH, 40)]


def test_the_ledgers_view_of_a_running_session_is_taken_over_with_what_it_expects() -> None:
    told = TillState(
        till="TILL1",
        session_id=SESSION,
        status="open",
        business_date=TODAY,
        expected=(TenderAmount(tender="cash", amount=19000),),
    )
    till = taken_over(Till(), (told,), terms=terms_of(store_settings()), by="T1")

    assert state_of(till, "TILL1").expected == told.expected
    assert isinstance(till.phase, Open)
    assert till.session is not None
    assert till.session.session_id == SESSION


def test_a_closing_count_survives_a_new_epoch() -> None:
    shift = Shift().opened()
    shift.do(StartCashUp(CASHIER))
    follows = Position(epoch=EPOCH, seq=9, hash="d" * 64)

    shift.till = after(shift.till, (Genesis(key_id="a" * 16, follows=follows),))

    assert isinstance(shift.till.phase, ClosingCount)
    assert shift.till.phase.session.covered == (follows,)
