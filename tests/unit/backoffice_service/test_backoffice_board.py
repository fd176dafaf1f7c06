"""What the Terminals and Tills window shows of a board."""

from datetime import UTC, date, datetime, timedelta

from backoffice_service.pages.board import Filters, chosen, rows_of, summed
from backoffice_service.pages.speech import Speech, language_of
from tillday_contracts.entries import TenderCount
from tillday_contracts.report_messages import Board, BoardTerminal, BoardTill

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
DAY = date(2026, 3, 14)
SPEECH = Speech("en")


def till(terminal: str, status: str, *, difference: int = 0, total: int = 1000) -> BoardTill:
    counted = TenderCount(
        tender="cash",
        opening=0,
        expected=1000,
        counted=1000 + difference,
        difference=difference,
        kept=0,
        moved=0,
    )
    return BoardTill(
        session_id="0" * 32,
        till=f"TILL{terminal}",
        business_date=DAY,
        status=status,
        opened_by="CASHIER-1",
        total=total,
        tenders=(counted,) if difference else (),
    )


def terminal(code: str, *sessions: BoardTill, seen: int = 5, waiting: int = 0) -> BoardTerminal:
    return BoardTerminal(
        terminal=code,
        name=f"Counter {code}",
        status="Opened in back-office",
        business_date=DAY,
        last_seen=NOON - timedelta(seconds=seen),
        waiting=waiting,
        sessions=sessions,
    )


BOARD = Board(
    store="S1",
    name="A store",
    currency="EUR",
    terminals=(
        terminal("T1", till("T1", "Open in Front-office")),
        terminal("T2", till("T2", "Closed in Front-office", difference=-500)),
        terminal("T3", seen=900, waiting=37),
    ),
)
ROWS = rows_of(BOARD, SPEECH, {"CASHIER-1": "Cashier 1"}, NOON)


def shown(**wanted: object) -> list[str]:
    return [row.code for row in chosen(ROWS, Filters(**wanted))]  # type: ignore[arg-type]


def test_the_filters_leave_the_tills_in_the_way_the_silent_and_those_that_miss_money() -> None:
    assert shown() == ["T1", "T2", "T3"]
    assert shown(only="open") == ["T1"]
    assert shown(only="offline") == ["T3"]
    assert shown(only="difference") == ["T2"]


def test_the_search_finds_terminals_by_code_name_and_whoever_works_there() -> None:
    assert shown(find="counter t2") == ["T2"]
    assert shown(find="CASHIER 1") == ["T1"]
    assert shown(find="<script>") == []


def test_the_figures_above_count_every_terminal_whatever_the_filter() -> None:
    summary = summed(ROWS)

    assert (summary.terminals, summary.open_tills, summary.difference) == (3, ("T1",), -500)
    assert (summary.waiting, summary.silent) == (37, ("T3",))


def test_an_address_keeps_the_filters_and_changes_one() -> None:
    filters = Filters(business_date=DAY, find="a&b", only="open", page=2)

    assert filters.query(page="") == "?date=2026-03-14&find=a%26b&only=open"


def test_how_long_ago_is_said_in_the_language_of_the_page() -> None:
    spanish = rows_of(BOARD, Speech("es"), {}, NOON)

    assert [row.seen for row in ROWS] == ["now", "now", "15 min ago"]
    assert spanish[2].seen == "hace 15 min"


def test_a_browser_is_spoken_to_as_it_was_chosen_else_as_it_asks() -> None:
    assert language_of("es", "en-GB,en;q=0.9") == "es"
    assert language_of("", "es-ES,es;q=0.9") == "es"
    assert language_of("xx", "fr") == "en"
