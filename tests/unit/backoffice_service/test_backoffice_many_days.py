"""The calendar, differences and the overview of stores: right figures, readable plots, safe exports."""

import csv
import io
import re
from dataclasses import replace
from datetime import date

import pytest

from backoffice_service.pages.calendar import Month, month_of, weeks_of
from backoffice_service.pages.differences import bars_of, spreadsheet
from backoffice_service.pages.plots import LEFT, Frame, Series, columns, lines
from backoffice_service.pages.speech import LANGUAGES
from tillday_contracts.figure_messages import (
    Calendar,
    CalendarDay,
    DifferenceReport,
    DifferenceRow,
    Differences,
    Overview,
    StoreCalendar,
    StoreOverview,
    StoreOverviews,
)
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import People, StoreSettings
from unit.backoffice_service.office_room import OfficeRoom, example

MARCH = Month(date(2026, 3, 1))
FRAME = Frame(name="p", title="Sold <b>", told="What", value=str, tick=str, labels=["1", "2", "3"])


@pytest.fixture
def room() -> OfficeRoom:
    """A supervisor who looks back."""
    told = OfficeRoom()
    told.services.answers = {
        StoreSettings: example("reply.settings_answer"),
        People: example("reply.people_answer"),
        DifferenceReport: example("reply.differences"),
        StoreCalendar: example("reply.calendar"),
        StoreOverviews: example("reply.overview"),
    }
    return told


def test_bars_hang_below_zero_and_stand_above_it() -> None:
    plot = columns(FRAME, [Series("up", "good", [0, 100, 50]), Series("down", "bad", [-100, 0, 0])])
    down, tall, half = sorted(plot.boxes, key=lambda box: (box.look, box.x))
    assert down.y == plot.zero
    assert tall.y + tall.height == pytest.approx(plot.zero, abs=0.2)
    assert tall.height == pytest.approx(2 * half.height, abs=0.2)
    assert [mark.text for mark in plot.across] == ["-100", "-50", "0", "50", "100"]


@pytest.mark.parametrize("values", [[], [0], [0, 0, 0], [5], [10**15, -1, 3]])
def test_any_values_can_be_plotted(values: list[float]) -> None:
    frame = Frame(
        name="p", title="", told="", value=str, tick=str, labels=[str(at) for at in range(len(values))]
    )
    for plot in (columns(frame, [Series("a", "one", values)]), lines(frame, [Series("a", "one", values)])):
        assert 1 <= len(plot.across) <= 7
        assert all(0 <= box.y <= plot.height and box.height >= 0 for box in plot.boxes)


def test_a_line_stops_where_nothing_was_measured_twice_and_a_lonely_point_is_a_dot() -> None:
    longer = replace(FRAME, labels=[str(at) for at in range(4)])
    (line,) = lines(longer, [Series("a", "one", [1, None, None, 3])]).lines
    assert re.fullmatch(r"M[\d. ]+ h0 M[\d. ]+ h0", line.path)
    (line,) = lines(FRAME, [Series("a", "one", [1, None, 3])]).lines
    assert re.fullmatch(r"M[\d. ]+ L[\d. ]+", line.path), "one span may be missed"
    (line,) = lines(FRAME, [Series("a", "one", [1, 2, None])]).lines
    assert re.fullmatch(r"M[\d. ]+ L[\d. ]+", line.path)


def test_long_axes_name_few_places() -> None:
    frame = Frame(name="p", title="", told="", value=str, tick=str, labels=[str(at) for at in range(100)])
    wide, narrow = (
        columns(replace(frame, width=width), [Series("a", "one", [1] * 100)]) for width in (1080, 540)
    )
    assert (len(wide.along), len(narrow.along)) == (13, 6)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-03", date(2026, 3, 1)),
        ("2026-13", date(2025, 7, 1)),
        ("0001-01", date(2025, 7, 1)),
        ("9999-12", date(2025, 7, 1)),
        ("'", date(2025, 7, 1)),
        ("２０２６-03", date(2025, 7, 1)),
    ],
)
def test_an_address_names_a_month_or_the_present_one_is_meant(text: str, first: date) -> None:
    assert month_of(text, date(2025, 7, 9)).first == first


