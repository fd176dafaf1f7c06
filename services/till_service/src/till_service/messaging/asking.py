"""Questions to other services over NATS, each bounded in time; an answer is one of three kinds."""

from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from service_kit.failures import TransientError
from service_kit.links import NatsLink
from tillday_contracts.messages import Done, Question, Refused, sendable

TIMEOUT: Final = 3.0

Told = TypeVar("Told", bound=Done)


class _Outcome(BaseModel):
    outcome: str
    text: str = ""


async def ask(nats: NatsLink, question: Question, expect: type[Told]) -> Told | Refused:
    """Return what another service tells. Raises TransientError when it does not, within three seconds."""
    body = await nats.request(question.subject, sendable(question), timeout=TIMEOUT)
    try:
        answer = _Outcome.model_validate_json(body)
        if answer.outcome == "done":
            return expect.model_validate_json(body)
        if answer.outcome == "refused":
            return Refused.model_validate_json(body)
    except ValidationError:
        raise TransientError(f"{question.subject} answered in words that are unknown here") from None
    raise TransientError(f"{question.subject} is not answered: {answer.text}")
