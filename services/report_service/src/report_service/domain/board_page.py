"""One page of a status board: filtered, searched and counted where all of it is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from report_service.domain.board import terminal_status
from report_service.domain.board_lines import BoardLine, BoardLines, lines_of
from report_service.domain.presence import Listening, presence_of
from tillday_contracts.report_messages import Board, BoardSummary, StatusBoard

MOST_NAMED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    """When somebody looks, since when terminals could be heard, and the names of the store's people."""

    now: datetime
    names: Mapping[str, str]
    listening: Listening | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPart:
    """Which terminals were asked for, by code, and what is told of all; `shown` is the one that was named."""

    terminals: Sequence[str]
    found: int
    summary: BoardSummary
    shown: str | None

    @property
    def codes(self) -> frozenset[str]:
        """Return all that have to be told of."""
        return frozenset(self.terminals) | ({self.shown} if self.shown else frozenset())


def part_of(rows: BoardLines, question: StatusBoard, viewing: Viewing) -> BoardPart:
    """Return the part of a board that was asked for, counted over all of it."""
    lines, find = lines_of(rows), question.find.casefold()
    left = [
        one.code
        for one in lines
        if _is_wanted(one, question, viewing) and (not find or find in _words(one, viewing.names))
    ]
    end = None if question.most is None else question.skip + question.most
    return BoardPart(
        terminals=left[question.skip : end],
        found=len(left),
        summary=_summary(lines, viewing),
        shown=next((one.code for one in lines if one.code == question.terminal), None),
    )


def page_of(board: Board, part: BoardPart) -> Board:
    """Return the board of a part's terminals as its answer."""
    told = {one.terminal: one for one in board.terminals}
    return board.model_copy(
        update={
            "terminals": tuple(told[code] for code in part.terminals),
            "found": part.found,
            "summary": part.summary,
            "shown": None if part.shown is None else told[part.shown],
        }
    )


def _summary(lines: Sequence[BoardLine], viewing: Viewing) -> BoardSummary:
    """Return the figures of a whole board; of those that need somebody the first are named."""
    running = [one.code for one in lines if one.running]
    opened = [one.terminal for one in lines if one.terminal.business_date]
    present = [presence_of(one.last_seen, viewing.listening, viewing.now) for one in opened]
    silent = [one.terminal for one, presence in zip(opened, present, strict=True) if presence == "silent"]
    return BoardSummary(
        terminals=len(lines),
        open_terminals=len(opened),
        open_tills=len(running),
        open_tills_at=tuple(running[:MOST_NAMED]),
        silent=len(silent),
        silent_at=tuple(silent[:MOST_NAMED]),
        unknown=present.count("unknown"),
        waiting=sum(one.terminal.waiting or 0 for one in lines),
        difference=sum(one.off for one in lines),
        with_difference=sum(one.off != 0 for one in lines),
    )


def _is_wanted(line: BoardLine, question: StatusBoard, viewing: Viewing) -> bool:
    match question.only:
        case "open":
            return bool(line.running)
        case "offline":
            last_seen = line.terminal.last_seen
            silent = presence_of(last_seen, viewing.listening, viewing.now) == "silent"
            return silent or bool(line.terminal.waiting)
        case "difference":
            return line.off != 0
        case _:
            return True


def _words(line: BoardLine, names: Mapping[str, str]) -> str:
    people = (names.get(one.opened_by or "", one.opened_by or "") for one in line.running)
    return " ".join((line.code, line.terminal.name, terminal_status(line.terminal), *people)).casefold()
