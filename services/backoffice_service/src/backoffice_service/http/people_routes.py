"""Who works at a store: rights, PINs, and logins for these pages."""

import asyncio
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from backoffice_service.domain.people_changes import (
    UnlikePins,
    differences_of,
    pin_of,
    rights_of,
    told,
)
from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.logins import give_login, known_person
from backoffice_service.http.office import Office, see_other
from backoffice_service.pages.people import GROUPS, RIGHT_NAMES, ROLE_NAMES
from tillday_contracts.master_data_messages import PeopleChanges, PeopleHistory
from tillday_contracts.store_messages import DefinePerson, People, PeopleAnswer, Person, Revised

WRONG: Final = (
    "Check what you typed: a code of 1 to 16 capital letters, digits, _ and -, a name, a role, a PIN of 4 to "
    "12 digits."
)
EXISTS: Final = "Somebody has this code already: choose another one, or change that person."
NEW: Final = "new"
SHOWN: Final = 12


def people_routes(office: Office) -> APIRouter:
    """Return the routes of a store's people."""
    router = APIRouter(include_in_schema=False)
    see, manage = desk_of(office, "see_settings"), desk_of(office, "manage_store")
    logins, people = desk_of(office, "define_login"), "/stores/{store}/settings/people"

    @router.get(people)
    async def everybody(desk: Desk = see) -> Response:
        return await _list(desk)

    @router.get(f"{people}/{NEW}")
    async def nobody_yet(desk: Desk = manage) -> Response:
        return await _page(desk, NEW)

    @router.post(f"{people}/{NEW}")
    async def add(desk: Desk = manage) -> Response:
        return await _define(desk, NEW)

    @router.get(f"{people}/{{person}}")
    async def somebody(person: str, desk: Desk = see) -> Response:
        return await _page(desk, person)

    @router.post(f"{people}/{{person}}")
    async def change(person: str, desk: Desk = manage) -> Response:
        return await _define(desk, person)

    @router.post(f"{people}/{{person}}/login")
    async def login(person: str, desk: Desk = logins) -> Response:
        return await _define_login(desk, person)

    return router


async def _list(desk: Desk) -> Response:
    answer, history = await asyncio.gather(
        desk.ask(People(store=desk.store), PeopleAnswer),
        desk.ask(PeopleHistory(store=desk.store), PeopleChanges),
    )
    values = {"people": answer.people, "history": told(history.changes)[:SHOWN], **_words()}
    return desk.draw("people.html", "settings", values)


async def _define(desk: Desk, person: str) -> Response:
    try:
        code = await _carry_out(desk, person)
    except Declined as declined:
        return await _page(desk, person, declined)
    return see_other(f"/stores/{desk.store}/settings/people/{code}?done=person")


async def _carry_out(desk: Desk, person: str) -> str:
    """Have a person defined; returns their code. Raises Declined."""
    is_new = person == NEW
    code = desk.field("person").upper() if is_new else person
    try:
        pin = pin_of(desk.typed)
    except UnlikePins as error:
        raise desk.wrong(str(error)) from None
    fields = {"person": code, "name": desk.field("name"), "role": desk.field("role")}
    seen = _whole(desk.field("revision"))
    wish = desk.wish(DefinePerson, wrong=WRONG, **fields, rights=rights_of(desk.typed), pin=pin, changes=seen)
    before = await known_person(desk, code)
    if is_new and before is not None and before.name != wish.name:
        raise desk.wrong(EXISTS)
    after = Person(person=code, name=wish.name, role=wish.role, rights=wish.rights)
    changes = [str(one) for one in differences_of(before, after, new_pin=pin is not None)]
    details = {"person": code, "changes": changes}
    await desk.order(wish, Revised, lambda _: "done", action="manage_store", details=details)
    desk.office.forget(desk.store)
    return code


async def _define_login(desk: Desk, person: str) -> Response:
    try:
        await give_login(desk, person)
    except Declined as declined:
        return await _page(desk, person, declined)
    return see_other(f"/stores/{desk.store}/settings/people/{person}?done=login")


async def _page(desk: Desk, person: str, declined: Declined | None = None) -> Response:
    answer = await desk.ask(People(store=desk.store), PeopleAnswer)
    known = next((one for one in answer.people if one.person == person), None)
    changes: PeopleChanges = PeopleChanges(changes=())
    if person != NEW:
        if known is None:
            raise HTTPException(404)
        changes = await desk.ask(PeopleHistory(store=desk.store, person=person), PeopleChanges)
    values = {
        "person": known,
        "revision": answer.revision,
        "rights": rights_of(desk.typed) if desk.typed else (known.rights if known else ("sell",)),
        "groups": GROUPS,
        "history": told(changes.changes)[:SHOWN],
        "login": await desk.office.logins.find(person) if known else None,
        **_words(),
    }
    return desk.draw("person.html", "settings", values, declined=declined)


def _words() -> dict[str, object]:
    return {"tab": "people", "right_names": RIGHT_NAMES, "role_names": ROLE_NAMES}


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
