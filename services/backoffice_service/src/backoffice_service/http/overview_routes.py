"""The overview of stores, the one that needs somebody most first; and what waits in one of them."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response

from backoffice_service.domain.access import Visitor
from backoffice_service.http.desk import Desk, desk_of
from backoffice_service.http.letter_routes import waiting_letters
from backoffice_service.http.office import Office, language_in
from backoffice_service.messaging.services import ServiceAway, ServiceRefused
from backoffice_service.pages.overview import summed
from backoffice_service.pages.speech import Speech
from tillday_contracts.figure_messages import Overview, StoreOverviews


def overview_routes(office: Office) -> APIRouter:
    """Return the routes of the overview."""
    router = APIRouter(include_in_schema=False)
    see = desk_of(office, "see_store")

    @router.get("/stores")
    async def stores(request: Request) -> Response:
        visitor = await office.visitor(request, "see_report")
        told = await overview_of(office, visitor)
        values = {
            "visitor": visitor,
            "part": "stores",
            "speech": Speech(language_in(request)),
            "stores": told.stores,
            "more": told.more,
            "summary": summed(told.stores),
        }
        partly = request.headers.get("hx-request") and "overview" in request.headers.get("hx-target", "")
        return office.draw(request, "overview.html" if partly else "stores.html", values)

    @router.get("/stores/{store}/menu")
    async def menu(desk: Desk = see) -> Response:
        shown, letters = await asyncio.gather(_waiting(desk), _letters(desk))
        return desk.draw("menu.html", desk.asked("part")[:20], {"waits": {**shown, "letters": letters}})

    return router


async def _waiting(desk: Desk) -> dict[str, int]:
    """Return how much of each kind waits for somebody in the store; nothing where nobody can say."""
    try:
        told = await desk.ask(StoreOverviews(stores=(desk.store,)), Overview)
    except (ServiceAway, ServiceRefused):
        return {}
    return {
        kind: getattr(one, kind)
        for one in told.stores
        if one.store == desk.store
        for kind in ("tasks", "rescues", "alarms")
    }


async def _letters(desk: Desk) -> int:
    if not desk.visitor.may("see_letters", desk.store):
        return 0
    waiting = await waiting_letters(desk)
    return len(waiting.letters) if waiting else 0


async def overview_of(office: Office, visitor: Visitor) -> Overview:
    """Return the stores that a visitor looks after. Raises ServiceRefused or ServiceAway."""
    question = StoreOverviews(stores=None if visitor.role == "operator" else visitor.stores)
    return await office.services.ask(question, Overview)
