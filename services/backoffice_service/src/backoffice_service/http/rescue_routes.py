"""Rescue sessions: what came late to closed tills, the decisions on it, and the close that posts it."""

from typing import Final, Literal, get_args

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response
from pydantic import ValidationError

from backoffice_service.domain.late_entries import NothingChosen, chosen_entries
from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.office import Office, see_other
from backoffice_service.http.posting_routes import books_of, posting_of
from backoffice_service.pages.rescues import Amounts, decision_rows, goods_of, order_rows
from tillday_contracts.messages import Done
from tillday_contracts.rescue_messages import (
    AcceptRescued,
    CloseRescue,
    RejectRescued,
    RescueClosed,
    RescueDecided,
    RescueSessionList,
    RescueSessions,
    RescueShown,
    ShowRescue,
)

Act = Literal["accept", "reject", "close"]
State = Literal["open", "closed", "all"]
ACTS: Final[tuple[Act, ...]] = get_args(Act)
STATES: Final[tuple[State, ...]] = get_args(State)
Wish = AcceptRescued | RejectRescued | CloseRescue
KINDS: Final[dict[Act, tuple[type[Wish], type[Done]]]] = {
    "accept": (AcceptRescued, RescueDecided),
    "reject": (RejectRescued, RescueDecided),
    "close": (CloseRescue, RescueClosed),
}
WRONG: Final = "Check what you typed: a rejection needs a reason, of at most 120 characters."


def rescue_routes(office: Office) -> APIRouter:
    """Return the routes of rescue sessions."""
    router = APIRouter(include_in_schema=False)
    see, decide = desk_of(office, "see_store"), desk_of(office, "decide_rescue")

    @router.get("/stores/{store}/rescues")
    async def rescues(desk: Desk = see) -> Response:
        return await _list(desk)

    @router.get("/stores/{store}/rescues/{session}")
    async def rescue(session: str, desk: Desk = see) -> Response:
        return await _page(desk, session)

    @router.post("/stores/{store}/rescues/{session}/{act}")
    async def change(session: str, act: str, desk: Desk = decide) -> Response:
        known = next((one for one in ACTS if one == act), None)
        if known is None:
            raise HTTPException(404)
        try:
            await _carry_out(desk, session, known)
        except Declined as declined:
            return await _page(desk, session, declined)
        return see_other(f"/stores/{desk.store}/rescues/{session}?done={act}")

    return router


async def _list(desk: Desk) -> Response:
    state: State = next((one for one in STATES if one == desk.asked("state")), "open")
    answer = await desk.ask(RescueSessions(store=desk.store, state=state), RescueSessionList)
    values = {"state": state, "sessions": answer.sessions, "amounts": _amounts(desk)}
    return desk.draw("rescues.html", "rescues", values)


async def _carry_out(desk: Desk, session: str, act: Act) -> None:
    wish = _wish(desk, session, act)
    details: dict[str, object] = {"session": session, "decision": act}
    if not isinstance(wish, CloseRescue):
        details |= {"entries": [one.entry[:12] for one in wish.entries], "reason": wish.reason}

    def outcome(answer: Done) -> str:
        return answer.number if isinstance(answer, RescueClosed) else act

    await desk.order(wish, KINDS[act][1], outcome, action="decide_rescue", details=details)


def _wish(desk: Desk, session: str, act: Act) -> Wish:
    """Return the command of a form. Raises Declined."""
    known: dict[str, object] = {"session_id": session}
    if act != "close":
        try:
            known["entries"] = chosen_entries(desk.typed)
        except NothingChosen as error:
            raise desk.wrong(str(error)) from None
        except ValidationError:
            raise desk.wrong(WRONG) from None
        known["reason"] = desk.field("reason") or None
    if act == "reject":
        known["no_cash"] = bool(desk.field("no_cash"))
    return desk.wish(KINDS[act][0], wrong=WRONG, **known)


async def _page(desk: Desk, session: str, declined: Declined | None = None) -> Response:
    question = ShowRescue(store=desk.store, session_id=session, after=desk.asked("after") or None)
    shown = await desk.ask(question, RescueShown)
    amounts = _amounts(desk)
    values = {
        "rescue": shown.session,
        "rows": order_rows(shown.entries, amounts, desk.facts.names),
        "goods": goods_of(shown.entries),
        "said_before": decision_rows(shown, desk.facts.names, desk.speech),
        "more": shown.more,
        "amounts": amounts,
        "posted": await posting_of(desk, session) if shown.session.number else None,
        "books": await books_of(desk) if shown.session.number else None,
    }
    return desk.draw("rescue.html", "rescues", values, declined=declined)


def _amounts(desk: Desk) -> Amounts:
    return Amounts(speech=desk.speech, settings=desk.facts.settings)
