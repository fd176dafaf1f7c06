"""The page of one's own second factor; an operator lets others set up a new one there."""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from backoffice_service.authenticator import address_of, picture_of, words_of
from backoffice_service.domain.access import Visitor
from backoffice_service.http.codes import FIELD, CodeWanted
from backoffice_service.http.door import address_of as sender_of
from backoffice_service.http.door import person_of
from backoffice_service.http.entrance import WAIT, WRONG, fields
from backoffice_service.http.office import Office, language_in, see_other
from backoffice_service.messaging.authenticators import Authenticators
from backoffice_service.messaging.services import command
from backoffice_service.pages.refusals import sentence_of
from backoffice_service.pages.speech import Speech
from tillday_contracts.backoffice_messages import ForgetAuthenticator
from tillday_contracts.messages import Refused

PAGE: Final = "/second-factor"
NOT_THAT_CODE: Final = "This is not the code that the app shows now. Try the next one."
NOT_THAT_FORM: Final = "Check what you typed: a person's name, and a reason of 1 to 120 characters."


def code_routes(office: Office) -> APIRouter:
    """Return the routes of second factors."""
    router = APIRouter(include_in_schema=False)

    @router.get(PAGE)
    async def shown(request: Request) -> Response:
        return await _page(office, request, await office.visitor(request, "enter"))

    @router.post(f"{PAGE}/begin")
    async def begin(request: Request) -> Response:
        return await _begin(office, request, await office.visitor(request, "enter"))

    @router.post(f"{PAGE}/confirm")
    async def confirm(request: Request) -> Response:
        visitor, form = await office.visitor(request, "enter"), await fields(request)
        verdict = await office.codes.show(request, visitor, form.get(FIELD, ""))
        if verdict == "right":
            return see_other(f"{PAGE}?done=set-up")
        said, status = (WAIT, 429) if verdict == "wait" else (NOT_THAT_CODE, 422)
        return await _page(office, request, visitor, said=said, status=status, begun=True)

    @router.post(f"{PAGE}/forget")
    async def forget(request: Request) -> Response:
        return await _forget(office, request, await office.visitor(request, "forget_authenticator"))

    return router


async def _begin(office: Office, request: Request, visitor: Visitor) -> Response:
    """Show the secret once, to who knows the password, and a code of the former one if there is one."""
    form = await fields(request)
    if await office.codes.has_authenticator(visitor.person):
        try:
            await office.codes.demand(request, visitor, form)
        except CodeWanted as wanted:
            said, status = (WAIT, 429) if wanted.why == "wait" else (NOT_THAT_CODE, 422)
            return await _page(office, request, visitor, said=said, status=status)
    address = sender_of(request)
    if office.door.waits_until(visitor.person, address):
        return await _page(office, request, visitor, said=WAIT, status=429)
    if not await office.door.is_password(visitor.person, form.get("password", ""), address):
        return await _page(office, request, visitor, said=WRONG, status=422)
    seed = await office.codes.begin(request, visitor)
    picture = picture_of(address_of(seed, visitor.person))
    return await _page(office, request, visitor, begun=True, picture=picture, words=words_of(seed))


async def _forget(office: Office, request: Request, visitor: Visitor) -> Response:
    form = await fields(request)
    await office.codes.demand(request, visitor, form)
    key = request.headers.get("idempotency-key") or form.get("key", "")
    known = {"person": person_of(form.get("person", "")), "reason": form.get("reason", "").strip()}
    try:
        wish = command(ForgetAuthenticator, visitor, key=key[:200], at=office.now(), **known)
    except ValidationError:
        return await _page(office, request, visitor, said=NOT_THAT_FORM, status=422)
    forgetting = Authenticators(office.database, office.now)
    answer = await forgetting.forget(wish, role=visitor.role, address=sender_of(request))
    if isinstance(answer, Refused):
        said = sentence_of(answer, Speech(language_in(request)))
        return await _page(office, request, visitor, said=said, status=409)
    return see_other(f"{PAGE}?done=forgotten")


async def _page(
    office: Office, request: Request, visitor: Visitor, *, status: int = 200, **shown: Any
) -> Response:
    values = {
        "visitor": visitor,
        "store": visitor.stores[0] if visitor.stores else None,
        "part": "second-factor",
        "has": await office.codes.has_authenticator(visitor.person),
        "required": office.codes.required,
        "done": request.query_params.get("done", ""),
        "said": "",
        "begun": False,
        "picture": "",
        "words": "",
    }
    return office.draw(request, "second-factor.html", {**values, **shown}, status=status)
