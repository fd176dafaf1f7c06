"""The routes of reports and of documents that are printed again."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path

from terminal_agent.core.commands import Actor
from terminal_agent.desk.answers import Figures
from terminal_agent.http.parts import Parts
from terminal_agent.http.requests import CameOut, Empty

Number = Annotated[str, Path(max_length=40)]


def report_routes(parts: Parts) -> APIRouter:
    """Return the routes that show and print what is there already."""
    router = APIRouter(tags=["reports"])
    By = Annotated[Actor, Depends(parts.signed_in)]

    @router.get("/x-report")
    async def x_report(by: By) -> Figures:
        return parts.reports.x_report()

    @router.post("/x-report/print")
    async def print_x_report(by: By, _: Annotated[Empty | None, Body()] = None) -> Figures:
        return await parts.reports.print_x_report(by)

    @router.post("/flash-report")
    async def flash_report(by: By, _: Annotated[Empty | None, Body()] = None) -> Figures:
        return await parts.reports.flash_report(by)

    @router.post("/documents/{number}/reprint")
    async def reprint(by: By, number: Number, _: Annotated[Empty | None, Body()] = None) -> Figures:
        return await parts.reports.reprint(number)

    @router.post("/documents/{number}/came-out")
    async def came_out(by: By, number: Number, wish: CameOut) -> Figures:
        return await parts.reports.came_out(number, complete=wish.complete)

    return router
