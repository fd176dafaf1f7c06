"""What every message between services carries, and the refusals and failures that answer a request."""

from datetime import datetime
from typing import ClassVar, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from tillday_contracts.ids import PersonId
from tillday_contracts.model import Fact, Part


class Command(Part):
    """A request, imperative. A repeat of a message_id gets the same answer and has no second effect."""

    subject: ClassVar[str]

    message_id: UUID
    correlation_id: UUID
    occurred_at: AwareDatetime
    by: PersonId

    @classmethod
    def queue(cls) -> str:
        """Return the queue group that answers: the service's word in the subject."""
        return cls.subject.split(".")[1]


class Question(Part):
    """A request that changes nothing."""

    subject: ClassVar[str]


class Event(Fact):
    """Something that happened, past tense. `causation_id` is the message it follows from."""

    subject: ClassVar[str]

    message_id: UUID
    correlation_id: UUID
    causation_id: UUID
    occurred_at: AwareDatetime

    @classmethod
    def follow(cls, cause: "Command | Event", *, message_id: UUID, at: datetime, **fields: object) -> Self:
        """Build the event that follows from a cause: the only way to make one outside a journal batch."""
        return cls.model_validate(
            {
                "message_id": message_id,
                "correlation_id": cause.correlation_id,
                "causation_id": cause.message_id,
                "occurred_at": at,
                **fields,
            }
        )


class Done(Fact):
    """The command was carried out, now or before."""

    outcome: Literal["done"] = "done"


class Refused(Fact):
    """The command is against a rule. `text` is for people; `code` is stable."""

    outcome: Literal["refused"] = "refused"
    code: str
    text: str
    details: dict[str, object] = Field(default_factory=dict)


class Failed(Fact):
    """The request could not be handled: malformed (`permanent`), or worth another try (`transient`)."""

    outcome: Literal["failed"] = "failed"
    kind: Literal["permanent", "transient"]
    text: str
    reference: str


def sendable(request: Command | Question) -> bytes:
    """Return a request as it is sent. A field that nobody filled in is left out.

    So a service that is older than the field, and refuses what it does not know, takes the rest.
    """
    unsaid = {
        name
        for name, field in type(request).model_fields.items()
        if field.default is None and getattr(request, name) is None
    }
    return request.model_dump_json(exclude=unsaid).encode()
