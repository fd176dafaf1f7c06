"""Explaining a difference at the back office: line by line, with a picture."""

from datetime import timedelta

import pytest

from backoffice_service.pages.explain import HEIGHT, WIDTH, picture_of
from backoffice_service.pages.speech import LANGUAGES
from tillday_contracts.explain_messages import ExplainTill, TillExplained
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import People, StoreSettings
from unit.backoffice_service.office_room import NOON, OfficeRoom, example

TOLD: TillExplained = example("reply.till_explained")
PAGE = f"/stores/S1/terminals/{TOLD.terminal}/tills/{TOLD.session_id}/explain"


@pytest.fixture
def room() -> OfficeRoom:
    told = OfficeRoom()
    told.services.answers = {
        StoreSettings: example("reply.settings_answer"),
        People: example("reply.people_answer"),
        ExplainTill: TOLD,
    }
    return told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_till_is_explained_from_its_opening_to_what_was_settled(room: OfficeRoom, language: str) -> None:
    page = room.browser(language).get(PAGE).text

    for figure in ("150.00", "153.20", "153.10", "0.10"):
        assert figure in page or figure.replace(".", ",") in page, figure
    assert "T1-5F0C3-12" in page
    assert "T2-9G1D4-3" in page
    assert "<path" not in page  # one event makes no picture


def test_there_is_a_picture_once_something_happened(room: OfficeRoom) -> None:
    curve = ((NOON, 15_320), (NOON + timedelta(hours=1), 14_000))
    room.services.answers[ExplainTill] = TOLD.model_copy(update={"curve": curve, "expected": 14_000})

    page = room.browser().get(PAGE).text

    assert 'role="img"' in page
    assert "what is known now makes it €140.00" in page


def test_the_picture_has_steps_from_edge_to_edge() -> None:
    hours = [NOON + timedelta(hours=n) for n in range(3)]

    picture = picture_of(0, list(zip(hours, (100, 50, 100), strict=True)))

    assert picture is not None
    assert picture.path == f"M0 {HEIGHT}H0V0H{WIDTH // 2}V{HEIGHT // 2}H{WIDTH}V0H{WIDTH}"
    assert (picture.lowest, picture.highest) == (0, 100)
    assert picture_of(5, [(NOON, 5), (NOON, 5)]) is not None  # nothing changed, no time passed
    assert picture_of(0, []) is None


def test_the_address_names_tender_and_page_and_what_makes_no_sense_is_none(room: OfficeRoom) -> None:
    browser = room.browser()
    for query in ("?tender=cash&until=500", "?tender=%00&until=-1", "?until=999999999999"):
        assert browser.get(PAGE + query).status_code == 200

    asked = room.services.commands(ExplainTill)
    assert [(one.tender, one.until) for one in asked] == [("cash", 500), (None, None), (None, None)]


def test_earlier_events_are_a_page_away(room: OfficeRoom) -> None:
    late_line = TOLD.lines[0].model_copy(update={"number": 501})
    room.services.answers[ExplainTill] = TOLD.model_copy(update={"lines": (late_line,), "events": 501})

    assert "until=500" in room.browser().get(PAGE).text


def test_a_till_that_nobody_knows_is_not_found(room: OfficeRoom) -> None:
    room.services.answers[ExplainTill] = Refused(code="unknown_session", text="There is none.")

    assert room.browser().get(PAGE).status_code == 404
