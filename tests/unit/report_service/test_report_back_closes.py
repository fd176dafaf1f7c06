"""A close from the back office in reports: whose figures they are, and how paper and terminal compare."""

from dataclasses import replace
from datetime import UTC, date, datetime

from report_service.domain.cash_ups import ClosedSession, cash_ups_of
from report_service.domain.rows import BackCloseRow, CashUpRow, Session, StoreRow, TenderRow
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.close_messages import TypedTender
from tillday_contracts.entries import TenderCount
from tillday_contracts.report_messages import CashUp, ToldTender

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STORE = StoreRow("S1", "Corner shop", "EUR")
SESSION = Session("a" * 32, "S1", "T1", "T1", MONDAY, status="closed_back", closed_from="Backoffice")
TOTALS = {"cash": TenderTotals(15000, 4000)}
TENDERS = {"cash": TenderRow(0, "Cash", "EUR")}
UNCOUNTED = BackCloseRow(SESSION.session_id, "B-1", "SUPERVISOR-1", "The PC is dead", NOON, "none")
TYPED = replace(
    UNCOUNTED,
    source="typed",
    tenders=(TypedTender(tender="cash", counted=18990, kept=15000),),
    told_by="SUPERVISOR-1",
)


def own(counted: int, kept: int = 15000) -> CashUpRow:
    count = TenderCount(
        tender="cash",
        opening=15000,
        expected=19000,
        counted=counted,
        difference=counted - 19000,
        kept=kept,
        moved=counted - kept,
    )
    at = NOON.replace(hour=18)
    return CashUpRow(SESSION.session_id, "T1-00000-1", at, "CASHIER-1", "Terminal", (count,))


def report_of(report: CashUpRow | None, back: BackCloseRow | None) -> CashUp:
    (shown,) = cash_ups_of(STORE, [ClosedSession(SESSION, report, back, TOTALS, {})], TENDERS).reports
    return shown


def test_without_amounts_nothing_is_counted_and_the_expected_amount_stands_alone() -> None:
    report = report_of(None, UNCOUNTED)
    assert (report.number, report.closed_from, report.source) == ("B-1", "Backoffice", "none")
    assert report.tenders == ()
    assert [(one.tender, one.expected) for one in report.figures] == [("cash", 19000)]
    assert report.provisional


def test_typed_amounts_are_a_count_against_what_the_ledger_expects() -> None:
    report = report_of(None, TYPED)
    assert (report.source, report.provisional) == ("typed", True)
    (count,) = report.tenders
    assert (count.opening, count.expected, count.counted, count.difference) == (15000, 19000, 18990, -10)
    assert (count.kept, count.moved) == (15000, 3990)


def test_amounts_without_a_kept_one_stay_in_the_till() -> None:
    scanned = replace(TYPED, source="scanned", tenders=(TypedTender(tender="cash", counted=19000),))
    report = report_of(None, scanned)
    assert (report.source, report.tenders[0].kept, report.tenders[0].moved) == ("scanned", 19000, 0)


def test_the_terminals_own_close_counts_and_what_was_typed_stands_beside_it() -> None:
    report = report_of(own(18990), TYPED)
    assert (report.number, report.source, report.provisional) == ("T1-00000-1", "terminal", False)
    assert report.tenders[0].counted == 18990
    assert report.back is not None
    told = ToldTender(tender="cash", counted=18990, kept=15000, own_counted=18990, own_kept=15000)
    assert (report.back.number, report.back.tenders) == ("B-1", (told,))


def test_paper_that_says_something_else_than_the_terminal_is_marked() -> None:
    for close in (own(19000), own(18990, kept=14000)):
        report = report_of(close, TYPED)
        assert report.back is not None
        assert [told.differs for told in report.back.tenders] == [True]
    unknown = replace(TYPED, tenders=(TypedTender(tender="card", counted=5),))
    report = report_of(own(19000), unknown)
    assert report.back is not None
    assert [(told.own_counted, told.differs) for told in report.back.tenders] == [(None, True)]


def test_before_the_terminals_own_close_nothing_differs_from_it() -> None:
    report = report_of(None, TYPED)
    assert report.back is not None
    assert [told.differs for told in report.back.tenders] == [False]


def test_nothing_is_provisional_once_somebody_said_that_no_close_will_come() -> None:
    report = report_of(None, replace(UNCOUNTED, no_close_by="SUPERVISOR-1"))
    assert not report.provisional
    assert report.back is not None
    assert report.back.no_close_by == "SUPERVISOR-1"


def test_a_close_at_the_terminal_alone_knows_no_back_office() -> None:
    report = report_of(own(19000), None)
    assert (report.back, report.source, report.provisional) == (None, "terminal", False)
