"""What the Terminals and Tills window shows of a board."""

from backoffice_service.pages.board import A_PAGE, Filters, rows_of
from backoffice_service.pages.speech import Speech, language_of
from made_up_board import BOARD, DAY, NOON

SPEECH = Speech("en")
ROWS = rows_of(BOARD, SPEECH, {"CASHIER-1": "Cashier 1"}, NOON)


def test_an_address_keeps_the_filters_and_changes_one() -> None:
    filters = Filters(business_date=DAY, find="a&b", only="open", page=2)

    assert filters.query(page="") == "?date=2026-03-14&find=a%26b&only=open"


def test_a_page_of_the_window_is_asked_for_with_its_filters_and_the_terminal_beside_it() -> None:
    asked = Filters(find="Cashier 1", only="open", page=2).question("S1", "T7")

    assert (asked.only, asked.find, asked.terminal) == ("open", "Cashier 1", "T7")
    assert (asked.skip, asked.most) == (2 * A_PAGE, A_PAGE)
    assert Filters().question("S1", "").terminal is None


def test_how_long_ago_is_said_in_the_language_of_the_page() -> None:
    spanish = rows_of(BOARD, Speech("es"), {}, NOON)

    assert [row.seen for row in ROWS] == ["now", "now", "15 min ago"]
    assert spanish[2].seen == "hace 15 min"


def test_a_terminal_that_may_have_spoken_when_nobody_listened_is_not_said_to_be_gone() -> None:
    early = tuple(one.model_copy(update={"presence": "unknown"}) for one in BOARD.terminals)
    rows = rows_of(BOARD.model_copy(update={"terminals": early}), Speech("es"), {}, NOON)

    assert [row.presence for row in rows] == ["unknown"] * 3
    assert rows[2].seen == "hace 15 min", "when it was heard last is known all the same"
    assert [row.presence for row in ROWS] == ["heard", "heard", "silent"]


def test_a_browser_is_spoken_to_as_it_was_chosen_else_as_it_asks() -> None:
    assert language_of("es", "en-GB,en;q=0.9") == "es"
    assert language_of("", "es-ES,es;q=0.9") == "es"
    assert language_of("xx", "fr") == "en"
