"""A whole status board: asked for page by page, since that of a large store is longer than one message."""

from __future__ import annotations

from datetime import date
from typing import Final, Protocol, TypeVar

from tillday_contracts.messages import Done, Question
from tillday_contracts.report_messages import Board, StatusBoard

A_PAGE: Final = 50
Answer = TypeVar("Answer", bound=Done)


class Asked(Protocol):
    """Whoever asks the services."""

    async def ask(self, message: Question, expect: type[Answer]) -> Answer:
        """Return the answer."""


async def whole_board(client: Asked, store: str, *, business_date: date | None = None) -> Board:
    """Return the board with every terminal of the store. Raises what the client raises."""
    first = await client.ask(_page(store, business_date, 0), Board)
    terminals, page, skip = {one.terminal: one for one in first.terminals}, first, A_PAGE
    while page.found is not None and skip < page.found:
        page = await client.ask(_page(store, business_date, skip), Board)
        # One that was registered meanwhile moves the others: whoever comes twice is as newly told.
        terminals |= {one.terminal: one for one in page.terminals}
        skip += A_PAGE
    return first.model_copy(update={"terminals": tuple(terminals[code] for code in sorted(terminals))})


def _page(store: str, business_date: date | None, skip: int) -> StatusBoard:
    return StatusBoard(store=store, business_date=business_date, skip=skip, most=A_PAGE)
