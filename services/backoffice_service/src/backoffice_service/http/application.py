"""The web application: every page behind the guard, every failure a page with words."""

import secrets
from typing import Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.base import BaseHTTPMiddleware

from backoffice_service.http.api_routes import api_routes
from backoffice_service.http.audit_routes import audit_routes
from backoffice_service.http.board_routes import board_routes
from backoffice_service.http.cash_up_routes import cash_up_routes
from backoffice_service.http.catalogue_routes import catalogue_routes
from backoffice_service.http.code_routes import code_routes
from backoffice_service.http.codes import FIELD, CodeWanted, Why
from backoffice_service.http.day_routes import day_routes
from backoffice_service.http.desk import Declined
from backoffice_service.http.entrance import WAIT, door_for, entrance_routes
from backoffice_service.http.explain_routes import explain_routes
from backoffice_service.http.factors import NOT_THAT_CODE
from backoffice_service.http.figure_routes import figure_routes
from backoffice_service.http.guard import PAGE_HEADERS, guard
from backoffice_service.http.late_entry_routes import late_entry_routes
from backoffice_service.http.ledger_routes import ledger_routes
from backoffice_service.http.letter_routes import letter_routes
from backoffice_service.http.new_store_routes import new_store_routes
from backoffice_service.http.office import Forbidden, NotSignedIn, Office, language_in, see_other
from backoffice_service.http.office_api import office_api
from backoffice_service.http.operation_routes import operation_routes
from backoffice_service.http.overview_routes import overview_routes
from backoffice_service.http.people_routes import people_routes
from backoffice_service.http.posting_routes import posting_routes
from backoffice_service.http.problems import faulty, is_api, problem
from backoffice_service.http.report_routes import report_routes
from backoffice_service.http.rescue_routes import rescue_routes
from backoffice_service.http.runbook_routes import runbook_routes
from backoffice_service.http.sales_routes import sales_routes
from backoffice_service.http.setting_routes import setting_routes
from backoffice_service.http.stock_routes import stock_routes
from backoffice_service.http.terminal_routes import terminal_routes
from backoffice_service.http.till_routes import till_routes
from backoffice_service.messaging.services import ServiceAway, ServiceRefused
from backoffice_service.pages.refusals import sentence_of, status_of
from backoffice_service.pages.speech import Speech
from tillday_contracts.messages import Refused
from tillday_ui_kit.assets import Assets

log = structlog.get_logger()
DESCRIPTION: Final = "/api/openapi.json"
NOT_FOUND: Final = "There is no such page."
SET_UP_FIRST: Final = "This needs a second factor: set up an authenticator app first."
CODE_SAID: Final[dict[Why, tuple[str, int]]] = {
    "ask": ("", 403),
    "wrong": (NOT_THAT_CODE, 403),
    "wait": (WAIT, 429),
    "set_up": (SET_UP_FIRST, 403),
}
CODE_FIRST: Final = "This needs a second factor: send the code that the app shows now."
AWAY: Final = "A part of the system does not answer. Wait a moment, then try again."
BROKEN: Final = "Something went wrong here, and it was written down."
NOT_THIS_WAY: Final = "Nothing is answered here in this way: only looking and sending a form."
NOT_SIGNED_IN: Final = "Sign in first: the visit is over, or there was none."
FORBIDDEN: Final = "You have no right to see or do this. Ask a manager."


def application(office: Office) -> FastAPI:
    """Return the pages as one ASGI application."""
    app = FastAPI(
        title="Tillday back office", version="1", docs_url=None, redoc_url=None, openapi_url=DESCRIPTION
    )
    app.mount("/ui", Assets())
    of_days = (board_routes, till_routes, explain_routes, cash_up_routes, day_routes)
    of_rescues = (rescue_routes, late_entry_routes, letter_routes)
    of_books = (stock_routes, ledger_routes, posting_routes)
    of_figures = (overview_routes, figure_routes, sales_routes, report_routes, operation_routes)
    of_help = (runbook_routes,)
    of_settings = (new_store_routes, people_routes, terminal_routes, setting_routes, catalogue_routes)
    of_oneself = (entrance_routes, code_routes, audit_routes)
    for routes in (*of_oneself, *of_days, *of_rescues, *of_books, *of_figures, *of_help, *of_settings):
        app.include_router(routes(office))
    app.include_router(office_api(office))
    app.include_router(api_routes(office))
    app.add_middleware(BaseHTTPMiddleware, dispatch=guard)
    _word_failures(app, office)
    return app


def _word_failures(app: FastAPI, office: Office) -> None:
    def failed(
        request: Request, said: str, status: int, *, reference: str = "", refusal: Refused | None = None
    ) -> Response:
        if is_api(request):
            words, rule = Speech(language_in(request)).text(said), refusal or Refused(code="", text="")
            return problem(status, words, reference=reference, code=rule.code, details=rule.details)
        values = {"said": said, "reference": reference}
        answer = office.draw(request, "failed.html", values, status=status)
        answer.headers.update(PAGE_HEADERS)
        return answer

    @app.exception_handler(NotSignedIn)
    async def not_signed_in(request: Request, _error: NotSignedIn) -> Response:
        if is_api(request):
            return failed(request, NOT_SIGNED_IN, 401)
        if "hx-request" in request.headers or "text/event-stream" in request.headers.get("accept", ""):
            return Response(status_code=401, headers={"HX-Refresh": "true"})
        return see_other(door_for(request))

    @app.exception_handler(Forbidden)
    async def forbidden(request: Request, _error: Forbidden) -> Response:
        return failed(request, FORBIDDEN, 403)

    @app.exception_handler(CodeWanted)
    async def code_wanted(request: Request, error: CodeWanted) -> Response:
        said, status = CODE_SAID[error.why]
        if is_api(request):
            return failed(
                request, said or CODE_FIRST, status, refusal=Refused(code=f"code_{error.why}", text="")
            )
        values = {
            "said": said,
            "typed": error.typed,
            "visitor": error.visitor,
            "store": request.path_params.get("store") or next(iter(error.visitor.stores), None),
            "has": error.why != "set_up",
            "field": FIELD,
        }
        answer = office.draw(request, "code.html", values, status=status)
        answer.headers.update(PAGE_HEADERS)
        return answer

    @app.exception_handler(HTTPException)
    async def unknown(request: Request, error: HTTPException) -> Response:
        said = {404: NOT_FOUND, 405: NOT_THIS_WAY}.get(error.status_code, error.detail)
        return failed(request, said, error.status_code)

    @app.exception_handler(ValidationError)
    async def impossible(request: Request, _error: ValidationError) -> Response:
        return failed(request, NOT_FOUND, 404)

    @app.exception_handler(ServiceRefused)
    async def refused(request: Request, error: ServiceRefused) -> Response:
        said = sentence_of(error.refusal, Speech(language_in(request)))
        return failed(request, said, status_of(error.refusal), refusal=error.refusal)

    @app.exception_handler(Declined)
    async def declined(request: Request, error: Declined) -> Response:
        return failed(request, str(error), error.status, refusal=error.refusal)

    @app.exception_handler(RequestValidationError)
    async def senseless(request: Request, error: RequestValidationError) -> Response:
        return faulty(error.errors(), Speech(language_in(request)))

    @app.exception_handler(ServiceAway)
    async def away(request: Request, error: ServiceAway) -> Response:
        log.warning("a page could not be shown", reason=str(error), path=request.url.path)
        return failed(request, AWAY, 503)

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:
        reference = secrets.token_hex(6)
        log.error("a page failed", path=request.url.path, reference=reference, exc_info=error)
        return failed(request, BROKEN, 500, reference=reference)
