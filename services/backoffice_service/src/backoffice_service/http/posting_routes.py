"""How closed sessions become stock moves and accounts: the list, one session's steps, retry and waive."""

import asyncio
from typing import Final, get_args

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from backoffice_service.http.board_routes import date_of
from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.office import Office, see_other
from backoffice_service.messaging.services import ServiceRefused
from backoffice_service.pages.books import Books
from tillday_contracts.account_messages import Accounts, Chart
from tillday_contracts.messages import Done
from tillday_contracts.posting_messages import (
    PostingList,
    Postings,
    PostingShown,
    PostingState,
    RetryPosting,
    ShowPosting,
    WaivePosting,
)

STATES: Final[tuple[PostingState, ...]] = get_args(PostingState)
ACTS: Final = ("retry", "waive")
WRONG: Final = "Check what you typed: a reason of 1 to 120 characters."


def posting_routes(office: Office) -> APIRouter:
    """Return the routes of postings."""
    router = APIRouter(include_in_schema=False)
    see, keep = desk_of(office, "see_books"), desk_of(office, "keep_ledger")

    @router.get("/stores/{store}/ledger/postings")
    async def postings(desk: Desk = see) -> Response:
        return await _list(desk)

    @router.get("/stores/{store}/ledger/postings/{session}")
    async def posting(session: str, desk: Desk = see) -> Response:
        return await _page(desk, session)

    @router.post("/stores/{store}/ledger/postings/{session}/{act}")
    async def change(session: str, act: str, desk: Desk = keep) -> Response:
        if act not in ACTS:
            raise HTTPException(404)
        try:
            await _carry_out(desk, session, act)
        except Declined as declined:
            return await _page(desk, session, declined)
        return see_other(f"/stores/{desk.store}/ledger/postings/{session}?done={act}")

    return router


async def books_of(desk: Desk) -> Books:
    """Return how this store's accounts and tenders are called."""
    chart = await desk.ask(Accounts(store=desk.store), Chart)
    tenders = {one.tender: one.name for one in desk.facts.settings.tenders}
    return Books(
        speech=desk.speech, accounts={one.account: one.name for one in chart.accounts}, tenders=tenders
    )


async def posting_of(desk: Desk, session: str) -> PostingShown | None:
    """Return how far a session is posted, None where it is not closed yet."""
    try:
        return await desk.ask(ShowPosting(store=desk.store, session_id=session), PostingShown)
    except ServiceRefused as error:
        if error.refusal.code != "unknown_session":
            raise
    return None


async def _list(desk: Desk) -> Response:
    state = next((one for one in STATES if one == desk.asked("state")), None)
    on = date_of(desk.asked("date"))
    answer = await desk.ask(Postings(store=desk.store, state=state, business_date=on), PostingList)
    return desk.draw("postings.html", "ledger", {"answer": answer, "state": state or "", "on": on})


async def _carry_out(desk: Desk, session: str, act: str) -> None:
    reason = desk.field("reason")
    wish: RetryPosting | WaivePosting
    if act == "waive":
        wish = desk.wish(WaivePosting, wrong=WRONG, session_id=session, reason=reason)
    else:
        wish = desk.wish(RetryPosting, wrong=WRONG, session_id=session)
    details = {"session": session, "posting": act, "reason": reason}
    await desk.order(wish, Done, lambda _: "done", action="keep_ledger", details=details)


async def _page(desk: Desk, session: str, declined: Declined | None = None) -> Response:
    shown, books = await asyncio.gather(
        desk.ask(ShowPosting(store=desk.store, session_id=session), PostingShown), books_of(desk)
    )
    values = {"shown": shown, "posting": shown.posting, "books": books}
    return desk.draw("posting.html", "ledger", values, declined=declined)
