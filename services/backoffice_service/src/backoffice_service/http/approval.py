"""A second person's word, given on the first one's page."""

from typing import Final

from backoffice_service.domain.access import Action
from backoffice_service.http.desk import Declined, Desk
from backoffice_service.http.door import address_of, person_of
from backoffice_service.http.entrance import WAIT

NOBODY: Final = "Somebody else who may do this has to approve it, with their own name and password."


async def approver_of(desk: Desk, action: Action) -> str:
    """Return who approved, by name and password in the form. Raises Declined."""
    door, address = desk.office.door, address_of(desk.request)
    person = person_of(desk.field("approver"))
    if door.waits_until(person, address):
        raise Declined(desk.speech.text(WAIT), 429)
    known = await door.vouch(person, desk.typed.get("approver_password", ""), address)
    if known is None or known.person == desk.visitor.person or not known.may(action, desk.store):
        raise desk.wrong(NOBODY)
    return known.person
