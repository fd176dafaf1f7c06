"""Differences over time, the calendar and the overview of stores: summed, ordered, in one currency each."""

import hashlib
from dataclasses import replace
from datetime import date

from report_service.domain.calendar import CalendarRows, DayFigures, calendar_of
from report_service.domain.differences import DifferenceRows, Found, differences_of
from report_service.domain.overviews import OverviewRows, Terminals, overview_of
from report_service.domain.rows import StoreRow, TenderRow

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
SHOP = StoreRow("S1", "Corner shop", "EUR", "Europe/Madrid")
QUIET = StoreRow("S2", "Quiet shop", "EUR", "Europe/Madrid")
TENDERS = {"cash": TenderRow(0, "Cash", "EUR"), "dollars": TenderRow(1, "Dollars", "USD")}


def found(terminal: str, difference: int, *, tender: str = "cash", on: date = MONDAY) -> Found:
    session = hashlib.md5(f"{terminal} {on}".encode(), usedforsecurity=False).hexdigest()
    return Found(session, "S1", on, terminal, f"D-{terminal}", f"C-{terminal}", tender, difference)


def test_the_worst_terminal_stands_first_and_nothing_is_set_off_against_anything() -> None:
    rows = DifferenceRows(
        store=SHOP,
        by="terminal",
        counted_on={TUESDAY: 1, MONDAY: 3},
        counted_of={"T1": 2, "T2": 1, "T3": 1},
        found=[
            found("T1", -300),
            found("T1", 300, on=TUESDAY),
            found("T2", -500),
            found("T2", 900, tender="dollars"),
        ],
        tenders=TENDERS,
        names={"T1": "Front desk"},
    )

    told = differences_of(rows)

    assert [(one.key, one.name, one.currency, one.off, one.missing, one.surplus) for one in told.rows] == [
        ("T1", "Front desk", "EUR", 2, 300, 300),
        ("T2", "T2", "EUR", 1, 500, 0),
        ("T3", "T3", "EUR", 0, 0, 0),
        ("T2", "T2", "USD", 1, 0, 900),
    ]
    assert [(one.business_date, one.sessions, one.missing, one.surplus) for one in told.days] == [
        (MONDAY, 3, 800, 0),
        (TUESDAY, 1, 0, 300),
    ]
    assert [one.difference for one in told.sessions] == [-500, -300, 300, 900]


def test_a_cashier_whom_nobody_named_is_a_row_of_its_own() -> None:
    nobody = replace(found("T1", -1), cashier=None)
    rows = DifferenceRows(
        store=SHOP, by="cashier", counted_on={MONDAY: 1}, counted_of={"": 1}, found=[nobody], tenders=TENDERS
    )
    assert [(one.key, one.missing) for one in differences_of(rows).rows] == [("", 1)]


def test_a_calendar_holds_every_date_of_which_anything_is_known() -> None:
    rows = CalendarRows(
        store=SHOP,
        states={TUESDAY: "open"},
        figures={MONDAY: DayFigures(sessions=2, running=1, provisional=1, receipts=5, total=900)},
        found=[found("T1", -300), found("T2", 700, tender="dollars")],
        tenders=TENDERS,
        rescues={date(2026, 3, 1): 1},
        tasks={},
    )

    days = {one.business_date: one for one in calendar_of(rows).days}

    assert list(days) == [date(2026, 3, 1), MONDAY, TUESDAY]
    assert (days[MONDAY].state, days[MONDAY].missing, days[MONDAY].surplus) == (None, 300, 0)
    assert (days[TUESDAY].state, days[TUESDAY].sessions) == ("open", 0)


def test_a_store_with_an_alarm_stands_before_one_whose_money_differs() -> None:
    rows = OverviewRows(
        stores=[QUIET, SHOP, StoreRow("S3", "Third", "EUR", "UTC")],
        newest={"S1": (MONDAY, "open")},
        terminals={"S1": Terminals(2, 2, 0, 7)},
        figures={"S1": DayFigures(total=100)},
        running={"S1": 1},
        found=[found("T1", -300)],
        tenders={"S1": TENDERS},
        alarms={"S3": 1},
    )

    told = overview_of(rows).stores

    assert [one.store for one in told] == ["S3", "S1", "S2"]
    assert told[1].troubles == ("differences", "waiting")
    assert (told[1].missing, told[1].open_tills, told[2].troubles) == (300, 1, ())
