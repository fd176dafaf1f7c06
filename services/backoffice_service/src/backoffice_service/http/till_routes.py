"""Closing a till from the back office, with what its printed report says or without."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from pydantic import ValidationError

from backoffice_service.domain.access import Visitor
from backoffice_service.domain.printed_report import UnreadableForm, evidence_of
from backoffice_service.http.board_routes import filters_of
from backoffice_service.http.entrance import fields
from backoffice_service.http.office import Office, StoreFacts, see_other
from backoffice_service.messaging.services import ServiceRefused, command
from backoffice_service.pages.board import RUNNING
from backoffice_service.pages.refusals import sentence_of
from tillday_contracts.close_messages import CloseTill, SayNoClose, TillClosedInBack
from tillday_contracts.messages import Done
from tillday_contracts.report_messages import Board, BoardTill, StatusBoard

WRONG: Final = "Check what you typed: a reason of 1 to 120 characters."
STILL_OPEN: Final = ("open", "closing_count")


@dataclass(frozen=True, slots=True)
class TillDesk:
    """One request of a visitor about a till session. `typed` is what a form that came back had in it."""

    office: Office
    request: Request
    visitor: Visitor
    store: str
    terminal: str
    session: str
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What makes a form sent twice one command."""
        return (self.request.headers.get("idempotency-key") or self.typed.get("key", ""))[:200]

    def done(self, what: str) -> Response:
        """Lead back to the page, which says what was done."""
        query = filters_of(self.request).query(done=what)
        return see_other(f"/stores/{self.store}/terminals/{self.terminal}/tills/{self.session}/close{query}")


def till_routes(office: Office) -> APIRouter:
    """Return the routes of a till's close."""
    router = APIRouter(include_in_schema=False)
    path = "/stores/{store}/terminals/{terminal}/tills/{session}"

    @router.get(f"{path}/close")
    async def close(request: Request, store: str, terminal: str, session: str) -> Response:
        visitor = await office.visitor(request, "close_till", store)
        return await _page(TillDesk(office, request, visitor, store, terminal, session))

    @router.post(f"{path}/close")
    async def close_till(request: Request, store: str, terminal: str, session: str) -> Response:
        visitor = await office.visitor(request, "close_till", store)
        typed = await fields(request)
        return await _close(TillDesk(office, request, visitor, store, terminal, session, typed))

    @router.post(f"{path}/no-close")
    async def no_close(request: Request, store: str, terminal: str, session: str) -> Response:
        visitor = await office.visitor(request, "close_till", store)
        typed = await fields(request)
        return await _say_no_close(TillDesk(office, request, visitor, store, terminal, session, typed))

    return router


async def _close(desk: TillDesk) -> Response:
    currencies = _currencies(await desk.office.facts(desk.store))
    try:
        wish = command(
            CloseTill,
            desk.visitor,
            key=desk.key,
            at=desk.office.now(),
            store=desk.store,
            session_id=desk.session,
            reason=desk.typed.get("reason", "").strip(),
            evidence=evidence_of(desk.typed, currencies),
        )
    except UnreadableForm as error:
        return await _page(desk, said=str(error), status=422)
    except ValidationError:
        return await _page(desk, said=WRONG, status=422)
    told = {"session": desk.session, "reason": wish.reason, "report": wish.evidence.kind}
    try:
        answer = await desk.office.services.ask(wish, TillClosedInBack)
    except ServiceRefused as error:
        return await _refused(desk, error, told)
    await _note(desk, answer.number, told)
    return desk.done("wished" if answer.status in STILL_OPEN else "closed")


async def _say_no_close(desk: TillDesk) -> Response:
    reason = desk.typed.get("reason", "").strip()
    known = {"store": desk.store, "session_id": desk.session, "reason": reason}
    try:
        wish = command(SayNoClose, desk.visitor, key=desk.key, at=desk.office.now(), **known)
    except ValidationError:
        return await _page(desk, said=WRONG, status=422)
    told = {"session": desk.session, "reason": reason, "report": "will never come"}
    try:
        await desk.office.services.ask(wish, Done)
    except ServiceRefused as error:
        return await _refused(desk, error, told)
    await _note(desk, "decided", told)
    return desk.done("decided")


async def _refused(desk: TillDesk, error: ServiceRefused, told: Mapping[str, object]) -> Response:
    await _note(desk, error.refusal.code, told)
    speech = await desk.office.speech(desk.request, desk.store)
    status = 404 if error.refusal.code.startswith("unknown") else 409
    return await _page(desk, said=sentence_of(error.refusal, speech), status=status)


async def _note(desk: TillDesk, outcome: str, told: Mapping[str, object]) -> None:
    await desk.office.note(
        desk.request, desk.visitor, action="close_till", store=desk.store, outcome=outcome, details=told
    )


def _currencies(facts: StoreFacts) -> dict[str, str]:
    return {one.tender: one.currency for one in facts.settings.tenders}


async def _page(desk: TillDesk, *, said: str = "", status: int = 200) -> Response:
    office, facts = desk.office, await desk.office.facts(desk.store)
    speech = await office.speech(desk.request, desk.store)
    board = await office.services.ask(
        StatusBoard(store=desk.store, business_date=filters_of(desk.request).business_date), Board
    )
    till = _till(board, desk.terminal, desk.session)
    done = desk.request.query_params.get("done", "")
    if till is None and not (done or said):
        raise HTTPException(404)
    values: dict[str, Any] = {
        "visitor": desk.visitor,
        "store": desk.store,
        "store_name": board.name,
        "part": "terminals",
        "terminal": desk.terminal,
        "session": desk.session,
        "till": till,
        "running": till is not None and till.status in RUNNING,
        "tenders": facts.settings.tenders,
        "names": facts.names,
        "speech": speech,
        "typed": desk.typed,
        "said": speech.text(said) if said else "",
        "done": done,
    }
    return office.draw(desk.request, "till-close.html", values, status=status)


def _till(board: Board, terminal: str, session: str) -> BoardTill | None:
    shown = (one.sessions for one in board.terminals if one.terminal == terminal)
    return next((each for sessions in shown for each in sessions if each.session_id == session), None)
