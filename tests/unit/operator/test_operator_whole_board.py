"""The board of a store with very many terminals, asked for by the command line."""

from typing import cast

from made_up_board import BOARD, terminal, till
from tillday_contracts.journal import MAX_MESSAGE_BYTES
from tillday_contracts.messages import Question
from tillday_contracts.report_messages import BoardTerminal, StatusBoard
from tillday_local.operator.whole_board import Answer, whole_board


class Reports:
    """Tells a store's terminals in pages as they are asked for; `meanwhile` is registered after the first."""

    def __init__(self, *terminals: BoardTerminal, meanwhile: BoardTerminal | None = None) -> None:
        self._terminals = list(terminals)
        self._meanwhile = meanwhile
        self.longest = 0

    async def ask(self, message: Question, expect: type[Answer]) -> Answer:
        assert isinstance(message, StatusBoard)
        assert message.most is not None, "a whole board is no message"
        told = sorted(self._terminals, key=lambda one: one.terminal)
        page = tuple(told[message.skip : message.skip + message.most])
        answer = BOARD.model_copy(update={"terminals": page, "found": len(told)})
        self.longest = max(self.longest, len(answer.model_dump_json()))
        if self._meanwhile is not None:
            self._terminals.append(self._meanwhile)
            self._meanwhile = None
        return cast(Answer, answer)


def counted(code: str) -> BoardTerminal:
    closed = [till(code, "Closed in Front-office", difference=-n) for n in range(1, 4)]
    return terminal(code, *closed)


async def test_a_board_that_no_message_carries_is_told_whole() -> None:
    terminals = [counted(f"T{n:04}") for n in range(2000)]
    reports = Reports(*terminals)

    board = await whole_board(reports, "S1")

    assert list(board.terminals) == terminals
    assert reports.longest < MAX_MESSAGE_BYTES / 4
    # The control: the same board at once.
    assert len(board.model_dump_json()) > MAX_MESSAGE_BYTES


async def test_a_terminal_registered_between_two_pages_doubles_and_hides_nobody() -> None:
    reports = Reports(*(terminal(f"T{n:04}") for n in range(120)), meanwhile=terminal("A1"))

    board = await whole_board(reports, "S1")

    assert [one.terminal for one in board.terminals if one.terminal != "A1"] == [
        f"T{n:04}" for n in range(120)
    ]


async def test_a_small_board_is_one_question() -> None:
    class Old(Reports):
        """Reports of a version that does not count what it found."""

        async def ask(self, message: Question, expect: type[Answer]) -> Answer:
            assert cast(StatusBoard, message).skip == 0
            return cast(Answer, BOARD)

    assert (await whole_board(Old(), "S1")).terminals == BOARD.terminals
