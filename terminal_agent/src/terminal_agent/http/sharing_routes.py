"""The routes of a shared till: join, leave, count the guests. They translate and nothing more."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends

from terminal_agent.core.commands import Actor
from terminal_agent.desk.answers import Figures
from terminal_agent.desk.desk import Request
from terminal_agent.http.parts import Parts
from terminal_agent.http.requests import Empty, JoinWish


def sharing_routes(parts: Parts) -> APIRouter:
    """Return every route of a till that terminals share."""
    router = APIRouter(tags=["shared till"])
    By = Annotated[Actor, Depends(parts.signed_in)]
    Once = Annotated[Request | None, Depends(parts.once)]

    @router.get("/till/guest")
    async def guest() -> Figures:
        return parts.sharing.account()

    @router.post("/till/join")
    async def join(by: By, once: Once, wish: JoinWish) -> Figures:
        return await parts.sharing.join(by, wish.till, once)

    @router.post("/till/leave")
    async def leave(by: By, once: Once, _: Annotated[Empty | None, Body()] = None) -> Figures:
        return await parts.sharing.leave(by, once)

    @router.post("/cash-up/guests")
    async def count_guests(by: By, _: Annotated[Empty | None, Body()] = None) -> Figures:
        return await parts.sharing.count_guests(by)

    return router
