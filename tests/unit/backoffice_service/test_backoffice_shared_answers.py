"""Pages that ask the same at the same time, and share one answer that is new enough for each."""

import asyncio
from typing import Any

from backoffice_service.messaging.services import ServiceAway
from backoffice_service.messaging.shared import SharedAnswers
from made_up_board import BOARD
from tillday_contracts.messages import Question
from tillday_contracts.report_messages import Board, StatusBoard

MINE, OTHERS = StatusBoard(store="S1", most=50), StatusBoard(store="S1", most=50, only="open")


class Reports:
    """Answers when it is let; an answer shows what was true when it was begun."""

    def __init__(self) -> None:
        self.truth = 0
        self.begun: list[Question] = []
        self.let = asyncio.Event()
        self.error: Exception | None = None

    async def ask(self, message: Question, _expect: type[Any]) -> Board:
        self.begun.append(message)
        seen = self.truth
        await self.let.wait()
        if self.error:
            raise self.error
        return BOARD.model_copy(update={"found": seen})


async def begun(reports: Reports, times: int) -> None:
    async with asyncio.timeout(15):
        while len(reports.begun) < times:
            await asyncio.sleep(0)


async def test_pages_that_are_woken_together_ask_once_and_other_views_for_themselves() -> None:
    reports = Reports()
    shared = SharedAnswers(reports.ask)
    asking = [asyncio.create_task(shared.ask(MINE, Board)) for _ in range(20)]
    other = asyncio.create_task(shared.ask(OTHERS, Board))
    await begun(reports, 2)
    reports.let.set()

    assert len({id(one) for one in await asyncio.gather(*asking)}) == 1
    assert (await other).found == 0
    assert reports.begun == [MINE, OTHERS]
    await shared.ask(MINE, Board)
    assert len(reports.begun) == 3, "nothing is kept"


async def test_who_asks_after_a_change_never_gets_an_answer_that_was_begun_before_it() -> None:
    reports = Reports()
    shared = SharedAnswers(reports.ask)
    early = asyncio.create_task(shared.ask(MINE, Board))
    await begun(reports, 1)
    reports.truth = 1
    late = [asyncio.create_task(shared.ask(MINE, Board)) for _ in range(5)]
    await asyncio.sleep(0)
    reports.let.set()

    # The control: the answer that was on its way shows the change to nobody.
    assert (await early).found == 0
    assert [(await one).found for one in late] == [1] * 5
    assert len(reports.begun) == 2


async def test_one_who_leaves_takes_nothing_from_the_others_and_a_failure_reaches_all() -> None:
    reports = Reports()
    reports.error = ServiceAway("nobody answers")
    shared = SharedAnswers(reports.ask)
    gone, *rest = [asyncio.create_task(shared.ask(MINE, Board)) for _ in range(3)]
    await begun(reports, 1)
    gone.cancel()
    reports.let.set()

    ended = await asyncio.gather(gone, *rest, return_exceptions=True)
    assert isinstance(ended[0], asyncio.CancelledError)
    assert ended[1:] == [reports.error] * 2
    reports.error = None
    assert (await shared.ask(MINE, Board)).found == 0, "the next one asks anew"
