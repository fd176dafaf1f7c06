"""The dead-letter desk: what no ledger could take, tried again or discarded by a person."""

from typing import Final, Literal, get_args

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from backoffice_service.domain.repair_reach import Mending, mending_of
from backoffice_service.domain.repairs import UnreadableBody, body_of, written
from backoffice_service.http.approval import approver_of
from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.office import Office, see_other
from backoffice_service.http.repair import drawn, effect, sound_body, words_of
from backoffice_service.messaging.services import ServiceAway, ServiceRefused
from backoffice_service.pages.entry_changes import told_rows
from backoffice_service.pages.journals import worded
from backoffice_service.pages.letters import content_of
from tillday_contracts.desk_messages import (
    DeadLetterDecided,
    DeadLetterList,
    DeadLetters,
    DeadLetterShown,
    DiscardDeadLetter,
    RepairDeadLetter,
    RetryDeadLetter,
    ShowDeadLetter,
)
from tillday_contracts.entries import BODIES

State = Literal["open", "closed", "all"]
STATES: Final[tuple[State, ...]] = get_args(State)
Wish = RetryDeadLetter | DiscardDeadLetter | RepairDeadLetter
KINDS: Final[dict[str, type[Wish]]] = {
    "retry": RetryDeadLetter,
    "repair": RepairDeadLetter,
    "discard": DiscardDeadLetter,
}
NO_REPAIR: Final = "This letter cannot be repaired here: its page says why."
WRONG: Final = "Check what you typed: a reason of 1 to 120 characters."


def letter_routes(office: Office) -> APIRouter:
    """Return the routes of the dead-letter desk."""
    router = APIRouter(include_in_schema=False)
    see, decide = desk_of(office, "see_letters"), desk_of(office, "decide_letter")

    @router.get("/stores/{store}/letters")
    async def letters(desk: Desk = see) -> Response:
        return await _list(desk)

    @router.get("/stores/{store}/letters/{digest}")
    async def letter(digest: str, desk: Desk = see) -> Response:
        return await _page(desk, digest)

    @router.post("/stores/{store}/letters/{digest}/repair/form")
    async def form(digest: str, desk: Desk = decide) -> Response:
        return await _page(desk, digest)

    @router.post("/stores/{store}/letters/{digest}/repair/effect")
    async def shown(digest: str, desk: Desk = decide) -> Response:
        letter = await _shown(desk, digest)
        if _mending(desk, letter) != "form":
            raise HTTPException(404)
        return effect(desk, letter.entry_type or "", letter.entry or {})

    @router.post("/stores/{store}/letters/{digest}/{act}")
    async def change(digest: str, act: str, desk: Desk = decide) -> Response:
        if act not in KINDS:
            raise HTTPException(404)
        try:
            await _decide(desk, digest, act)
        except Declined as declined:
            return await _page(desk, digest, declined)
        return see_other(f"/stores/{desk.store}/letters/{digest}?done={act}")

    return router


async def _list(desk: Desk) -> Response:
    state: State = next((one for one in STATES if one == desk.asked("state")), "open")
    question = DeadLetters(store=desk.store, state=state, after=desk.asked("after") or None)
    answer = await desk.ask(question, DeadLetterList)
    values = {"state": state, "letters": answer.letters, "more": answer.more}
    return desk.draw("letters.html", "letters", values)


async def _decide(desk: Desk, digest: str, act: str) -> None:
    reason = desk.field("reason")
    known: dict[str, object] = {"digest": digest, "reason": reason}
    details: dict[str, object] = {"letter": digest[:12], "decision": act, "reason": reason}
    if act == "repair":
        known["body"] = _body(desk, await _shown(desk, digest))
        known["approved_by"] = details["approved_by"] = await approver_of(desk, "decide_letter")
    wish = desk.wish(KINDS[act], wrong=WRONG, **known)
    await desk.order(
        wish, DeadLetterDecided, lambda answer: answer.closed, action="decide_letter", details=details
    )


def _body(desk: Desk, letter: DeadLetterShown) -> dict[str, object]:
    """Return what is to count in the place of an entry. Raises Declined."""
    match _mending(desk, letter):
        case "form":
            return sound_body(desk, letter.entry_type or "", letter.entry or {})
        case "json":
            try:
                return body_of(desk.field("body"))
            except UnreadableBody as error:
                raise desk.wrong(str(error)) from None
        case _:
            raise desk.wrong(NO_REPAIR)


def _mending(desk: Desk, letter: DeadLetterShown) -> Mending:
    place = letter.letter.place
    proven = place is not None and place.proven
    is_operator = desk.visitor.role == "operator"
    return mending_of(letter.entry_type, letter.entry, proven=proven, is_operator=is_operator)


async def _shown(desk: Desk, digest: str) -> DeadLetterShown:
    return await desk.ask(ShowDeadLetter(store=desk.store, digest=digest), DeadLetterShown)


async def _page(desk: Desk, digest: str, declined: Declined | None = None) -> Response:
    shown = await _shown(desk, digest)
    kind, came, mending = shown.entry_type or "", shown.entry or {}, _mending(desk, shown)
    values = {
        "letter": shown.letter,
        "entry_type": shown.entry_type,
        "kind": worded(kind, desk.speech) if kind in BODIES else kind,
        "content": content_of(shown),
        "changes": told_rows(shown.repair, came, words_of(desk)),
        "mending": mending,
        "form": drawn(desk, kind, came).form() if mending == "form" else None,
        "body": desk.typed.get("body") or written(came),
    }
    return desk.draw("letter.html", "letters", values, declined=declined)


async def waiting_letters(desk: Desk) -> DeadLetterList | None:
    """Return the dead letters of the store that wait; None where nobody can say."""
    try:
        return await desk.ask(DeadLetters(store=desk.store), DeadLetterList)
    except (ServiceAway, ServiceRefused):
        return None
