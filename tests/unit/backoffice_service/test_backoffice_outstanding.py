"""What waits in rescue sessions stands on the Terminals and Tills window and leads to its page."""

import re

import pytest

from backoffice_service.domain.access import Role
from backoffice_service.pages.speech import LANGUAGES
from tillday_contracts.desk_messages import DeadLetters
from tillday_contracts.figure_messages import Overview, StoreOverview, StoreOverviews
from tillday_contracts.report_messages import Board, BoardRescue, BoardTerminal, StatusBoard
from tillday_contracts.store_messages import People, StoreDayStatus, StoreSettings
from unit.backoffice_service.office_room import OfficeRoom, PageBrowser, example

BOARD: Board = example("reply.board")
TERMINAL = next(one for one in BOARD.terminals if one.sessions)
TILL = TERMINAL.sessions[0]
RESCUE = BoardRescue(
    session_id="b" * 32,
    name="RESCUE T1-A",
    till=TILL.till,
    business_date=TILL.business_date,
    status="outstanding",
    sales=1,
    movements=0,
    undecided=1,
)
LINK = f'href="/stores/S1/rescues/{RESCUE.session_id}"'


def office(*rescues: BoardRescue, language: str = "en", shown: BoardTerminal | None = None) -> PageBrowser:
    room = OfficeRoom()
    room.services.answers = {
        StoreSettings: example("reply.settings_answer"),
        People: example("reply.people_answer"),
        StoreDayStatus: example("reply.store_days"),
        StatusBoard: BOARD.model_copy(update={"rescues": rescues, "shown": shown}),
    }
    return room.browser(language)


def test_the_window_names_rescue_sessions_that_wait_and_its_till_does_too() -> None:
    for language in LANGUAGES:
        window = office(RESCUE, language=language)
        one = office(RESCUE, language=language, shown=TERMINAL)

        assert window.get("/stores/S1/terminals").text.count(LINK) == 1
        assert one.get(f"/stores/S1/terminals/{TERMINAL.terminal}").text.count(LINK) == 2


def test_without_any_nothing_is_marked() -> None:
    page = office(shown=TERMINAL).get(f"/stores/S1/terminals/{TERMINAL.terminal}").text

    assert "/stores/S1/rescues/" not in page
    assert "outstanding" not in page


@pytest.mark.parametrize(("role", "shown"), [("operator", True), ("supervisor", False)])
def test_the_menu_counts_what_waits_and_letters_only_for_who_may_see_them(role: Role, shown: bool) -> None:
    room = OfficeRoom(role=role)
    told = StoreOverview(store="S1", name="Shop", currency="EUR", rescues=2, alarms=3)
    room.services.answers[StoreOverviews] = Overview(stores=(told,))
    room.services.answers[DeadLetters] = example("reply.dead_letter_list")
    room.services.answers.update(
        {StoreSettings: example("reply.settings_answer"), People: example("reply.people_answer")}
    )

    menu = room.browser().get("/stores/S1/menu?part=day").text

    assert re.findall(r'office-count [\w-]+">(\d+)', menu) == ["2", "3", *(["1"] if shown else [])]
