"""Asking the back office for a flash report: pages that belong together, or no report at all."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from terminal_agent.desk.book import Book
from terminal_agent.desk.refused import refused
from tillday_contracts.asks import Ask, AskFailed, Content, FlashPage

ANSWER_SECONDS: Final = 8.0
"""The back office waits up to 3 s for the newest entries of this terminal."""


@dataclass(slots=True)
class _Waiting:
    request_id: str
    answer: asyncio.Future[tuple[FlashPage, ...]]
    pages: dict[int, FlashPage] = field(default_factory=dict)


class FlashQuestion:
    """One question at a time; `send` returns False where there is no link."""

    def __init__(
        self, book: Book, online: Callable[[], bool], send: Callable[[Ask], bool], *, patience: float
    ) -> None:
        self._book = book
        self._online = online
        self._send = send
        self._patience = patience
        self._turn = asyncio.Lock()
        self._waiting: _Waiting | None = None

    async def ask(self, person: str) -> tuple[FlashPage, ...]:
        """Return every page of the report. Raises Refused."""
        async with self._turn:
            head = self._book.head
            request_id = self._book.world.random_bytes(16).hex()
            waiting = _Waiting(request_id, asyncio.get_running_loop().create_future())
            question = Ask(request_id=request_id, person=person, epoch=head.epoch, head_seq=head.seq)
            self._waiting = waiting
            try:
                if not self._online() or not self._send(question):
                    raise refused("offline", "The flash report comes from the back office: connect first.")
                async with asyncio.timeout(self._patience):
                    return await waiting.answer
            except TimeoutError:
                raise refused("no_answer", "The back office did not answer: ask again.") from None
            finally:
                self._waiting = None

    def take(self, content: Content) -> None:
        """Take a page or a refusal; what answers another question is dropped."""
        waiting = self._waiting
        if not isinstance(content, FlashPage | AskFailed):
            return
        if waiting is None or content.request_id != waiting.request_id or waiting.answer.done():
            return
        if isinstance(content, AskFailed):
            waiting.answer.set_exception(refused("flash_refused", content.text))
            return
        waiting.pages[content.page] = content
        if len(waiting.pages) == content.pages:
            waiting.answer.set_result(tuple(waiting.pages[page] for page in sorted(waiting.pages)))
