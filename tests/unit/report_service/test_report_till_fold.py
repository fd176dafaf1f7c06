"""Folding what the ledger recorded into sessions, totals and cash-up reports."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_service.domain.board import till_status
from report_service.domain.rows import (
    Before,
    Changes,
    JournalKey,
    SessionProduct,
    SessionTender,
    Sold,
    Takings,
    TerminalProduct,
)
from report_service.domain.till_fold import TillEvent, fold, needs, next_status
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import JoinAsked, TillJoined, TillLeft
from tillday_contracts.till_messages import SessionStatus
from unit.report_service.ledger_events import MONDAY, NOON, Ledger, session_id
from unit.report_service.read_model import ReadModel

S1 = session_id(1)


def folded(events: Sequence[TillEvent], *, at_once: int = 1) -> ReadModel:
    model = ReadModel()
    for start in range(0, len(events), at_once):
        model.fold(events[start : start + at_once])
    return model


def test_a_day_ends_in_one_closed_session_with_its_totals_and_its_report() -> None:
    model = folded(Ledger().a_day())

    session = model.sessions[S1]
    assert (session.status, session.receipts, session.total) == ("closed_front", 2, 1500)
    assert (session.opened_by, session.closed_by, session.closed_from) == (
        "CASHIER-1",
        "SUPERVISOR-1",
        "Terminal",
    )
    assert (session.opened_at, session.closed_at) == (
        NOON + timedelta(minutes=2),
        NOON + timedelta(minutes=6),
    )
    totals = TenderTotals(opening=15000, sales=1500)
    assert model.takings == {SessionTender(S1, "cash"): Takings(totals, receipts=2, worth=1500)}
    assert model.products == {
        SessionProduct(S1, "TEA"): Sold("Tea", 2, 500, 2),
        SessionProduct(S1, "MUG"): Sold("Mug", 1, 1000, 1),
    }
    report = model.cash_ups[S1]
    assert [(t.expected, t.counted, t.difference) for t in report.tenders] == [(16500, 16400, -100)]


@given(at_once=st.integers(1, 9))
def test_the_rows_do_not_depend_on_how_events_are_bundled(at_once: int) -> None:
    assert folded(Ledger().a_day(), at_once=at_once) == folded(Ledger().a_day())


def test_everything_told_twice_changes_nothing() -> None:
    once, twice = folded(Ledger().a_day()), folded(Ledger().a_day())
    for event in Ledger().a_day():
        twice.fold([event])
    assert twice == once


def test_a_receipt_told_again_would_count_twice_without_its_hash() -> None:
    events = Ledger().a_day()
    model = folded(events)
    model.receipts.clear()
    model.fold(events[4:5])
    assert model.sessions[S1].receipts == 4, "the control must be able to fail"


def test_a_receipt_that_moves_to_the_rescue_session_leaves_the_one_it_was_in() -> None:
    ledger, rescue = Ledger(), session_id(99)
    events = ledger.a_day()
    late = ledger.entry(ledger.sale(1, "MUG"), placement="session", session=S1)
    model = folded([*events, ledger.announced(late)])
    assert model.sessions[S1].total == 2500

    moved = late.model_copy(update={"placement": "rescue", "session_id": rescue})
    model.fold([ledger.announced(moved)])

    assert (model.sessions[S1].receipts, model.sessions[S1].total) == (2, 1500)
    assert (model.sessions[rescue].receipts, model.sessions[rescue].total) == (1, 1000)
    assert (model.sessions[rescue].rescue_of, model.sessions[S1].rescue_of) == (S1, None)
    assert model.takings[SessionTender(rescue, "cash")].totals.sales == 1000
    assert model.takings[SessionTender(S1, "cash")] == Takings(TenderTotals(15000, 1500), 2, 1500)
    assert model.products[SessionProduct(S1, "MUG")] == Sold("Mug", 1, 1000, 1)
    sold_here = model.terminal_products[TerminalProduct("S1", "T1", MONDAY, "MUG")]
    assert sold_here == Sold("Mug", 2, 2000, 2), "the terminal sold it, whichever session holds it"


@pytest.mark.parametrize("placement", ["parked", "desk"])
def test_a_receipt_that_waits_for_a_person_counts_nowhere(placement: str) -> None:
    ledger = Ledger()
    model = folded([ledger.recorded(ledger.sale(1, "TEA"), placement=placement, session=S1)])
    model.positions.clear()
    assert model == ReadModel()


def test_a_parked_receipt_counts_once_it_is_placed() -> None:
    ledger = Ledger()
    parked = ledger.entry(ledger.sale(1, "TEA"), placement="parked")
    model = folded([ledger.announced(parked)])
    model.fold([ledger.announced(parked.model_copy(update={"placement": "session", "session_id": S1}))])
    assert model.sessions[S1].total == 250


def test_a_count_of_a_journal_that_was_left_is_no_report_of_the_till() -> None:
    ledger = Ledger()
    close = ledger.entry(ledger.closed(1, opening=0, expected=0, counted=0, kept=0))
    assert folded([ledger.announced(close.model_copy(update={"quarantine": True}))]).cash_ups == {}
    assert len(folded([ledger.announced(close)]).cash_ups) == 1


def test_a_session_of_a_terminal_that_opened_itself_says_so() -> None:
    events = Ledger().a_day(origin="front_office")[:4]
    session = folded(events).sessions[S1]
    assert (session.origin, till_status(session)) == ("front_office", "Opened in Terminal")


def test_the_origin_known_from_an_earlier_run_is_the_session_s() -> None:
    events = Ledger().a_day(origin="front_office")
    model = folded([])
    first = events[0]
    assert first.subject.endswith("entries_recorded.v1")
    for entry in first.entries:  # type: ignore[union-attr]
        model.fold([first.model_copy(update={"entries": (entry,)})])
    assert model.sessions[S1].origin == "front_office"


def test_a_session_closed_in_the_back_office_names_who_closed_it() -> None:
    ledger = Ledger()
    events = [*ledger.a_day()[:4], ledger.changed(1, "closed_back", by="MANAGER-1")]
    session = folded(events).sessions[S1]
    assert (session.closed_from, session.closed_by) == ("Backoffice", "MANAGER-1")


def test_who_closed_a_session_stays_known_when_the_close_is_told_again() -> None:
    ledger = Ledger()
    later = {"occurred_at": NOON.replace(hour=20)}
    once = [*ledger.a_day()[:4], ledger.changed(1, "closed_back", by="MANAGER-1")]
    again = folded([*once, ledger.changed(1, "closed_back", kept=(), **later)])
    first = folded([*once[:4], ledger.changed(1, "closed_back"), ledger.changed(1, "closed_back", **later)])
    named = folded([*once[:4], ledger.changed(1, "closed_back"), once[4]])

    assert (again.sessions[S1].closed_by, again.sessions[S1].closed_at) == ("MANAGER-1", NOON)
    assert (first.sessions[S1].closed_by, first.sessions[S1].closed_at) == (None, NOON)
    assert named.sessions[S1].closed_by == "MANAGER-1"


def test_a_guest_comes_and_goes_and_stays_known() -> None:
    ledger = Ledger("T2")
    joined = TillJoined(session_id=S1, till="T1", host="T1", business_date=MONDAY, by="CASHIER-2")
    model = folded([ledger.recorded(joined)])
    assert model.guests == {(S1, "T2"): True}

    model.fold([ledger.recorded(TillLeft(session_id=S1, till="T1", by="CASHIER-2"))])
    assert model.guests == {(S1, "T2"): False}


def test_who_only_asked_to_join_is_no_guest() -> None:
    ledger = Ledger("T2")
    asked = JoinAsked(till="T1", business_date=MONDAY, by="CASHIER-2")
    assert folded([ledger.recorded(asked, TillLeft(session_id=None, till="T1", by="CASHIER-2"))]).guests == {}


def test_the_terminals_own_close_arriving_later_brings_its_report_and_keeps_the_status() -> None:
    ledger = Ledger()
    own = ledger.closed(1, opening=15000, expected=15000, counted=15000, kept=15000)
    events = [*ledger.a_day()[:4], ledger.changed(1, "closed_back", by="MANAGER-1"), ledger.recorded(own)]
    model = folded([*events, ledger.changed(1, "closed_front")])
    assert (model.sessions[S1].status, model.sessions[S1].closed_from) == ("closed_back", "Backoffice")
    assert model.cash_ups[S1].tenders[0].counted == 15000


@pytest.mark.parametrize(
    ("now", "told", "then"),
    [
        ("open", "closing_count", "closing_count"),
        ("closing_count", "open", "open"),
        ("closed_front", "open", "closed_front"),
        ("closed_front", "posted", "posted"),
        ("closed_back", "closed_front", "closed_back"),
        ("posted", "closed_front", "posted"),
    ],
)
def test_a_closed_session_never_opens_again(
    now: SessionStatus, told: SessionStatus, then: SessionStatus
) -> None:
    assert next_status(now, told) == then


def test_a_fold_asks_only_for_the_rows_its_events_name() -> None:
    ledger = Ledger()
    sale = ledger.entry(ledger.sale(1, "TEA"), placement="session", session=S1)
    asked = needs([ledger.announced(sale), ledger.changed(2, "open")])
    assert asked.sessions == {S1, session_id(2)}
    assert asked.entries == {sale.hash}
    assert asked.terminals == {("S1", "T1")}


def test_an_entry_that_nothing_is_read_from_changes_nothing() -> None:
    ledger = Ledger()
    boot = ledger.entry(ledger.started(1)).model_copy(update={"type": "BOOT", "body": {"odd": 1}})
    changes = fold(Before(), [ledger.announced(boot)])
    assert list(changes.positions) == [JournalKey("S1", "T1", boot.epoch)]
    changes.positions.clear()
    assert changes == Changes()


def test_each_terminal_has_sessions_of_its_own() -> None:
    one, other = Ledger("T1"), Ledger("T2")
    events = [event for pair in zip(one.a_day(1), other.a_day(2), strict=True) for event in pair]
    model = folded(events, at_once=3)
    assert {key: row.terminal for key, row in model.sessions.items()} == {S1: "T1", session_id(2): "T2"}
    assert {row.business_date for row in model.sessions.values()} == {MONDAY}
