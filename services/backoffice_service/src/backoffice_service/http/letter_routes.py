"""The dead-letter desk: what no ledger could take, tried again or discarded by a person."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from pydantic import ValidationError

from backoffice_service.domain.access import Visitor
from backoffice_service.http.entrance import fields
from backoffice_service.http.office import Office, see_other
from backoffice_service.messaging.services import ServiceRefused, command
from backoffice_service.pages.letters import content_of
from backoffice_service.pages.refusals import sentence_of
from tillday_contracts.desk_messages import (
    DeadLetterDecided,
    DeadLetterList,
    DeadLetters,
    DeadLetterShown,
    DiscardDeadLetter,
    RetryDeadLetter,
    ShowDeadLetter,
)

State = Literal["open", "closed", "all"]
STATES: Final[tuple[State, ...]] = get_args(State)
Wish = RetryDeadLetter | DiscardDeadLetter
KINDS: Final[dict[str, type[Wish]]] = {"retry": RetryDeadLetter, "discard": DiscardDeadLetter}
WRONG: Final = "Check what you typed: a reason of 1 to 120 characters."


@dataclass(frozen=True, slots=True)
class LetterDesk:
    """One request of a visitor about a letter. `typed` is what a form that came back had in it."""

    office: Office
    request: Request
    visitor: Visitor
    store: str
    digest: str
    typed: dict[str, str] = field(default_factory=dict)


def letter_routes(office: Office) -> APIRouter:
    """Return the routes of the dead-letter desk."""
    router = APIRouter(include_in_schema=False)

    @router.get("/stores/{store}/letters")
    async def letters(request: Request, store: str) -> Response:
        return await _list(office, request, store)

    @router.get("/stores/{store}/letters/{digest}")
    async def letter(request: Request, store: str, digest: str) -> Response:
        visitor = await office.visitor(request, "see_letters", store)
        return await _page(LetterDesk(office, request, visitor, store, digest))

    @router.post("/stores/{store}/letters/{digest}/{act}")
    async def decide(request: Request, store: str, digest: str, act: str) -> Response:
        visitor = await office.visitor(request, "decide_letter", store)
        if act not in KINDS:
            raise HTTPException(404)
        typed = await fields(request)
        return await _carry_out(LetterDesk(office, request, visitor, store, digest, typed), act)

    return router


async def _list(office: Office, request: Request, store: str) -> Response:
    visitor = await office.visitor(request, "see_letters", store)
    asked = request.query_params.get("state")
    state: State = next((one for one in STATES if one == asked), "open")
    question = DeadLetters(store=store, state=state, after=request.query_params.get("after") or None)
    facts, answer = await asyncio.gather(office.facts(store), office.services.ask(question, DeadLetterList))
    values: dict[str, Any] = {
        "visitor": visitor,
        "store": store,
        "store_name": facts.settings.name,
        "part": "letters",
        "state": state,
        "letters": answer.letters,
        "more": answer.more,
        "names": facts.names,
        "speech": await office.speech(request, store),
    }
    return office.draw(request, "letters.html", values)


async def _carry_out(desk: LetterDesk, act: str) -> Response:
    reason = desk.typed.get("reason", "").strip()
    key = (desk.request.headers.get("idempotency-key") or desk.typed.get("key", ""))[:200]
    known = {"store": desk.store, "digest": desk.digest, "reason": reason}
    try:
        wish = command(KINDS[act], desk.visitor, key=key, at=desk.office.now(), **known)
    except ValidationError:
        return await _page(desk, said=WRONG, status=422)
    told = {"letter": desk.digest[:12], "decision": act, "reason": reason}
    try:
        answer = await desk.office.services.ask(wish, DeadLetterDecided)
    except ServiceRefused as error:
        await _note(desk, error.refusal.code, told)
        speech = await desk.office.speech(desk.request, desk.store)
        return await _page(desk, said=sentence_of(error.refusal, speech), status=409)
    await _note(desk, answer.closed, told)
    return see_other(f"/stores/{desk.store}/letters/{desk.digest}?done={act}")


async def _note(desk: LetterDesk, outcome: str, told: Mapping[str, object]) -> None:
    await desk.office.note(
        desk.request, desk.visitor, action="decide_letter", store=desk.store, outcome=outcome, details=told
    )


async def _page(desk: LetterDesk, *, said: str = "", status: int = 200) -> Response:
    office, store = desk.office, desk.store
    facts, shown = await asyncio.gather(
        office.facts(store),
        office.services.ask(ShowDeadLetter(store=store, digest=desk.digest), DeadLetterShown),
    )
    speech = await office.speech(desk.request, store)
    values: dict[str, Any] = {
        "visitor": desk.visitor,
        "store": store,
        "store_name": facts.settings.name,
        "part": "letters",
        "letter": shown.letter,
        "entry_type": shown.entry_type,
        "content": content_of(shown),
        "names": facts.names,
        "speech": speech,
        "typed": desk.typed,
        "said": speech.text(said) if said else "",
        "done": desk.request.query_params.get("done", ""),
    }
    return office.draw(desk.request, "letter.html", values, status=status)
