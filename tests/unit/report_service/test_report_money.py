"""Every kind of money folds into the session it belongs to, once."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_service.domain.rows import JournalKey, SessionTender, Takings
from report_service.domain.till_fold import TillEvent
from tillday_contracts.arithmetic import TenderTotals
from unit.report_service.ledger_events import EPOCH, session_id
from unit.report_service.money_events import Shop
from unit.report_service.read_model import ReadModel

S1 = session_id(1)
CASH = SessionTender(S1, "cash")
TOTALS = TenderTotals(
    opening=15000, sales=250 + 400 - 590, refunds=250, paid_in=500, paid_out=120, loans=2000, pickups=900
)


def folded(events: Sequence[TillEvent], *, at_once: int = 1) -> ReadModel:
    model = ReadModel()
    for start in range(0, len(events), at_once):
        model.fold(events[start : start + at_once])
    return model


def test_a_day_of_money_ends_in_the_figures_of_each_tender() -> None:
    model = folded(Shop().a_day_of_money())

    assert model.takings[CASH] == Takings(TOTALS, receipts=4, worth=250 + 400 - 590 - 250)
    assert model.takings[CASH].totals.expected == 16290
    assert model.takings[SessionTender(S1, "card")] == Takings(TenderTotals(sales=600), 1, 600)
    assert model.takings[SessionTender(S1, "cash_usd")] == Takings(TenderTotals(sales=2000), 1, 1840)
    session = model.sessions[S1]
    assert (session.receipts, session.refunds, session.total) == (4, 1, 2250)
    assert sum(taken.worth for taken in model.takings.values()) == session.total


def test_a_refund_is_taken_off_its_product() -> None:
    model = folded(Shop().a_day_of_money())
    tea = next(sold for key, sold in model.products.items() if key.sku == "TEA")
    assert (tea.quantity, tea.gross, tea.receipts) == (1, 250, 3)


@given(at_once=st.integers(1, 20))
def test_the_figures_do_not_depend_on_how_events_are_bundled(at_once: int) -> None:
    assert folded(Shop().a_day_of_money(), at_once=at_once) == folded(Shop().a_day_of_money())


@given(again=st.lists(st.integers(0, 15), max_size=20))
def test_whatever_is_told_again_changes_nothing(again: list[int]) -> None:
    events = Shop().a_day_of_money()
    model, once = folded(events), folded(events)
    for index in again:
        model.fold([events[index % len(events)]])
    assert model == once


def test_a_movement_told_again_would_count_twice_without_its_hash() -> None:
    events = Shop().a_day_of_money()
    model = folded(events)
    model.movements.clear()
    for event in events:
        model.fold([event])
    assert model.takings[CASH].totals.loans == 4000, "the control must be able to fail"


def test_a_late_movement_goes_with_the_rescue_session() -> None:
    shop, rescue = Shop(), session_id(9)
    late = shop.entry(shop.movement(1, "paid_in", 70), placement="session", session=S1)
    model = folded([*shop.a_day_of_money(), shop.announced(late)])
    assert model.takings[CASH].totals.paid_in == 570

    model.fold([shop.announced(late.model_copy(update={"placement": "rescue", "session_id": rescue}))])

    assert model.takings[CASH].totals == TOTALS
    assert model.takings[SessionTender(rescue, "cash")].totals == TenderTotals(paid_in=70)
    assert model.sessions[rescue].rescue_of == S1
    assert model.sessions[rescue].receipts == 0


@pytest.mark.parametrize("placement", ["parked", "desk"])
def test_a_movement_that_waits_moves_nothing(placement: str) -> None:
    shop = Shop()
    model = folded([shop.recorded(shop.movement(1, "loan", 500), placement=placement, session=S1)])
    assert model.takings == {}


def test_a_rescue_session_has_the_date_of_the_session_it_belongs_to() -> None:
    shop = Shop()
    other_date = {"business_date": "2026-03-05"}
    sale = shop.entry(shop.sale(1, "TEA"), placement="rescue", session=session_id(9))
    late = sale.model_copy(update={"body": {**sale.body, **other_date}})
    model = folded([*shop.a_day_of_money(), shop.announced(late)])
    assert model.sessions[session_id(9)].business_date == model.sessions[S1].business_date


def test_copies_of_a_report_are_counted_and_receipts_are_not() -> None:
    model = folded(Shop().a_day_of_money())
    assert model.cash_ups[S1].copies == 2


def test_a_journal_is_known_up_to_its_last_entry_and_never_less() -> None:
    shop = Shop()
    events = shop.a_day_of_money()
    model = folded(events)
    assert model.positions[JournalKey("S1", "T1", EPOCH)].seq == shop.seq
    model.fold(events[:2])
    assert model.positions[JournalKey("S1", "T1", EPOCH)].seq == shop.seq


def test_entries_of_a_journal_that_was_left_say_nothing_of_how_far_it_reaches() -> None:
    shop = Shop()
    left = shop.entry(shop.started(1)).model_copy(update={"quarantine": True})
    assert folded([shop.announced(left)]).positions == {}
