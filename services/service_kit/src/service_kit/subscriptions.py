"""Which request goes to whom. Every request is answered; what a handler raises becomes a failure to read."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from faststream.nats import NatsMessage
from pydantic import BaseModel, TypeAdapter

from service_kit import logs
from service_kit.failures import PermanentError
from service_kit.service import Service
from tillday_contracts.journal import MAX_MESSAGE_BYTES
from tillday_contracts.messages import Command, Question

MOST_AT_ONCE: Final = 4  # of each kind, so that one store's slow answer holds up no other store
MOST_ANSWER_BYTES: Final = MAX_MESSAGE_BYTES - 4096
"""What the broker carries, less the headers that travel with an answer."""

Request = TypeVar("Request", bound=Command | Question)


def answer(
    service: Service[Any],
    kind: type[Request],
    handle: Callable[[Request], Awaitable[BaseModel | bytes]],
) -> None:
    """Have a kind of request answered, by one of the service's replicas."""
    adapter = TypeAdapter(kind)

    @service.broker.subscriber(kind.subject, queue=service.name, max_workers=MOST_AT_ONCE)
    async def respond(message: NatsMessage) -> bytes:
        request = adapter.validate_json(message.body)
        correlation = str(getattr(request, "correlation_id", ""))
        with logs.correlated(correlation):
            reply = await handle(request)
        return _sendable(reply if isinstance(reply, bytes) else reply.model_dump_json().encode())


def _sendable(reply: bytes) -> bytes:
    """Return an answer that the broker carries. Raises PermanentError: silence would look like an outage."""
    if len(reply) <= MOST_ANSWER_BYTES:
        return reply
    raise PermanentError(
        f"The answer is too long: {len(reply) // 1024} KB, and the broker carries "
        f"{MOST_ANSWER_BYTES // 1024}. Ask for less at once."
    )


def hear(
    service: Service[Any],
    subject: str,
    handle: Callable[[str, bytes], Awaitable[None]],
    *,
    at_once: int = MOST_AT_ONCE,
) -> None:
    """Have what terminals say there heard, as (subject, body), by one of the service's replicas.

    Nothing is returned: an answer goes to the terminal's own topic.
    """

    @service.broker.subscriber(subject, queue=service.name, max_workers=at_once)
    async def take(message: NatsMessage) -> None:
        await handle(message.raw_message.subject, message.body)
