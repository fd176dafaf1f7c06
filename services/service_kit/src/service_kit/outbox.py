"""The outbox: events are written with the facts they announce; the relay publishes them afterwards."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from service_kit.database import Connection
from tillday_contracts.messages import Event

MESSAGE_ID_HEADER: Final = "Nats-Msg-Id"
TIMELINE_HEADER: Final = "Tillday-Timeline"
POSITION_HEADER: Final = "Tillday-Position"
PREVIOUS_HEADER: Final = "Tillday-Previous"

APPEND: Final = """
    INSERT INTO outbox (message_id, subject, headers, body)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::jsonb[], $4::bytea[])
"""


@dataclass(frozen=True)
class OutboxMessage:
    """An event on its way: the body is published byte for byte."""

    subject: str
    body: bytes
    message_id: UUID
    headers: Mapping[str, str] = field(default_factory=dict)


async def announce(connection: Connection, *messages: OutboxMessage) -> None:
    """Write events in the caller's transaction; they leave after its COMMIT, in the order written here."""
    if not messages:
        return
    await connection.execute(
        APPEND,
        [message.message_id for message in messages],
        [message.subject for message in messages],
        [json.dumps(dict(message.headers)) for message in messages],
        [message.body for message in messages],
    )


async def announce_events(connection: Connection, *events: Event) -> None:
    """Write events as they go over the wire, like `announce`."""
    told = (
        OutboxMessage(event.subject, event.model_dump_json().encode(), event.message_id) for event in events
    )
    await announce(connection, *told)
