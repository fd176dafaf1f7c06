"""One page of a status board: filtered, searched and counted where all of it is known."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from tillday_contracts.report_messages import (
    Board,
    BoardSummary,
    BoardTerminal,
    BoardTill,
    StatusBoard,
)

SILENT_AFTER: Final = timedelta(seconds=150)
MOST_NAMED: Final = 20
RUNNING: Final = ("Open in Front-office", "Opened in Terminal")


def page_of(board: Board, question: StatusBoard, *, names: Mapping[str, str], now: datetime) -> Board:
    """Return the part of a board that was asked for, counted over all of it."""
    left = [
        one
        for one in board.terminals
        if _is_wanted(one, question, board, now=now) and question.find.casefold() in _words(one, names)
    ]
    end = None if question.most is None else question.skip + question.most
    return board.model_copy(
        update={
            "terminals": tuple(left[question.skip : end]),
            "found": len(left),
            "summary": summary_of(board, now),
            "shown": next((one for one in board.terminals if one.terminal == question.terminal), None),
        }
    )


def summary_of(board: Board, now: datetime) -> BoardSummary:
    """Return the figures of a whole board; of those that need somebody the first are named."""
    differences = [difference_of(one, board) for one in board.terminals]
    running = [one.terminal for one in board.terminals if _running(one)]
    silent = [one.terminal for one in board.terminals if one.business_date and is_silent(one, now)]
    return BoardSummary(
        terminals=len(board.terminals),
        open_terminals=sum(one.business_date is not None for one in board.terminals),
        open_tills=len(running),
        open_tills_at=tuple(running[:MOST_NAMED]),
        silent=len(silent),
        silent_at=tuple(silent[:MOST_NAMED]),
        waiting=sum(one.waiting or 0 for one in board.terminals),
        difference=sum(differences),
        with_difference=sum(difference != 0 for difference in differences),
    )


def difference_of(terminal: BoardTerminal, board: Board) -> int:
    """Return what was missing or too much at a terminal, in the store's own currency."""
    counted = (count for session in terminal.sessions for count in session.tenders)
    own = (one for one in counted if board.currencies.get(one.tender, board.currency) == board.currency)
    return sum(one.difference for one in own)


def is_silent(terminal: BoardTerminal, now: datetime) -> bool:
    """Say whether a terminal was not heard for so long that it counts as offline."""
    return terminal.last_seen is None or now - terminal.last_seen > SILENT_AFTER


def _running(terminal: BoardTerminal) -> list[BoardTill]:
    return [session for session in terminal.sessions if session.status in RUNNING]


def _is_wanted(terminal: BoardTerminal, question: StatusBoard, board: Board, *, now: datetime) -> bool:
    match question.only:
        case "open":
            return bool(_running(terminal))
        case "offline":
            return is_silent(terminal, now) or bool(terminal.waiting)
        case "difference":
            return difference_of(terminal, board) != 0
        case _:
            return True


def _words(terminal: BoardTerminal, names: Mapping[str, str]) -> str:
    people = (names.get(one.opened_by or "", one.opened_by or "") for one in _running(terminal))
    return " ".join((terminal.terminal, terminal.name, terminal.status, *people)).casefold()
