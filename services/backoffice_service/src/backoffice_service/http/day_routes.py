"""Opening and closing a store, and taking back a day: what stands before it, and what came of it."""

import asyncio
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from backoffice_service.domain.access import Action
from backoffice_service.http.board_routes import date_of
from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.office import Office, see_other
from backoffice_service.pages.board import rows_of
from tillday_contracts.business_dates import business_today
from tillday_contracts.day_messages import CancelDay
from tillday_contracts.report_messages import Board, StatusBoard
from tillday_contracts.store_messages import CloseStore, DayAnswer, OpenStore, StoreDays, StoreDayStatus

ACTS: Final[dict[str, tuple[Action, type[OpenStore | CloseStore | CancelDay]]]] = {
    "open": ("open_store", OpenStore),
    "close": ("close_store", CloseStore),
    "cancel": ("cancel_day", CancelDay),
}
MOST_NAMED: Final = 50
WRONG: Final = "Check what you typed: a date, and a reason of at most 120 characters."


def day_routes(office: Office) -> APIRouter:
    """Return the routes of a store's day."""
    router = APIRouter(include_in_schema=False)
    see = desk_of(office, "see_store")

    @router.get("/stores/{store}/day")
    async def day(desk: Desk = see) -> Response:
        return await _page(desk)

    def add(act: str) -> None:
        allowed = desk_of(office, ACTS[act][0])

        @router.post(f"/stores/{{store}}/day/{act}")
        async def change(desk: Desk = allowed) -> Response:
            return await _change(desk, act)

    for act in ACTS:
        add(act)
    return router


async def _change(desk: Desk, act: str) -> Response:
    """Open tills are shown where they stand; any other refusal is said on the page itself."""
    try:
        await _carry_out(desk, act)
    except Declined as declined:
        if declined.code == "open_tills":
            return see_other(f"/stores/{desk.store}/terminals?only=open&because={act}")
        return await _page(desk, declined)
    return see_other(f"/stores/{desk.store}/day?done={act}")


async def _carry_out(desk: Desk, act: str) -> None:
    action, kind = ACTS[act]
    known: dict[str, object] = {"business_date": date_of(desk.field("business_date"))}
    reason = desk.field("reason")
    if act == "close" and reason:
        known["waive"] = reason
    if act == "cancel":
        known["reason"] = reason
    wish = desk.wish(kind, wrong=WRONG, **known)
    details = wish.model_dump(mode="json", include={"business_date", "waive", "reason"})
    await desk.order(wish, DayAnswer, lambda answer: answer.state, action=action, details=details)


async def _page(desk: Desk, declined: Declined | None = None) -> Response:
    now, content = desk.office.now(), desk.facts.settings
    board, days = await asyncio.gather(
        desk.ask(StatusBoard(store=desk.store, only="offline", most=MOST_NAMED), Board),
        desk.ask(StoreDayStatus(store=desk.store), StoreDays),
    )
    rows = rows_of(board, desk.speech, desk.facts.names, now)
    values = {
        "days": days.days[:14],
        "tasks": days.tasks,
        "current": next((one for one in days.days if one.state in ("open", "closing", "opening")), None),
        "today": business_today(now, time_zone=content.time_zone, rollover=content.rollover),
        "summary": board.summary,
        "silent_rows": [row for row in rows if row.presence == "silent" and row.is_open],
        "waiting_rows": [row for row in rows if row.waiting],
    }
    return desk.draw("day.html", "day", values, declined=declined)