def test_a_month_has_whole_weeks_and_knows_its_neighbours() -> None:
    told = Calendar(store="S1", currency="EUR", days=(CalendarDay(business_date=date(2026, 3, 14), total=5),))
    weeks = weeks_of(MARCH, told)
    assert {len(week) for week in weeks} == {7}
    assert [cell.day.total for week in weeks for cell in week if cell.day] == [5]
    assert (str(MARCH.before), str(MARCH.next), MARCH.last) == ("2026-02", "2026-04", date(2026, 3, 31))


def difference(key: str, missing: int, surplus: int = 0, currency: str = "EUR") -> DifferenceRow:
    return DifferenceRow(
        key=key, name=key, currency=currency, sessions=2, off=1, missing=missing, surplus=surplus
    )


def test_bars_of_one_currency_are_compared_with_each_other_only() -> None:
    told = Differences(
        currency="EUR",
        days=(),
        rows=(difference("T1", 1000, 250), difference("T2", 500), difference("T1", 5, currency="USD")),
        sessions=(),
    )
    assert [(bar.missing, bar.surplus) for bar in bars_of(told)] == [(100, 25), (50, 0), (100, 0)]


def test_no_name_is_a_formula_in_the_export_of_differences() -> None:
    told = Differences(currency="EUR", days=(), rows=(difference("=1+1", 1000),), sessions=())
    _, line = csv.reader(io.StringIO(spreadsheet(told)))
    assert line == ["'=1+1", "'=1+1", "2", "1", "10.00", "0.00", "EUR"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_about_many_days_stands_in_each_language(room: OfficeRoom, language: str) -> None:
    browser = room.browser(language)
    calendar = browser.get("/stores/S1/calendar?month=2026-03")
    differences = browser.get("/stores/S1/differences?by=cashier")
    assert (calendar.status_code, differences.status_code) == (200, 200)
    assert "Cashier 1" in differences.text
    for page in (calendar.text, differences.text):
        assert 'role="img" aria-labelledby=' in page
    assert browser.get("/stores").status_code == 200


def test_an_address_without_sense_means_the_last_thirty_days_of_every_terminal(room: OfficeRoom) -> None:
    only = "x" * 200
    page = room.browser().get(f"/stores/S1/differences?by=%27&first=x&last=%00&only={only}")
    assert page.status_code == 200
    (asked,) = room.services.commands(DifferenceReport)
    assert (str(asked.first), str(asked.last), asked.by, asked.only) == (
        "2026-02-13",
        "2026-03-14",
        "terminal",
        None,
    )
    assert room.browser().get("/stores/S1/differences?last=0001-01-02").status_code == 200


def test_dates_in_the_wrong_order_are_refused_in_words(room: OfficeRoom) -> None:
    room.services.answers[DifferenceReport] = Refused(code="dates_reversed", text="2026 is after 2025")
    answer = room.browser().get("/stores/S1/differences")
    assert (answer.status_code, "2026 is after 2025" in answer.text) == (409, True)


def test_a_supervisor_asks_about_own_stores_and_an_operator_about_all(room: OfficeRoom) -> None:
    room.browser().get("/stores")
    operator = OfficeRoom(role="operator", services=room.services)
    operator.browser().get("/stores")
    assert [one.stores for one in room.services.commands(StoreOverviews)] == [("S1",), None]


def test_the_overview_names_what_needs_somebody(room: OfficeRoom) -> None:
    store = StoreOverview(
        store="S1", name="<b>Shop", currency="EUR", alarms=2, silent=1, troubles=("alarms", "silent")
    )
    room.services.answers[StoreOverviews] = Overview(stores=(store,))
    page = room.browser().get("/stores").text
    assert "2 alarms" in page
    assert "1 silent" in page
    assert "&lt;b&gt;Shop" in page


def test_a_bar_that_stands_alone_is_still_a_bar_in_the_middle() -> None:
    frame = Frame(name="one", title="One", told="One day", value=str, tick=str, labels=["21 Nov"])

    (box,) = columns(frame, [Series("Missing", "bad", [-100])]).boxes

    assert box.width < frame.room / 10
    assert abs(box.x + box.width / 2 - (LEFT + frame.room / 2)) < 1
