"""Asking the ledger what the guests of a session brought: one answer, or none."""

import asyncio
from collections.abc import Callable
from typing import Final

from terminal_agent.desk.book import Book
from terminal_agent.desk.refused import refused
from tillday_contracts.asks import Ask, AskFailed, Content, TillTotals

ANSWER_SECONDS: Final = 8.0


class TotalsQuestion:
    """One question at a time; `send` returns False where there is no link."""

    def __init__(
        self,
        book: Book,
        online: Callable[[], bool],
        send: Callable[[Ask], bool],
        *,
        patience: float = ANSWER_SECONDS,
    ) -> None:
        self._book = book
        self._online = online
        self._send = send
        self._patience = patience
        self._turn = asyncio.Lock()
        self._request_id: str | None = None
        self._answer: asyncio.Future[TillTotals] | None = None

    async def ask(self, session_id: str) -> TillTotals:
        """Return what guests brought into a session. Raises Refused."""
        async with self._turn:
            self._request_id = self._book.world.random_bytes(16).hex()
            self._answer = asyncio.get_running_loop().create_future()
            question = Ask(request_id=self._request_id, session_id=session_id)
            try:
                if not self._online() or not self._send(question):
                    raise refused("offline", "The back office knows what guests brought: connect first.")
                async with asyncio.timeout(self._patience):
                    return await self._answer
            except TimeoutError:
                raise refused("no_answer", "The back office did not answer: ask again.") from None
            finally:
                self._request_id = self._answer = None

    def take(self, content: Content) -> None:
        """Take an answer; what answers another question is dropped."""
        if not isinstance(content, TillTotals | AskFailed):
            return
        if self._answer is None or content.request_id != self._request_id or self._answer.done():
            return
        if isinstance(content, AskFailed):
            self._answer.set_exception(refused("totals_refused", content.text))
        else:
            self._answer.set_result(content)
