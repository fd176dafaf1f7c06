"""Every store that somebody looks after, the one that needs somebody most first."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from backoffice_service.http.office import Office, language_in
from backoffice_service.pages.overview import summed
from backoffice_service.pages.speech import Speech
from tillday_contracts.figure_messages import Overview, StoreOverviews


def overview_routes(office: Office) -> APIRouter:
    """Return the routes of the overview."""
    router = APIRouter(include_in_schema=False)

    @router.get("/stores")
    async def stores(request: Request) -> Response:
        visitor = await office.visitor(request, "see_report")
        question = StoreOverviews(stores=None if visitor.role == "operator" else visitor.stores)
        told = await office.services.ask(question, Overview)
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

    return router
