"""The routes. They translate and nothing more: what may happen is decided at the desk."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, Final

import structlog
from fastapi import APIRouter, Body, FastAPI, Header
from fastapi import Request as HttpRequest
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from terminal_agent.core.refusal import Refusal
from terminal_agent.desk.refused import Refused
from terminal_agent.http.events import event_routes
from terminal_agent.http.guard import MAX_BODY_BYTES, BodyTooLarge, Door, Guard
from terminal_agent.http.parts import Parts
from terminal_agent.http.pending_routes import pending_routes
from terminal_agent.http.problems import problem
from terminal_agent.http.report_routes import report_routes
from terminal_agent.http.requests import Empty, SignIn
from terminal_agent.http.sharing_routes import sharing_routes
from terminal_agent.http.till_routes import till_routes
from terminal_agent.journal.failures import JournalError, JournalFull
from tillday_contracts.field_faults import faults_of
from tillday_ui_kit.assets import Assets

log = structlog.get_logger()
PREFIX: Final = "/api/v1"


def application(parts: Parts, door: Door, screens: APIRouter | None = None) -> ASGIApp:
    """Return the whole application behind its guard, with the terminal's own screens where they are given."""
    app = FastAPI(
        title="Tillday terminal",
        version=parts.version,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    if screens is not None:  # first: a tap is asked for more often than anything else
        app.include_router(screens)
        app.mount("/ui", Assets())
    app.include_router(_health(parts))
    app.include_router(_reading(parts), prefix=PREFIX)
    app.include_router(event_routes(parts), prefix=PREFIX)
    app.include_router(till_routes(parts), prefix=PREFIX)
    app.include_router(pending_routes(parts), prefix=PREFIX)
    app.include_router(report_routes(parts), prefix=PREFIX)
    app.include_router(sharing_routes(parts), prefix=PREFIX)
    _explain_errors(app)
    return Guard(app, door)


def _health(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> Response:
        if parts.book.broken is not None:
            return problem(Refusal("journal", parts.book.broken))
        if not parts.ready():
            return problem(Refusal("starting", "The terminal is still starting."), status=503)
        return JSONResponse({"status": "ready"})

    @router.get("/version")
    async def version() -> dict[str, str]:
        return {"version": parts.version}

    return router


def _reading(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["terminal"])

    @router.get("/status")
    async def status() -> dict[str, Any]:
        return await parts.status.account()

    @router.get("/catalogue")
    async def catalogue() -> dict[str, Any]:
        memory = parts.book.memory
        items = [item.model_dump(mode="json") for item in memory.catalogue.values()]
        held = memory.catalogue_list
        return {"revision": held.revision if held is not None else None, "items": items}

    @router.get("/tenders")
    async def tenders() -> dict[str, Any]:
        return {"tenders": parts.status.tenders()}

    @router.get("/people")
    async def people() -> dict[str, Any]:
        known = parts.book.memory.people.values()
        return {"people": [{"person": p.person, "name": p.name, "role": p.role} for p in known]}

    @router.post("/sign-in")
    async def sign_in(wish: SignIn) -> dict[str, str]:
        return {"person_session": await parts.people.sign_in(wish.person, wish.pin), "person": wish.person}

    @router.post("/sign-out")
    async def sign_out(
        x_tillday_person: Annotated[str | None, Header()] = None, _: Annotated[Empty | None, Body()] = None
    ) -> dict[str, str]:
        parts.people.sign_out(x_tillday_person or "")
        return {"status": "signed out"}

    return router


def _explain_errors(app: FastAPI) -> None:
    def on(kind: type[Exception], explain: Callable[[Any], Response]) -> None:
        async def answer(_: HttpRequest, error: Exception) -> Response:
            return explain(error)

        handler: Callable[[HttpRequest, Exception], Awaitable[Response]] = answer
        app.add_exception_handler(kind, handler)

    on(Refused, lambda error: problem(error.refusal))
    on(RequestValidationError, _invalid)
    on(BodyTooLarge, lambda _: _too_large())
    on(JournalFull, lambda error: problem(Refusal("disk_full", str(error))))
    on(JournalError, lambda error: problem(Refusal("journal", str(error))))
    on(HTTPException, _not_served)
    on(Exception, _unexpected)


def _invalid(error: RequestValidationError) -> Response:
    # The input is left out: it may hold a PIN.
    faults = faults_of(error.errors())
    found = [{"where": fault.where, "what": fault.what} for fault in faults]
    first = replace(faults[0], where=faults[0].where.removeprefix("body").lstrip("."))
    text = f"The request does not fit: {first.said(whole='its body')}."
    return problem(Refusal("invalid_request", text, {"errors": found}))


def _not_served(error: HTTPException) -> Response:
    # The framework says 400 of every body that it could not read, whatever stopped it.
    if isinstance(error.__cause__, BodyTooLarge):
        return _too_large()
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return problem(Refusal("invalid_request", "The request cannot be read: its body is no JSON."))
    text = f"{HTTPStatus(error.status_code).phrase}: /openapi.json lists what can be asked, and how."
    return problem(Refusal("not_found", text), status=error.status_code)


def _too_large() -> Response:
    text = f"A request has at most {MAX_BODY_BYTES} bytes: split it."
    return problem(Refusal("too_large", text))


def _unexpected(error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    return problem(Refusal("unexpected", "Something unexpected happened: see the agent's log."), status=500)
