"""Closing a till from the back office, with what its printed report says or without."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, HTTPException, Path
from fastapi.responses import Response

from backoffice_service.domain.guest_reaches import UnreadableGuests, guests_of
from backoffice_service.domain.printed_report import UnreadableForm, evidence_of
from backoffice_service.http.board_routes import filters_of
from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.office import Office, see_other
from backoffice_service.pages.board import RUNNING
from tillday_contracts.close_messages import CloseTill, SayNoClose, TillClosedInBack
from tillday_contracts.messages import Done
from tillday_contracts.report_messages import Board, BoardTill, StatusBoard
from tillday_contracts.sharing_messages import CoverGuests

WRONG: Final = "Check what you typed: a reason of 1 to 120 characters."
STILL_OPEN: Final = ("open", "closing_count")


@dataclass(frozen=True, slots=True)
class Where:
    """Which till an address means."""

    terminal: Annotated[str, Path()]
    session: Annotated[str, Path()]


def till_routes(office: Office) -> APIRouter:
    """Return the routes of a till's close."""
    router = APIRouter(include_in_schema=False)
    path = "/stores/{store}/terminals/{terminal}/tills/{session}"
    close, there = desk_of(office, "close_till"), Depends(Where)

    @router.get(f"{path}/close")
    async def close_page(where: Where = there, desk: Desk = close) -> Response:
        return await _page(desk, where)

    @router.post(f"{path}/close")
    async def close_till(where: Where = there, desk: Desk = close) -> Response:
        try:
            done = await _close(desk, where.session)
        except Declined as declined:
            return await _page(desk, where, declined)
        return _led_back(desk, where, done)

    @router.post(f"{path}/no-close")
    async def no_close(where: Where = there, desk: Desk = close) -> Response:
        try:
            await _say_no_close(desk, where.session)
        except Declined as declined:
            return await _page(desk, where, declined)
        return _led_back(desk, where, "decided")

    @router.post(f"{path}/guests")
    async def guests(where: Where = there, desk: Desk = close) -> Response:
        try:
            await _cover_guests(desk, where.session)
        except Declined as declined:
            return await _page(desk, where, declined)
        return _led_back(desk, where, "guests")

    return router


async def _close(desk: Desk, session: str) -> str:
    reason = desk.field("reason")
    currencies = {one.tender: one.currency for one in desk.facts.settings.tenders}
    try:
        evidence = evidence_of(desk.typed, currencies)
    except UnreadableForm as error:
        raise desk.wrong(str(error)) from None
    wish = desk.wish(CloseTill, wrong=WRONG, session_id=session, reason=reason, evidence=evidence)
    details = {"session": session, "reason": reason, "report": wish.evidence.kind}
    answer = await desk.order(
        wish, TillClosedInBack, lambda answer: answer.number, action="close_till", details=details
    )
    return "wished" if answer.status in STILL_OPEN else "closed"


async def _say_no_close(desk: Desk, session: str) -> None:
    reason = desk.field("reason")
    wish = desk.wish(SayNoClose, wrong=WRONG, session_id=session, reason=reason)
    details = {"session": session, "reason": reason, "report": "will never come"}
    await desk.order(wish, Done, lambda _: "decided", action="close_till", details=details)


async def _cover_guests(desk: Desk, session: str) -> None:
    reason = desk.field("reason")
    try:
        named = guests_of(desk.field("guests"))
    except UnreadableGuests as error:
        raise desk.wrong(str(error)) from None
    wish = desk.wish(CoverGuests, wrong=WRONG, session_id=session, reason=reason, guests=named)
    said = [f"{one.terminal} {one.through or 'all'}" for one in named]
    details = {"session": session, "reason": reason, "guests": said}
    await desk.order(wish, Done, lambda _: "decided", action="close_till", details=details)


def _led_back(desk: Desk, where: Where, done: str) -> Response:
    """Lead back to the page, which says what was done."""
    query = filters_of(desk.request).query(done=done)
    return see_other(f"/stores/{desk.store}/terminals/{where.terminal}/tills/{where.session}/close{query}")


async def _page(desk: Desk, where: Where, declined: Declined | None = None) -> Response:
    business_date = filters_of(desk.request).business_date
    question = StatusBoard(store=desk.store, business_date=business_date, most=1, terminal=where.terminal)
    till = _till(await desk.ask(question, Board), where)
    if till is None and not (desk.asked("done") or declined):
        raise HTTPException(404)
    values = {
        "terminal": where.terminal,
        "session": where.session,
        "till": till,
        "running": till is not None and till.status in RUNNING,
        "tenders": desk.facts.settings.tenders,
    }
    return desk.draw("till-close.html", "terminals", values, declined=declined)


def _till(board: Board, where: Where) -> BoardTill | None:
    sessions = board.shown.sessions if board.shown else ()
    return next((one for one in sessions if one.session_id == where.session), None)
