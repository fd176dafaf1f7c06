"""One page of a status board: filtered, searched, and counted over all of it."""

from datetime import timedelta

from made_up_board import BOARD, NOON, terminal, till
from report_service.domain.board_lines import BoardLines
from report_service.domain.board_page import BoardPart, Viewing, page_of, part_of
from report_service.domain.lines import SessionLine, TerminalLine
from report_service.domain.presence import Listening
from tillday_contracts.report_messages import Board, BoardTerminal, BoardTill, StatusBoard

LONG = Listening(NOON - timedelta(hours=1), NOON)
VIEWING = Viewing(now=NOON, listening=LONG, names={"CASHIER-1": "Cashier 1"})


def asked(board: Board = BOARD, /, **wanted: object) -> BoardPart:
    question = StatusBoard.model_validate({"store": "S1", **wanted})
    return part_of(lines_of(board), question, VIEWING)


def lines_of(board: Board) -> BoardLines:
    """What the read models hold of a board."""
    sessions = [(one.terminal, session) for one in board.terminals for session in one.sessions]
    return BoardLines(
        terminals=[terminal_line(one) for one in board.terminals],
        sessions=[session_line(f"{place}", *one) for place, one in enumerate(sessions)],
        off={
            f"{place}": sum(count.difference for count in session.tenders)
            for place, (_, session) in enumerate(sessions)
        },
    )


def terminal_line(one: BoardTerminal) -> TerminalLine:
    return TerminalLine(one.terminal, one.name, one.business_date, "back_office", one.last_seen, one.waiting)


def session_line(session_id: str, terminal: str, one: BoardTill) -> SessionLine:
    status = "open" if one.status == "Open in Front-office" else "closed_front"
    placed = (session_id, terminal, one.till, one.business_date)
    return SessionLine(*placed, status, "back_office", one.opened_by, None)  # type: ignore[arg-type]


def shown(**wanted: object) -> list[str]:
    return list(asked(**wanted).terminals)


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

    assert (summary.terminals, summary.open_tills_at, summary.difference) == (3, ("T1",), -500)
    assert (summary.waiting, summary.silent_at, summary.with_difference) == (37, ("T3",), 1)


def test_a_page_has_its_part_and_says_how_many_there_are() -> None:
    part = asked(skip=1, most=1, terminal="T3")
    page = page_of(BOARD, part)

    assert ([one.terminal for one in page.terminals], page.found) == (["T2"], 3)
    assert part.codes == {"T2", "T3"}, "only these are looked up whole"
    assert page.shown is not None
    assert page.shown.terminal == "T3"
    assert asked(skip=9, most=1, terminal="T9").codes == frozenset()
    assert asked(terminal="T9").shown is None


def test_of_very_many_open_tills_the_first_are_named_and_all_are_counted() -> None:
    many = tuple(terminal(f"T{n}", till(f"T{n}", "Open in Front-office")) for n in range(2000))
    board = BOARD.model_copy(update={"terminals": many})
    part = asked(board, most=50)

    assert (part.summary.open_tills, len(part.summary.open_tills_at), len(part.codes)) == (2000, 20, 50)
    assert len(page_of(board, part).model_dump_json()) < 64 * 1024
