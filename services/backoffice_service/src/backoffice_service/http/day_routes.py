"""Opening and closing a store, and taking back a day: what stands before it, and what came of it."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from backoffice_service.domain.access import Action, Visitor
from backoffice_service.http.board_routes import date_of
from backoffice_service.http.entrance import fields
from backoffice_service.http.office import Office, see_other
from backoffice_service.messaging.services import ServiceRefused, command
from backoffice_service.pages.board import rows_of
from tillday_contracts.business_dates import business_today
from tillday_contracts.day_messages import CancelDay
from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import Board, StatusBoard
from tillday_contracts.store_messages import CloseStore, DayAnswer, OpenStore, StoreDays, StoreDayStatus

Wish = OpenStore | CloseStore | CancelDay
ACTS: Final[dict[str, tuple[Action, type[Wish]]]] = {
    "open": ("open_store", OpenStore),
    "close": ("close_store", CloseStore),
    "cancel": ("cancel_day", CancelDay),
}
WRONG: Final = "Check what you typed: a date, and a reason of at most 120 characters."


@dataclass(frozen=True, slots=True)
class Desk:
    """One request of a visitor about a store."""

    office: Office
    request: Request
    visitor: Visitor
    store: str


def day_routes(office: Office) -> APIRouter:
    """Return the routes of a store's day."""
    router = APIRouter(include_in_schema=False)

    @router.get("/stores/{store}/day")
    async def day(request: Request, store: str) -> Response:
        visitor = await office.visitor(request, "see_store", store)
        return await _page(Desk(office, request, visitor, store))

    @router.post("/stores/{store}/day/{act}")
    async def change(request: Request, store: str, act: str) -> Response:
        if act not in ACTS:
            return see_other(f"/stores/{store}/day")
        desk = Desk(office, request, await office.visitor(request, ACTS[act][0], store), store)
        try:
            wish = _wish(desk, act, await fields(request))
        except ValidationError:
            return await _page(desk, said=WRONG, status=422)
        return await _carry_out(desk, act, wish)

    return router


def _wish(desk: Desk, act: str, form: dict[str, str]) -> Wish:
    """Return the command of a form: the same key, the same command. Raises ValidationError."""
    key = desk.request.headers.get("idempotency-key") or form.get("key", "")
    asked: dict[str, object] = {
        "store": desk.store,
        "business_date": date_of(form.get("business_date", "")),
    }
    reason = form.get("reason", "").strip()
    if act == "close" and reason:
        asked["waive"] = reason
    if act == "cancel":
        asked["reason"] = reason
    return command(ACTS[act][1], desk.visitor, key=key[:200], at=desk.office.now(), **asked)


async def _carry_out(desk: Desk, act: str, wish: Wish) -> Response:
    details = wish.model_dump(mode="json", include={"business_date", "waive", "reason"})
    try:
        answer = await desk.office.services.ask(wish, DayAnswer)
    except ServiceRefused as error:
        await _note(desk, act, outcome=error.refusal.code, details=details)
        return await _refused(desk, act, error.refusal)
    await _note(desk, act, outcome=answer.state, details=details)
    return see_other(f"/stores/{desk.store}/day?done={act}")


async def _note(desk: Desk, act: str, *, outcome: str, details: dict[str, object]) -> None:
    action = ACTS[act][0]
    await desk.office.note(
        desk.request, desk.visitor, action=action, store=desk.store, outcome=outcome, details=details
    )


async def _refused(desk: Desk, act: str, refusal: Refused) -> Response:
    """Open tills are shown where they stand; anything else is said on the page itself."""
    if refusal.code == "open_tills":
        return see_other(f"/stores/{desk.store}/terminals?only=open&because={act}")
    return await _page(desk, said=refusal.text, status=409)


async def _page(desk: Desk, *, said: str = "", status: int = 200) -> Response:
    office, store = desk.office, desk.store
    facts, speech = await office.facts(store), await office.speech(desk.request, store)
    board, days = await asyncio.gather(
        office.services.ask(StatusBoard(store=store), Board),
        office.services.ask(StoreDayStatus(store=store), StoreDays),
    )
    rows = rows_of(board, speech, facts.names, office.now())
    content = facts.settings
    values: dict[str, Any] = {
        "visitor": desk.visitor,
        "store": store,
        "store_name": board.name,
        "part": "day",
        "days": days.days[:14],
        "tasks": days.tasks,
        "current": next((one for one in days.days if one.state in ("open", "closing", "opening")), None),
        "today": business_today(office.now(), time_zone=content.time_zone, rollover=content.rollover),
        "rows": rows,
        "open_rows": [row for row in rows if row.active],
        "silent_rows": [row for row in rows if row.is_silent and row.is_open],
        "waiting_rows": [row for row in rows if row.waiting],
        "said": said,
        "done": desk.request.query_params.get("done", ""),
    }
    return office.draw(desk.request, "day.html", values, status=status)
