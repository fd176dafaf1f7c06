"""The Terminals and Tills window: three levels with addresses of their own, and the stream of changes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from backoffice_service.http.desk import Desk, desk_of
from backoffice_service.http.office import Office
from backoffice_service.pages.board import A_PAGE, ONLY, Filters, rows_of
from tillday_contracts.report_messages import Board
from tillday_contracts.store_messages import StoreDays, StoreDayStatus

BECAUSE: Final = {
    "open": 'Cannot open the store "%(name)s" because there are open tills for another Business Date',
    "close": 'Cannot close the store "%(name)s" because there are open tills',
}


def board_routes(office: Office) -> APIRouter:
    """Return the routes of the window."""
    router = APIRouter(include_in_schema=False)
    see = desk_of(office, "see_store")

    @router.get("/stores/{store}/terminals")
    async def terminals(desk: Desk = see) -> Response:
        return await _window(desk)

    @router.get("/stores/{store}/terminals/{terminal}")
    async def one_terminal(terminal: str, desk: Desk = see) -> Response:
        return await _window(desk, terminal=terminal)

    @router.get("/stores/{store}/terminals/{terminal}/tills/{session}")
    async def one_till(terminal: str, session: str, desk: Desk = see) -> Response:
        return await _window(desk, terminal=terminal, session=session)

    @router.get("/stores/{store}/events")
    async def events(request: Request, store: str) -> Response:
        await office.visitor(request, "see_store", store)
        return StreamingResponse(_told(office, request, store), media_type="text/event-stream")

    return router


async def _window(desk: Desk, *, terminal: str = "", session: str = "") -> Response:
    filters = filters_of(desk.request)
    board, days = await asyncio.gather(
        desk.office.shared.ask(filters.question(desk.store, terminal), Board),
        desk.office.shared.ask(StoreDayStatus(store=desk.store), StoreDays),
    )
    because = BECAUSE.get(desk.asked("because"))
    shown = board.shown
    values = {
        "board": board,
        "days": days.days[:1],
        "rows": rows_of(board, desk.speech, desk.facts.names, desk.office.now()),
        "found": board.found,
        "a_page": A_PAGE,
        "summary": board.summary,
        "filters": filters,
        "shown": shown,
        "session": session or (shown.sessions[-1].session_id if shown and shown.sessions else ""),
        "banner": desk.speech.text(because, name=board.name) if because else "",
    }
    asked_by = desk.request.headers
    partly = asked_by.get("hx-request") and "board" in asked_by.get("hx-target", "")
    return desk.draw("board.html" if partly else "terminals.html", "terminals", values)


def filters_of(request: Request) -> Filters:
    """Return the filters in an address; what makes no sense is none."""
    asked = request.query_params
    only = asked.get("only", "all")
    page = asked.get("page", "0")
    return Filters(
        business_date=date_of(asked.get("date", "")),
        find=asked.get("find", "").replace("\x00", "")[:60],
        only=only if only in ONLY else "all",
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 0,
    )


def date_of(text: str) -> date | None:
    """Return a date as browsers send it, None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def _told(office: Office, request: Request, store: str) -> AsyncIterator[str]:
    """Tell a page to look again; once its visitor is out a last time, which leads it to the door."""
    yield ": hello\n\n"
    async for beat in office.pulse.changes(store):
        is_in = await office.door.visitor(request) is not None
        yield f"event: board\ndata: {beat}\n\n"
        if not is_in:
            return
