"""Setting up one's second factor, and having a lost one forgotten: what page and API have in common."""

from collections.abc import Mapping
from typing import Final

from fastapi import Request
from pydantic import ValidationError

from backoffice_service.domain.access import Visitor
from backoffice_service.http.codes import FIELD, CodeWanted
from backoffice_service.http.desk import MOST_KEY, Declined
from backoffice_service.http.door import address_of, person_of
from backoffice_service.http.entrance import WAIT, WRONG
from backoffice_service.http.office import Office, language_in
from backoffice_service.messaging.authenticators import Authenticators
from backoffice_service.messaging.services import command
from backoffice_service.pages.refusals import sentence_of
from backoffice_service.pages.speech import Speech
from tillday_contracts.backoffice_messages import ForgetAuthenticator
from tillday_contracts.messages import Refused

NOT_THAT_CODE: Final = "This is not the code that the app shows now. Try the next one."
NOT_THAT_FORM: Final = "Check what you typed: a person's name, and a reason of 1 to 120 characters."
Typed = Mapping[str, str]


async def begin_factor(office: Office, request: Request, visitor: Visitor, typed: Typed) -> bytes:
    """Return the secret of a new authenticator, for who knows the password.

    Who has one already shows a code of it besides. Raises Declined.
    """
    if await office.codes.has_authenticator(visitor.person):
        try:
            await office.codes.demand(request, visitor, typed)
        except CodeWanted as wanted:
            said, status = (WAIT, 429) if wanted.why == "wait" else (NOT_THAT_CODE, 422)
            raise _declined(request, said, status) from None
    address = address_of(request)
    if office.door.waits_until(visitor.person, address):
        raise _declined(request, WAIT, 429)
    if not await office.door.is_password(visitor.person, typed.get("password", ""), address):
        raise _declined(request, WRONG, 422)
    return await office.codes.begin(request, visitor)


async def confirm_factor(office: Office, request: Request, visitor: Visitor, typed: Typed) -> None:
    """Take a first code of the authenticator that was begun. Raises Declined."""
    verdict = await office.codes.show(request, visitor, typed.get(FIELD, ""))
    if verdict != "right":
        said, status = (WAIT, 429) if verdict == "wait" else (NOT_THAT_CODE, 422)
        raise _declined(request, said, status)


async def forget_factor(office: Office, request: Request, visitor: Visitor, typed: Typed) -> None:
    """Have somebody's authenticator forgotten, for who shows a code. Raises CodeWanted or Declined."""
    await office.codes.demand(request, visitor, typed)
    key = request.headers.get("idempotency-key") or typed.get("key", "")
    known = {"person": person_of(typed.get("person", "")), "reason": typed.get("reason", "").strip()}
    try:
        wish = command(ForgetAuthenticator, visitor, key=key[:MOST_KEY], at=office.now(), **known)
    except ValidationError:
        raise _declined(request, NOT_THAT_FORM, 422) from None
    forgetting = Authenticators(office.database, office.now)
    answer = await forgetting.forget(wish, role=visitor.role, address=address_of(request))
    if isinstance(answer, Refused):
        raise Declined(sentence_of(answer, Speech(language_in(request))), 409, answer)


def _declined(request: Request, said: str, status: int) -> Declined:
    return Declined(Speech(language_in(request)).text(said), status)
