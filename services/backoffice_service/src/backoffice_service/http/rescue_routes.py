"""Rescue sessions: what came late to closed tills, the decisions on it, and the close that posts it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from pydantic import ValidationError

from backoffice_service.domain.access import Visitor
from backoffice_service.domain.late_entries import NothingChosen, chosen_entries
from backoffice_service.http.entrance import fields
from backoffice_service.http.office import Office, see_other
from backoffice_service.messaging.services import ServiceRefused, command
from backoffice_service.pages.refusals import sentence_of
from backoffice_service.pages.rescues import Amounts, goods_of, order_rows
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


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """One request of a visitor about a rescue session. `typed` is what a form that came back had in it."""

    office: Office
    request: Request
    visitor: Visitor
    store: str
    session: str
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The page's own address."""
        return f"/stores/{self.store}/rescues/{self.session}"


def rescue_routes(office: Office) -> APIRouter:
    """Return the routes of rescue sessions."""
    router = APIRouter(include_in_schema=False)

    @router.get("/stores/{store}/rescues")
    async def rescues(request: Request, store: str) -> Response:
        return await _list(office, request, store)

    @router.get("/stores/{store}/rescues/{session}")
    async def rescue(request: Request, store: str, session: str) -> Response:
        visitor = await office.visitor(request, "see_store", store)
        return await _page(ReviewDesk(office, request, visitor, store, session))

    @router.post("/stores/{store}/rescues/{session}/{act}")
    async def decide(request: Request, store: str, session: str, act: str) -> Response:
        visitor = await office.visitor(request, "decide_rescue", store)
        known = next((one for one in ACTS if one == act), None)
        if known is None:
            raise HTTPException(404)
        typed = await fields(request)
        return await _carry_out(ReviewDesk(office, request, visitor, store, session, typed), known)

    return router


async def _list(office: Office, request: Request, store: str) -> Response:
    visitor = await office.visitor(request, "see_store", store)
    asked = request.query_params.get("state")
    state: State = next((one for one in STATES if one == asked), "open")
    facts, answer = await asyncio.gather(
        office.facts(store),
        office.services.ask(RescueSessions(store=store, state=state), RescueSessionList),
    )
    speech = await office.speech(request, store)
    values: dict[str, Any] = {
        "visitor": visitor,
        "store": store,
        "store_name": facts.settings.name,
        "part": "rescues",
        "state": state,
        "sessions": answer.sessions,
        "amounts": Amounts(speech=speech, settings=facts.settings),
        "names": facts.names,
        "speech": speech,
    }
    return office.draw(request, "rescues.html", values)


async def _carry_out(desk: ReviewDesk, act: Act) -> Response:
    try:
        wish = _wish(desk, act)
    except NothingChosen as error:
        return await _page(desk, said=str(error), status=422)
    except ValidationError:
        return await _page(desk, said=WRONG, status=422)
    try:
        answer = await desk.office.services.ask(wish, KINDS[act][1])
    except ServiceRefused as error:
        await _note(desk, act, wish, outcome=error.refusal.code)
        speech = await desk.office.speech(desk.request, desk.store)
        return await _page(desk, said=sentence_of(error.refusal, speech), status=409)
    outcome = answer.number if isinstance(answer, RescueClosed) else act
    await _note(desk, act, wish, outcome=outcome)
    return see_other(f"{desk.address}?done={act}")


def _wish(desk: ReviewDesk, act: Act) -> Wish:
    """Return the command of a form. Raises NothingChosen or ValidationError."""
    key = desk.request.headers.get("idempotency-key") or desk.typed.get("key", "")
    asked: dict[str, object] = {"store": desk.store, "session_id": desk.session}
    if act != "close":
        reason = desk.typed.get("reason", "").strip()
        asked |= {"entries": chosen_entries(desk.typed), "reason": reason or None}
    if act == "reject":
        asked["no_cash"] = bool(desk.typed.get("no_cash"))
    return command(KINDS[act][0], desk.visitor, key=key[:200], at=desk.office.now(), **asked)


async def _note(desk: ReviewDesk, act: Act, wish: Wish, *, outcome: str) -> None:
    details: dict[str, object] = {"session": desk.session, "decision": act}
    if not isinstance(wish, CloseRescue):
        details |= {"entries": [one.entry[:12] for one in wish.entries], "reason": wish.reason}
    await desk.office.note(
        desk.request,
        desk.visitor,
        action="decide_rescue",
        store=desk.store,
        outcome=outcome,
        details=details,
    )


async def _page(desk: ReviewDesk, *, said: str = "", status: int = 200) -> Response:
    office, store = desk.office, desk.store
    after = desk.request.query_params.get("after") or None
    facts, shown = await asyncio.gather(
        office.facts(store),
        office.services.ask(ShowRescue(store=store, session_id=desk.session, after=after), RescueShown),
    )
    speech = await office.speech(desk.request, store)
    amounts = Amounts(speech=speech, settings=facts.settings)
    values: dict[str, Any] = {
        "visitor": desk.visitor,
        "store": store,
        "store_name": facts.settings.name,
        "part": "rescues",
        "rescue": shown.session,
        "rows": order_rows(shown.entries, amounts, facts.names),
        "goods": goods_of(shown.entries),
        "more": shown.more,
        "amounts": amounts,
        "names": facts.names,
        "speech": speech,
        "typed": desk.typed,
        "said": speech.text(said) if said else "",
        "done": desk.request.query_params.get("done", ""),
    }
    return office.draw(desk.request, "rescue.html", values, status=status)
