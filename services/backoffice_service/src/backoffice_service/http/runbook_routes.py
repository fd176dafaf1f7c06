"""Runbooks: what to do about an alarm. They are shown also while every other part is away."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from backoffice_service.http.office import Forbidden, Office, language_in
from backoffice_service.pages.runbooks import ADDRESS, INDEX, Reader, address_of, read, texts, ways_on
from backoffice_service.pages.speech import Speech
from tillday_contracts.ids import CODE_PATTERN


def runbook_routes(office: Office) -> APIRouter:
    """Return the routes of runbooks."""
    router = APIRouter(include_in_schema=False)

    @router.get(ADDRESS)
    async def every_runbook(request: Request) -> Response:
        return await _page(office, request, INDEX)

    @router.get(f"{ADDRESS}/{{name}}")
    async def one_runbook(request: Request, name: str) -> Response:
        return await _page(office, request, name)

    return router


async def _page(office: Office, request: Request, name: str) -> Response:
    reader = await _reader(office, request)
    if name not in texts():
        raise HTTPException(404)
    values = {
        "visitor": reader.visitor,
        "store": reader.store,
        "part": "alarms",
        "runbook": read(texts()[name], reader),
        "all_runbooks": address_of(INDEX, reader.store, reader.terminal),
        "is_list": name == INDEX,
        "reader": reader,
        "ways": ways_on(name, reader),
        "speech": Speech(language_in(request)),
    }
    return office.draw(request, "runbook.html", values)


async def _reader(office: Office, request: Request) -> Reader:
    """Return who reads. Raises NotSignedIn, or Forbidden where the store in the address is not theirs."""
    visitor = await office.visitor(request, "see_alarms")
    store, terminal = (_code(request, name) for name in ("store", "terminal"))
    if store is None and len(visitor.stores) == 1:
        store = visitor.stores[0]
    if store is not None and not visitor.may("see_alarms", store):
        raise Forbidden
    return Reader(visitor, store, terminal)


def _code(request: Request, name: str) -> str | None:
    """Return a code in the address; what is none is not there."""
    asked = request.query_params.get(name, "")
    return asked if CODE_PATTERN.fullmatch(asked) else None
