"""What happens at the terminal, told to other front ends as it happens (server-sent events)."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Final

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from terminal_agent.http.parts import Parts

LOOK_SECONDS: Final = 0.5
QUIET_SECONDS: Final = 15.0
"""After so long without news a comment is sent, so that a caller who went away is noticed."""


def event_routes(parts: Parts) -> APIRouter:
    """Return the route of the events."""
    router = APIRouter(tags=["terminal"])

    @router.get("/events", response_class=StreamingResponse)
    async def events() -> StreamingResponse:
        """The account of `/status` whenever it is another one: the first at once.

        Each event is named `status`; its data is the account as JSON in one line.
        """
        return StreamingResponse(_accounts(parts), media_type="text/event-stream")

    return router


async def _accounts(parts: Parts) -> AsyncIterator[str]:
    monotonic = parts.book.world.monotonic
    told, told_at = "", monotonic()
    while True:
        account = json.dumps(await parts.status.account())
        if account != told:
            told, told_at = account, monotonic()
            yield f"event: status\ndata: {account}\n\n"
        elif monotonic() - told_at >= QUIET_SECONDS:
            told_at = monotonic()
            yield ": nothing new\n\n"
        await asyncio.sleep(LOOK_SECONDS)
