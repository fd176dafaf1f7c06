"""The page of one's own second factor; an operator lets others set up a new one there."""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from backoffice_service.authenticator import address_of, picture_of, words_of
from backoffice_service.domain.access import Visitor
from backoffice_service.http.desk import Declined
from backoffice_service.http.entrance import fields
from backoffice_service.http.factors import begin_factor, confirm_factor, forget_factor
from backoffice_service.http.office import Office, see_other

PAGE: Final = "/second-factor"


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
        visitor = await office.visitor(request, "enter")
        try:
            await confirm_factor(office, request, visitor, await fields(request))
        except Declined as declined:
            return await _page(office, request, visitor, declined, begun=True)
        return see_other(f"{PAGE}?done=set-up")

    @router.post(f"{PAGE}/forget")
    async def forget(request: Request) -> Response:
        visitor = await office.visitor(request, "forget_authenticator")
        try:
            await forget_factor(office, request, visitor, await fields(request))
        except Declined as declined:
            return await _page(office, request, visitor, declined)
        return see_other(f"{PAGE}?done=forgotten")

    return router


async def _begin(office: Office, request: Request, visitor: Visitor) -> Response:
    """Show the secret once."""
    try:
        seed = await begin_factor(office, request, visitor, await fields(request))
    except Declined as declined:
        return await _page(office, request, visitor, declined)
    picture = picture_of(address_of(seed, visitor.person))
    return await _page(office, request, visitor, begun=True, picture=picture, words=words_of(seed))


async def _page(
    office: Office, request: Request, visitor: Visitor, declined: Declined | None = None, **shown: Any
) -> Response:
    values = {
        "visitor": visitor,
        "store": visitor.stores[0] if visitor.stores else None,
        "part": "second-factor",
        "has": await office.codes.has_authenticator(visitor.person),
        "required": office.codes.required,
        "done": request.query_params.get("done", ""),
        "said": str(declined or ""),
        "begun": False,
        "picture": "",
        "words": "",
    }
    status = declined.status if declined else 200
    return office.draw(request, "second-factor.html", {**values, **shown}, status=status)
