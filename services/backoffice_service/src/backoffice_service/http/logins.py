"""Giving somebody a login, or a new password: what the page and the API have in common."""

from typing import Final

from fastapi import HTTPException
from pydantic import ValidationError

from backoffice_service.domain.access import ROLES, Visitor, may_define
from backoffice_service.http.desk import Declined, Desk
from backoffice_service.http.door import address_of
from backoffice_service.http.office import Forbidden
from backoffice_service.pages.refusals import sentence_of
from tillday_contracts.backoffice_messages import DefineLogin
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import People, PeopleAnswer, Person

WRONG_LOGIN: Final = "Check what you typed: a role, and a password of 12 to 200 characters."


async def known_person(desk: Desk, person: str) -> Person | None:
    """Return somebody who works at the store, None for a stranger."""
    answer = await desk.ask(People(store=desk.store), PeopleAnswer)
    return next((one for one in answer.people if one.person == person), None)


async def give_login(desk: Desk, person: str) -> None:
    """Have a login defined with the role and the password of a form, for who shows a code first.

    Raises CodeWanted; Declined; Forbidden where the visitor may not; HTTPException for a stranger.
    """
    await desk.office.codes.demand(desk.request, desk.visitor, desk.typed)
    known = await known_person(desk, person)
    if known is None:
        raise HTTPException(404)
    before = await desk.office.logins.find(person)
    role = next((one for one in ROLES if one == desk.field("role")), None)
    if role is None:
        raise desk.wrong(WRONG_LOGIN)
    stores = tuple(sorted({desk.store, *(before.stores if before else ())}))
    if not may_define(desk.visitor, before, Visitor(person, known.name, role, stores)):
        raise Forbidden
    wish = _login(desk, known, role=role, stores=stores)
    answer = await desk.office.logins.define(wish, address=address_of(desk.request))
    if isinstance(answer, Refused):
        raise Declined(sentence_of(answer, desk.speech), 409, answer)


def _login(desk: Desk, person: Person, *, role: str, stores: tuple[str, ...]) -> DefineLogin:
    who = {"person": person.person, "name": person.name, "role": role, "stores": stores}
    try:
        return desk.named(DefineLogin, **who, password=desk.typed.get("password", ""))
    except ValidationError:
        raise desk.wrong(WRONG_LOGIN) from None
