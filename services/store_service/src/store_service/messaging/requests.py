"""Which request goes to whom. Every request is answered; what a handler raises becomes a failure to read."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from faststream.nats import NatsMessage
from pydantic import BaseModel, TypeAdapter

from service_kit import logs
from service_kit.service import Service
from store_service.messaging.asks import Asks
from store_service.messaging.enrolments import Enrolments
from store_service.messaging.hellos import Hellos
from tillday_contracts.messages import Command, Question
from tillday_contracts.topics import HELLO_SUBJECT, REDEEM_SUBJECT, ask_subject

MOST_AT_ONCE: Final = 4  # of each kind, so that one store's slow answer holds up no other store

Request = TypeVar("Request", bound=Command | Question)


def answer(
    service: Service[Any],
    kind: type[Request],
    handle: Callable[[Request], Awaitable[BaseModel | bytes]],
) -> None:
    """Have a kind of request answered."""
    adapter = TypeAdapter(kind)

    @service.broker.subscriber(kind.subject, queue=service.name, max_workers=MOST_AT_ONCE)
    async def respond(message: NatsMessage) -> bytes:
        request = adapter.validate_json(message.body)
        correlation = str(getattr(request, "correlation_id", ""))
        with logs.correlated(correlation):
            reply = await handle(request)
        return reply if isinstance(reply, bytes) else reply.model_dump_json().encode()


def listen_to_enrolments(service: Service[Any], enrolments: Enrolments) -> None:
    """Hear terminals that redeem a code; the answer goes to the code's own topic."""

    @service.broker.subscriber(REDEEM_SUBJECT, queue=service.name, max_workers=MOST_AT_ONCE)
    async def redeem(message: NatsMessage) -> None:
        await enrolments.redeem(message.raw_message.subject, message.body)


def listen_to_terminals(service: Service[Any], hellos: Hellos, asks: Asks) -> None:
    """Hear what terminals say; nothing is returned, answers go to the terminal's own topics."""

    @service.broker.subscriber(HELLO_SUBJECT, queue=service.name)
    async def hello(message: NatsMessage) -> None:
        await hellos.handle(message.raw_message.subject, message.body)

    @service.broker.subscriber(ask_subject("catalogue"), queue=service.name, max_workers=MOST_AT_ONCE)
    async def catalogue(message: NatsMessage) -> None:
        await asks.catalogue(message.raw_message.subject, message.body)

    @service.broker.subscriber(ask_subject("people"), queue=service.name, max_workers=MOST_AT_ONCE)
    async def people(message: NatsMessage) -> None:
        await asks.people(message.raw_message.subject, message.body)
