"""Sales, X and flash reports at the back office: plotted, exported, and without a till said plainly."""

import csv
import io

import pytest

from backoffice_service.pages.sales import as_text, bars_of, spreadsheet
from backoffice_service.pages.speech import LANGUAGES
from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import FlashReport, Sales, SalesReport, SalesRow, XReport
from tillday_contracts.store_messages import People, StoreSettings
from unit.backoffice_service.office_room import OfficeRoom, example


def row(name: str, total: int) -> SalesRow:
    return SalesRow(key=name, name=name, receipts=1, quantity=2, total=total)


SALES = Sales(currency="EUR", rows=(row("<b>Tea", 1000), row("=1+1", -250), row("Water", 0)), total=750)


@pytest.fixture
def room() -> OfficeRoom:
    """A supervisor who looks at figures."""
    told = OfficeRoom()
    told.services.answers = {
        StoreSettings: example("reply.settings_answer"),
        People: example("reply.people_answer"),
        SalesReport: SALES,
        XReport: example("reply.snapshot"),
        FlashReport: example("reply.flash"),
    }
    return told


def test_bars_are_as_long_as_their_amounts_whichever_way_the_money_went() -> None:
    assert [bar.width for bar in bars_of(SALES)] == [100, 25, 0]
    assert bars_of(Sales(currency="EUR", rows=(), total=0)) == []


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_no_name_is_a_formula_in_the_export(cell: str) -> None:
    assert as_text(cell) == f"'{cell}"
    assert as_text("Tea - green") == "Tea - green"


def test_the_export_holds_every_group_with_plain_amounts() -> None:
    lines = list(csv.reader(io.StringIO(spreadsheet(SALES))))

    assert lines[1:3] == [
        ["<b>Tea", "<b>Tea", "1", "2", "10.00", "EUR"],
        ["'=1+1", "'=1+1", "1", "2", "-2.50", "EUR"],
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sales_are_plotted_and_exported_as_the_address_says(room: OfficeRoom, language: str) -> None:
    browser = room.browser(language)
    query = "?by=hour&first=2026-03-01&last=2026-03-14"

    page, export = browser.get(f"/stores/S1/sales{query}"), browser.get(f"/stores/S1/sales.csv{query}")

    assert 'width="25"' in page.text
    assert "&lt;b&gt;Tea" in page.text
    assert export.headers["content-disposition"].endswith('"sales-by-hour-2026-03-01-2026-03-14.csv"')
    asked = room.services.commands(SalesReport)
    assert [(str(one.first), str(one.last), one.by) for one in asked] == [
        ("2026-03-01", "2026-03-14", "hour")
    ] * 2


def test_an_address_without_sense_shows_the_products_of_seven_days(room: OfficeRoom) -> None:
    assert room.browser().get("/stores/S1/sales?by=%27&first=x&last=%00").status_code == 200
    (asked,) = room.services.commands(SalesReport)
    assert (str(asked.first), asked.by) == ("2026-03-08", "product")


def test_dates_in_the_wrong_order_are_refused_in_words(room: OfficeRoom) -> None:
    room.services.answers[SalesReport] = Refused(code="dates_reversed", text="2026 is after 2025")

    answer = room.browser().get("/stores/S1/sales")

    assert answer.status_code == 409
    assert "2026 is after 2025" in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_terminal_s_x_and_flash_report_stand_beside_each_other(room: OfficeRoom, language: str) -> None:
    page = room.browser(language).get("/stores/S1/terminals/T1/figures")

    assert page.status_code == 200
    assert "Apple" in page.text


def test_without_an_open_till_the_flash_report_stands_alone(room: OfficeRoom) -> None:
    room.services.answers[XReport] = Refused(code="no_open_till", text="No till is open at T1.")

    page = room.browser().get("/stores/S1/terminals/T1/figures").text

    assert "No till is open." in page
    assert "Apple" in page


def test_a_terminal_that_nobody_knows_has_no_figures(room: OfficeRoom) -> None:
    room.services.answers[FlashReport] = Refused(code="unknown_terminal", text="There is no terminal T9.")

    assert room.browser().get("/stores/S1/terminals/T9/figures").status_code == 404
