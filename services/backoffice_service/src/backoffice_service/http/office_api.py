"""For programs too: what the back office itself knows and keeps, under the rights of the pages."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response

from backoffice_service.authenticator import address_of, words_of
from backoffice_service.domain.access import Action, Visitor
from backoffice_service.http.api_shapes import CodeShown, Key, Plain, described_as
from backoffice_service.http.audit_routes import Filter, acts_of
from backoffice_service.http.codes import FIELD
from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.door import give, take_back
from backoffice_service.http.entrance import TurnedAway, let_in
from backoffice_service.http.factors import begin_factor, confirm_factor, forget_factor
from backoffice_service.http.logins import give_login
from backoffice_service.http.office import Office, language_in
from backoffice_service.http.office_api_shapes import (
    Acts,
    ActsWanted,
    BegunFactor,
    Factor,
    GivenLogin,
    Login,
    LostFactor,
    Moment,
    NamedRunbook,
    NamedRunbooks,
    NumberedAct,
    OwnPassword,
    RunbookText,
    ShownCode,
    SignIn,
    SystemStanding,
    login_of,
)
from backoffice_service.http.operation_routes import USUAL, looked_back
from backoffice_service.http.overview_routes import overview_of
from backoffice_service.http.problems import ANSWERS
from backoffice_service.pages import runbooks
from backoffice_service.pages.operations import is_stale
from backoffice_service.pages.speech import Speech
from backoffice_service.persistence.audit import content_of
from tillday_contracts.figure_messages import Overview
from tillday_contracts.messages import Done

Span = Literal["1h", "6h", "24h", "7d"]
OF_STORE: Final = "/stores/{store}"
SAID: Final[Mapping[str, str]] = {
    "sign-in": "Begin a visit. The answer sets its cookie.",
    "sign-out": "End the visit at once.",
    "visitor": "Ask as whom one is signed in.",
    "second-factor": "Ask for one's second factor.",
    "begin-second-factor": "Begin another second factor of one's own. Each time its secret is new. Who has "
    "one shows a code of it.",
    "confirm-second-factor": "Confirm the second factor that was begun, by its first code.",
    "forget-authenticator": "Have a lost second factor forgotten. The visits of that person end.",
    "login": "Ask as whom somebody signs in.",
    "define-login": "Give somebody of the store a login, or set its password. The visits of that person end.",
    "stores": "Ask for every store that one looks after. The one that needs somebody most stands first.",
    "operations": "Ask how broker, database and services stand, and how they stood.",
    "audit": "Ask for the audit trail. Acts about no store are there where their person looks after it.",
    "runbooks": "Ask for every runbook.",
    "runbook": "Ask for the text of a runbook.",
}


def office_api(office: Office) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api", responses=dict(ANSWERS))
    for add in (_add_door, _add_factors, _add_logins, _add_figures, _add_audit, _add_runbooks):
        add(router, office)
    return router


def _add_door(router: APIRouter, office: Office) -> None:
    anybody = _visitor_of(office, "enter")

    @router.post("/sign-in", **_as("sign-in", None))
    async def sign_in(body: SignIn, request: Request, response: Response) -> Login:
        try:
            visitor, secret = await let_in(office, request, body.name, body.password)
        except TurnedAway as away:
            raise Declined(Speech(language_in(request)).text(away.said), away.status) from None
        give(response, secret)
        return login_of(visitor)

    @router.post("/sign-out", **_as("sign-out", "enter"))
    async def sign_out(request: Request, response: Response, visitor: Visitor = anybody) -> Done:
        await office.door.leave(request, visitor)
        take_back(response)
        return Done()

    @router.get("/visitor", **_as("visitor", "enter"))
    async def visitor(visitor: Visitor = anybody) -> Login:
        return login_of(visitor)


def _add_factors(router: APIRouter, office: Office) -> None:
    anybody, operator = _visitor_of(office, "enter"), _visitor_of(office, "forget_authenticator")

    @router.get("/second-factor", **_as("second-factor", "enter"))
    async def shown(visitor: Visitor = anybody) -> Factor:
        has = await office.codes.has_authenticator(visitor.person)
        return Factor(has=has, required=office.codes.required)

    @router.post("/second-factor/begin", **_as("begin-second-factor", "enter"))
    async def begin(
        body: OwnPassword, request: Request, code: CodeShown = "", visitor: Visitor = anybody
    ) -> BegunFactor:
        typed = {"password": body.password, FIELD: code}
        seed = await begin_factor(office, request, visitor, typed)
        return BegunFactor(secret=words_of(seed), address=address_of(seed, visitor.person))

    @router.post(
        "/second-factor/confirm",
        **_as("confirm-second-factor", "enter"),
    )
    async def confirm(body: ShownCode, request: Request, visitor: Visitor = anybody) -> Done:
        await confirm_factor(office, request, visitor, {FIELD: body.code})
        return Done()

    @router.post("/forget-authenticator", **_as("forget-authenticator", "forget_authenticator"))
    async def forget(
        body: LostFactor, key: Key, request: Request, code: CodeShown = "", visitor: Visitor = operator
    ) -> Done:
        await forget_factor(office, request, visitor, {**body.model_dump(), FIELD: code})
        return Done()


def _add_logins(router: APIRouter, office: Office) -> None:
    defining = desk_of(office, "define_login")

    @router.get(f"{OF_STORE}/login", **_as("login", "define_login"))
    async def login(person: Annotated[Plain, Query(max_length=16)], desk: Desk = defining) -> Login:
        known = await desk.office.logins.find(person)
        if known is None or not (desk.visitor.role == "operator" or desk.store in known.stores):
            raise HTTPException(404)
        return login_of(known)

    @router.post(f"{OF_STORE}/define-login", **_as("define-login", "define_login"))
    async def define(body: GivenLogin, key: Key, code: CodeShown = "", desk: Desk = defining) -> Done:
        typed = {"role": body.role, "password": body.password, FIELD: code}
        await give_login(replace(desk, typed=typed), body.person)
        return Done()


def _add_figures(router: APIRouter, office: Office) -> None:
    leading, operating = _visitor_of(office, "see_report"), desk_of(office, "see_operations")

    @router.get("/stores", **_as("stores", "see_report"))
    async def every_store(visitor: Visitor = leading) -> Overview:
        return await overview_of(office, visitor)

    @router.get(f"{OF_STORE}/operations", **_as("operations", "see_operations"))
    async def operations(span: Span = USUAL, desk: Desk = operating) -> SystemStanding:
        newest, stood = await looked_back(desk.office, span)
        looked_at, standing = newest or (None, None)
        return SystemStanding(
            looked_at=looked_at,
            is_stale=is_stale(looked_at, desk.office.now()),
            broker=standing.broker if standing else None,
            database=standing.database if standing else None,
            services=tuple(standing.services) if standing else (),
            readings=tuple(Moment(at=at, reading=reading) for at, reading in stood.items()),
        )


def _add_audit(router: APIRouter, office: Office) -> None:
    seeing = desk_of(office, "see_audit")

    @router.get(f"{OF_STORE}/audit", **_as("audit", "see_audit"))
    async def trail(wanted: Annotated[ActsWanted, Query()], desk: Desk = seeing) -> Acts:
        asked = Filter(**wanted.model_dump(exclude={"most"}))
        acts = await acts_of(desk, asked, wanted.most + 1)
        told = tuple(NumberedAct(number=number, **content_of(act)) for number, act in acts[: wanted.most])
        return Acts(acts=told, more=len(acts) > wanted.most)


def _add_runbooks(router: APIRouter, office: Office) -> None:
    reading = _visitor_of(office, "see_alarms")

    @router.get("/runbooks", **_as("runbooks", "see_alarms"))
    async def every_runbook(visitor: Visitor = reading) -> NamedRunbooks:
        named = tuple(NamedRunbook(**_names(name)) for name in runbooks.titles())
        return NamedRunbooks(runbooks=named)

    @router.get("/runbooks/{name}", **_as("runbook", "see_alarms"))
    async def one_runbook(name: str, visitor: Visitor = reading) -> RunbookText:
        if name not in runbooks.titles():
            raise HTTPException(404)
        return RunbookText(**_names(name), text=runbooks.texts()[name])


def _names(name: str) -> Mapping[str, Any]:
    return {"name": name, "title": runbooks.titles()[name], "page": runbooks.address_of(name)}


def _as(name: str, action: Action | None) -> dict[str, Any]:
    return described_as(name, SAID[name], action)


def _visitor_of(office: Office, action: Action) -> Any:
    """Return the route's dependency on a visitor who has the right to an action about no store."""

    async def visitor(request: Request) -> Visitor:
        return await office.visitor(request, action)

    return Depends(visitor)
