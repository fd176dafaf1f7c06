"""What is asked of the store service, which alone knows the people of a store."""

from typing import Final, Protocol

from pydantic import BaseModel, ValidationError

from service_kit.failures import TransientError
from service_kit.links import NatsLink
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import People, PeopleAnswer

TIMEOUT: Final = 3.0


class StorePeople(Protocol):
    """The store service, as this service speaks of it."""

    async def of(self, store: str) -> PeopleAnswer | Refused:
        """Return who works at a store now. Raises TransientError when nobody can tell."""


class _Outcome(BaseModel):
    outcome: str
    text: str = ""


class StoreServiceClient:
    """Asks over NATS, each time: a right that was taken must not be used again."""

    def __init__(self, nats: NatsLink) -> None:
        self._nats = nats

    async def of(self, store: str) -> PeopleAnswer | Refused:
        question = People(store=store)
        body = await self._nats.request(
            question.subject, question.model_dump_json().encode(), timeout=TIMEOUT
        )
        try:
            answer = _Outcome.model_validate_json(body)
            if answer.outcome == "done":
                return PeopleAnswer.model_validate_json(body)
            if answer.outcome == "refused":
                return Refused.model_validate_json(body)
        except ValidationError:
            raise TransientError(f"{question.subject} answered in words that are unknown here") from None
        raise TransientError(f"the store service cannot tell who works at {store}: {answer.text}")
