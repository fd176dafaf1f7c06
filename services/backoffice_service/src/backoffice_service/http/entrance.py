"""The routes of the door, and what a browser prefers."""

from typing import Final
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from backoffice_service.domain.access import Visitor
from backoffice_service.http.door import address_of, give, person_of, take_back
from backoffice_service.http.office import LOOKS, Office, see_other
from backoffice_service.http.uploads import form_of, holds_files
from backoffice_service.pages.speech import LANGUAGES

WRONG: Final = "Name or password is wrong."
WAIT: Final = "Too many wrong attempts: wait a few minutes, then try again."
NO_ACCESS: Final = "Cashiers have no access to the back office: work at your terminal."
TO: Final = "to"
"""The field with the page that somebody wanted before signing in."""
MOST_ADDRESS: Final = 500
MOST_FIELDS: Final = 2000
"""A receipt of 150 lines has a field for each of their figures."""
_YEAR: Final = 365 * 86_400


class TurnedAway(Exception):
    """Somebody is not let in; `said` says why, as a sentence of the pages."""

    def __init__(self, said: str, status: int) -> None:
        super().__init__(said)
        self.said = said
        self.status = status


async def let_in(office: Office, request: Request, name: str, password: str) -> tuple[Visitor, str]:
    """Return who it is and the secret of a new visit. Raises TurnedAway."""
    person, address = person_of(name), address_of(request)
    if office.door.waits_until(person, address):
        raise TurnedAway(WAIT, 429)
    entered = await office.door.enter(request, person, password)
    if entered is None:
        raise TurnedAway(WRONG, 401)
    if not entered[1]:
        raise TurnedAway(NO_ACCESS, 403)
    return entered


def entrance_routes(office: Office) -> APIRouter:
    """Return the routes of signing in and out."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def first(request: Request) -> Response:
        visitor = await office.visitor(request, "enter")
        return see_other(home_of(visitor))

    @router.get("/sign-in")
    async def door(request: Request) -> Response:
        to = inside(request.query_params.get(TO, ""))
        return office.draw(request, "sign-in.html", {"said": "", "name": "", "to": to})

    @router.post("/sign-in")
    async def enter(request: Request) -> Response:
        form = await fields(request)
        try:
            visitor, secret = await let_in(office, request, form.get("name", ""), form.get("password", ""))
        except TurnedAway as away:
            return _again(office, request, form, said=away.said, status=away.status)
        answer = see_other(inside(form.get(TO, "")) or home_of(visitor))
        give(answer, secret)
        return answer

    @router.post("/sign-out")
    async def leave(request: Request) -> Response:
        await office.door.leave(request, await office.visitor(request, "enter"))
        answer = see_other("/sign-in")
        take_back(answer)
        return answer

    @router.post("/preferences")
    async def prefer(request: Request) -> Response:
        form = await fields(request)
        answer = see_other(inside(form.get("back", "")) or "/")
        for name, known in (("language", tuple(LANGUAGES)), ("look", LOOKS)):
            if form.get(name) in known:
                answer.set_cookie(name, form[name], max_age=_YEAR, samesite="strict", path="/")
        return answer

    return router


async def fields(request: Request) -> dict[str, str]:
    """Return the fields of a form; what cannot be stored anywhere is left out of them."""
    if holds_files(request):
        return dict((await form_of(request)).fields)
    body = (await request.body()).decode("utf-8", "replace").replace("%00", "")
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


def door_for(request: Request) -> str:
    """Return the address of the door; who wanted to look at a page comes to it from there."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method != "GET" or wanted == "/":
        return "/sign-in"
    return f"/sign-in?{urlencode({TO: wanted})}"


def inside(address: str) -> str:
    """Return an address within the back office, empty for any other."""
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_path and address.isprintable() and len(address) <= MOST_ADDRESS else ""


def home_of(visitor: Visitor) -> str:
    """Return the page that somebody sees first."""
    return f"/stores/{visitor.stores[0]}/terminals" if len(visitor.stores) == 1 else "/stores"


def _again(office: Office, request: Request, form: dict[str, str], *, said: str, status: int) -> Response:
    values = {"said": said, "name": form.get("name", "")[:60], "to": inside(form.get(TO, ""))}
    return office.draw(request, "sign-in.html", values, status=status)
