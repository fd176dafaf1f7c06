"""One page of a status board: filtered, searched, and counted over all of it."""

from made_up_board import BOARD, NOON, terminal, till
from report_service.domain.board_page import page_of
from tillday_contracts.report_messages import Board, StatusBoard

NAMES = {"CASHIER-1": "Cashier 1"}


def asked(**wanted: object) -> Board:
    question = StatusBoard.model_validate({"store": "S1", **wanted})
    return page_of(BOARD, question, names=NAMES, now=NOON)


def shown(**wanted: object) -> list[str]:
    return [one.terminal for one in asked(**wanted).terminals]


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
    summary = asked(only="open", most=1).summary

    assert summary is not None
    assert (summary.terminals, summary.open_tills_at, summary.difference) == (3, ("T1",), -500)
    assert (summary.waiting, summary.silent_at, summary.with_difference) == (37, ("T3",), 1)


def test_a_page_has_its_part_and_says_how_many_there_are() -> None:
    page = asked(skip=1, most=1, terminal="T3")

    assert ([one.terminal for one in page.terminals], page.found) == (["T2"], 3)
    assert page.shown is not None
    assert page.shown.terminal == "T3"
    assert asked(skip=9, most=1, terminal="T9").terminals == ()
    assert asked(terminal="T9").shown is None


def test_of_very_many_open_tills_the_first_are_named_and_all_are_counted() -> None:
    many = tuple(terminal(f"T{n}", till(f"T{n}", "Open in Front-office")) for n in range(2000))
    board = BOARD.model_copy(update={"terminals": many})
    page = page_of(board, StatusBoard(store="S1", most=50), names=NAMES, now=NOON)

    assert page.summary is not None
    assert (page.summary.open_tills, len(page.summary.open_tills_at), len(page.terminals)) == (2000, 20, 50)
    assert len(page.model_dump_json()) < 64 * 1024
