"""The routes. They translate and nothing more: what may happen is decided at the desk."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, Any, Final

import structlog
from fastapi import APIRouter, Body, Depends, FastAPI, Header
from fastapi import Request as HttpRequest
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from terminal_agent.core.commands import (
    Actor,
    Approver,
    CancelCashUp,
    ConfirmCashUp,
    CountFloat,
    CountTender,
    Sell,
    StartCashUp,
    StartTill,
    Tendered,
    Wanted,
)
from terminal_agent.core.refusal import Refusal
from terminal_agent.desk.book import Book
from terminal_agent.desk.desk import Desk, Figures, Request
from terminal_agent.desk.people import People
from terminal_agent.desk.refused import Refused, refused
from terminal_agent.http.guard import MAX_BODY_BYTES, BodyTooLarge, Door, Guard
from terminal_agent.http.problems import problem
from terminal_agent.http.requests import (
    ApprovalWish,
    CloseWish,
    Empty,
    InitialCount,
    OpenTerminal,
    SaleWish,
    SignIn,
    TenderWish,
)
from terminal_agent.http.status import Status
from terminal_agent.journal.failures import JournalError, JournalFull
from tillday_contracts.field_faults import faults_of
from tillday_contracts.journal import canonical, message_mac

log = structlog.get_logger()
PREFIX: Final = "/api/v1"
MAX_KEY: Final = 128


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes speak to."""

    book: Book
    desk: Desk
    people: People
    status: Status
    ready: Callable[[], bool]
    version: str


def application(parts: Parts, door: Door) -> ASGIApp:
    """Return the whole application behind its guard."""
    app = FastAPI(
        title="Tillday terminal",
        version=parts.version,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.include_router(_health(parts))
    app.include_router(_reading(parts), prefix=PREFIX)
    app.include_router(_acting(parts), prefix=PREFIX)
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


def _acting(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["till"])
    act = parts.desk.act

    def signed_in(x_tillday_person: Annotated[str | None, Header()] = None) -> Actor:
        return parts.people.actor(x_tillday_person)

    async def once(
        request: HttpRequest, idempotency_key: Annotated[str | None, Header(max_length=MAX_KEY)] = None
    ) -> Request | None:
        if idempotency_key is None:
            return None
        asked = {"path": request.url.path, "body": (await request.body()).hex()}
        # Keyed, for a plain digest of a body would let its PIN be guessed from the disk.
        return Request(idempotency_key, message_mac(parts.book.identity.key, canonical(asked)))

    By = Annotated[Actor, Depends(signed_in)]
    Once = Annotated[Request | None, Depends(once)]

    async def approver(wish: ApprovalWish | None) -> Approver | None:
        return await parts.people.approver(wish.person, wish.pin, wish.reason) if wish is not None else None

    @router.post("/terminal/open")
    async def open_terminal(by: By, wish: OpenTerminal) -> Figures:
        return await parts.desk.open_terminal(by, wish.business_date)

    @router.post("/journal/new-epoch")
    async def new_epoch(wish: ApprovalWish) -> Figures:
        # A damaged journal takes no sign-in: the supervisor's PIN comes with the request.
        allowed = await parts.people.approver(wish.person, wish.pin, wish.reason)
        return await parts.desk.go_on_after_damage(allowed.actor, version=parts.version)

    @router.post("/till/start")
    async def start(by: By, once: Once, _: Annotated[Empty | None, Body()] = None) -> Figures:
        return await act(StartTill(by, parts.book.world.random_bytes(16).hex()), once)

    @router.post("/till/initial-count")
    async def initial_count(by: By, once: Once, wish: InitialCount) -> Figures:
        return await act(CountFloat(by, wish.denominations, await approver(wish.approval)), once)

    @router.post("/sales")
    async def sales(by: By, once: Once, wish: SaleWish) -> Figures:
        if once is None:
            raise refused(
                "key_missing", "Send an Idempotency-Key with a sale, so that a repeat sells nothing twice."
            )
        lines = tuple(Wanted(line.sku, line.quantity) for line in wish.lines)
        payments = tuple(Tendered(part.tender, part.tendered) for part in wish.payments)
        return await act(Sell(by, lines, payments, parts.book.memory.catalogue), once)

    @router.post("/cash-up/start")
    async def cash_up_start(by: By, once: Once, _: Annotated[Empty | None, Body()] = None) -> Figures:
        return await act(StartCashUp(by), once)

    @router.post("/cash-up/cancel")
    async def cash_up_cancel(by: By, once: Once, _: Annotated[Empty | None, Body()] = None) -> Figures:
        return await act(CancelCashUp(by), once)

    @router.post("/cash-up/tender")
    async def cash_up_tender(by: By, once: Once, wish: TenderWish) -> Figures:
        approved = await approver(wish.approval)
        return await act(CountTender(by, wish.tender, wish.denominations, wish.counted, approved), once)

    @router.post("/cash-up/confirm")
    async def cash_up_confirm(
        by: By, once: Once, wish: Annotated[CloseWish | None, Body()] = None
    ) -> Figures:
        return await act(ConfirmCashUp(by, dict(wish.keep) if wish is not None else {}), once)

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
