"""Questions and commands to the other services: one answer, or a sentence that says why there is none."""

from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID, uuid5

from pydantic import BaseModel, ValidationError

from backoffice_service.domain.access import Visitor
from service_kit.failures import TransientError
from service_kit.links import NatsLink
from tillday_contracts.messages import Command, Done, Failed, Question, Refused, sendable

Answer = TypeVar("Answer", bound=Done)
Kind = TypeVar("Kind", bound=Command)
KEYS: Final = UUID("4f1e6c3a-6a3c-4a0e-9a35-6a8c2f0d7b11")
SECONDS: Final = 8.0


class ServiceRefused(Exception):
    """A rule forbids it; `refusal` is the service's answer."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


class ServiceAway(Exception):
    """Nobody answered; it may be carried out nevertheless, and the same key may be sent again."""


class _Outcome(BaseModel):
    outcome: str


class Services:
    """The other services, asked over the broker."""

    def __init__(self, link: NatsLink) -> None:
        self._link = link

    async def ask(self, message: Command | Question, expect: type[Answer]) -> Answer:
        """Return the answer. Raises ServiceRefused or ServiceAway."""
        try:
            data = await self._link.request(message.subject, sendable(message), timeout=SECONDS)
            return _read(data, expect)
        except TransientError as error:
            raise ServiceAway(str(error)) from None
        except ValidationError as error:
            raise ServiceAway(
                f"the answer to {message.subject} is of another version: {error.title}"
            ) from None


def _read(data: bytes, expect: type[Answer]) -> Answer:
    match _Outcome.model_validate_json(data).outcome:
        case "refused":
            raise ServiceRefused(Refused.model_validate_json(data))
        case "failed":
            failed = Failed.model_validate_json(data)
            raise ServiceAway(f"{failed.text} (reference {failed.reference})")
        case _:
            return expect.model_validate_json(data)


def command(kind: type[Kind], visitor: Visitor, *, key: str, at: datetime, **fields: object) -> Kind:
    """Return a command in a visitor's name. The same key of the same visitor is the same command.

    Raises pydantic's ValidationError where a field makes no sense.
    """
    message_id = uuid5(KEYS, f"{visitor.person} {kind.subject} {key}")
    ids = {"message_id": message_id, "correlation_id": message_id, "occurred_at": at, "by": visitor.person}
    return kind.model_validate({**ids, **fields})
