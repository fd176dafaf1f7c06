"""One request of a visitor about a store: who asks, in which language, and how every answer is drawn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypedDict, TypeVar, Unpack

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from backoffice_service.domain.access import Action, Visitor
from backoffice_service.domain.second_factor import needs_code
from backoffice_service.http.entrance import fields
from backoffice_service.http.office import Office, StoreFacts
from backoffice_service.messaging.services import ServiceRefused, command
from backoffice_service.pages.refusals import sentence_of, status_of
from backoffice_service.pages.speech import Speech
from tillday_contracts.messages import Command, Done, Question, Refused

Answer = TypeVar("Answer", bound=Done)
Kind = TypeVar("Kind", bound=Command)
MOST_KEY: Final = 200


class Declined(Exception):
    """What was asked for was not done; the text says why, in the language of the page."""

    def __init__(self, said: str, status: int, refusal: Refused | None = None) -> None:
        super().__init__(said)
        self.status = status
        self.refusal = refusal

    @property
    def code(self) -> str:
        """Return which rule said no, empty where a field makes no sense."""
        return self.refusal.code if self.refusal else ""


class Deed(TypedDict):
    """What a command is noted as in the audit trail."""

    action: Action
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Desk:
    """One request of a visitor about a store. `typed` are the fields of a form that was sent."""

    office: Office
    request: Request
    visitor: Visitor
    store: str
    facts: StoreFacts
    speech: Speech
    typed: Mapping[str, str]

    def asked(self, name: str) -> str:
        """Return a parameter of the address, empty where it is not there."""
        return self.request.query_params.get(name, "")

    def field(self, name: str) -> str:
        """Return a field of the form without the blanks around it."""
        return self.typed.get(name, "").strip()

    async def ask(self, message: Question, expect: type[Answer]) -> Answer:
        """Return another service's answer. Raises ServiceRefused or ServiceAway."""
        return await self.office.services.ask(message, expect)

    def wish(self, kind: type[Kind], *, wrong: str, **known: object) -> Kind:
        """Return a command about this store: the same key, the same command.

        Raises Declined with the sentence `wrong` where a field makes no sense.
        """
        try:
            return self.named(kind, store=self.store, **known)
        except ValidationError:
            raise self.wrong(wrong) from None

    def named(self, kind: type[Kind], **known: object) -> Kind:
        """Return a command of the visitor. Raises pydantic's ValidationError."""
        key = self.request.headers.get("idempotency-key") or self.typed.get("key", "")
        return command(kind, self.visitor, key=key[:MOST_KEY], at=self.office.now(), **known)

    def wrong(self, sentence: str) -> Declined:
        """Return what a form deserves that cannot be read."""
        return Declined(self.speech.text(sentence), 422)

    async def order(
        self,
        wish: Command,
        expect: type[Answer],
        outcome: Callable[[Answer], str],
        *,
        after: Sequence[Command] = (),
        **deed: Unpack[Deed],
    ) -> Answer:
        """Have a command carried out and note what came of it; `after` are its parts that go ahead.

        Raises Declined, ServiceAway or CodeWanted.
        """
        if needs_code(deed["action"], wish):
            await self.office.codes.demand(self.request, self.visitor, self.typed)
        try:
            for part in after:
                await self.office.services.ask(part, expect)
            answer = await self.office.services.ask(wish, expect)
        except ServiceRefused as error:
            refusal = error.refusal
            await self._note(refusal.code, deed)
            raise Declined(sentence_of(refusal, self.speech), status_of(refusal), refusal) from None
        await self._note(outcome(answer), deed)
        return answer

    def draw(
        self, template: str, part: str, values: Mapping[str, Any], *, declined: Declined | None = None
    ) -> HTMLResponse:
        """Return a page about the store; `part` is its place in the menu."""
        known = {
            "visitor": self.visitor,
            "store": self.store,
            "store_name": self.facts.settings.name,
            "part": part,
            "names": self.facts.names,
            "tender_names": {one.tender: one.name for one in self.facts.settings.tenders},
            "speech": self.speech,
            "typed": self.typed,
            "said": str(declined or ""),
            "done": self.asked("done"),
        }
        status = declined.status if declined else 200
        return self.office.draw(self.request, template, {**known, **values}, status=status)

    async def _note(self, outcome: str, deed: Deed) -> None:
        await self.office.note(self.request, self.visitor, store=self.store, outcome=outcome, **deed)


def desk_of(office: Office, action: Action) -> Any:
    """Return the route's dependency on a desk, whose visitor needs the right to an action.

    The request ends with NotSignedIn or Forbidden before anything of it is read.
    """

    async def desk(request: Request, store: str) -> Desk:
        visitor = await office.visitor(request, action, store)
        facts, speech = await office.facts(store), await office.speech(request, store)
        typed = await fields(request) if request.method == "POST" else {}
        return Desk(office, request, visitor, store, facts, speech, typed)

    return Depends(desk)
